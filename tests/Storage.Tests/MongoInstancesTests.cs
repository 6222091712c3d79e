using System.Text;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;
using Distribution.Storage.MongoDb;
using MongoDB.Driver;

namespace Distribution.Storage.Tests;

/// <summary>Several instances of a service that write to one store at once.</summary>
public sealed class MongoInstancesTests(MongoFixture fixture) : IAsyncLifetime
{
    private const string Service = "shared";
    private readonly string _prefix = $"test{Guid.NewGuid():N}"[..16];
    private IStore[] _stores = [];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fixture.Server.Missing is not null, fixture.Server.Missing ?? "");
        _stores = [await Open(), await Open()];
    }

    public async ValueTask DisposeAsync()
    {
        if (fixture.Server.Missing is not null) return;
        foreach (var store in _stores) await store.DisposeAsync();
        using var client = new MongoClient(fixture.Server.Connection);
        await client.DropDatabaseAsync($"{_prefix}-{Service}");
    }

    [Fact]
    public async Task The_same_cause_at_several_instances_takes_effect_once()
    {
        var outcomes = await AtBoth(40, (store, i) => store.Commit($"cause {i / 4}", tx =>
        {
            tx.Add("sums", "p", "k", 1);
            return new(Decision.Accept(Bytes($"{i}")));
        }, Cancel).AsTask());

        Assert.Equal(10, await Sum());
        Assert.Equal(10, outcomes.Count(outcome => !outcome.Repeated));
        Assert.All(outcomes.Select((outcome, i) => (Answer: Text(outcome.Answer), Cause: i / 4)).GroupBy(pair => pair.Cause),
            cause => Assert.Single(cause.Select(pair => pair.Answer).Distinct()));
    }

    [Fact]
    public async Task Of_instances_that_insert_the_same_keys_each_key_is_new_to_exactly_one()
    {
        var fresh = 0;
        var keys = Enumerable.Range(0, 200).Select(i => new InsertOnceKey(Bytes($"{i}"), Bytes("v"))).ToArray();
        await AtBoth(20, (store, i) => Accept(store, $"c{i}", async tx =>
        {
            var known = 0;
            await tx.InsertOnce("keys", keys, (_, _) => known++);
            tx.Add("sums", "p", "k", keys.Length - known);
        }));
        fresh += (int)await Sum();
        Assert.Equal(keys.Length, fresh);
    }

    [Fact]
    public async Task Read_modify_write_at_several_instances_loses_no_update()
    {
        await AtBoth(100, (store, i) => Accept(store, $"c{i}", async tx =>
        {
            var found = await tx.Find("docs", "p", "n");
            await tx.Put("docs", "p", "n", Bytes($"{(found is null ? 0 : int.Parse(Text(found.Body))) + 1}"));
        }));
        Assert.Equal("100", Text((await _stores[0].Find("docs", "p", "n", Cancel))!.Body));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_change_read_and_found_absent_or_old_is_still_so_when_it_is_committed(bool muchRead)
    {
        // Two that each look at what the other writes: in any order one after the other, not both may find nothing.
        for (var round = 0; round < 15; round++)
        {
            var (a, b) = ($"a{round}", $"b{round}");
            if (muchRead)
            {
                await Accept(_stores[0], $"put {round}", async tx =>
                {
                    await tx.Put("docs", "p", a, Bytes("old"));
                    await tx.Put("docs", "p", b, Bytes("old"));
                });
                for (var i = 0; i < 6; i++)
                    await Accept(_stores[i % 2], $"read {round} {i}", async tx =>
                    {
                        await tx.Find("docs", "p", a);
                        await tx.Find("docs", "p", b);
                    });
            }

            var blind = 0;
            await Task.WhenAll(Write(_stores[0], $"w0 {round}", a, b), Write(_stores[1], $"w1 {round}", b, a));
            foreach (var id in new[] { a, b })
                if (Text((await _stores[0].Find("docs", "p", id, Cancel))!.Body) == "saw nothing") blind++;
            Assert.InRange(blind, 0, 1);
        }

        Task Write(IStore store, string cause, string mine, string other) => Accept(store, cause, async tx =>
        {
            var seen = await tx.Find("docs", "p", other);
            var isNew = seen is not null && Text(seen.Body) != "old";
            await tx.Put("docs", "p", mine, Bytes(isNew ? "saw it" : "saw nothing"));
        });
    }

    [Fact]
    public async Task Readers_of_a_much_read_document_see_a_writer_at_another_instance()
    {
        // Each reader counts under the version that it saw; when a writer has moved the counts to the new version's sum,
        // none may be left behind.
        await Accept(_stores[0], "first", async tx => await tx.Put("docs", "p", "version", Bytes("0")));
        await AtBoth(120, (store, i) => Accept(store, $"c{i}", async tx =>
        {
            var version = Text((await tx.Find("docs", "p", "version"))!.Body);
            if (i % 30 != 29)
            {
                tx.Add("sums", "p", version, 1);
                return;
            }

            foreach (var counter in await tx.Counters("sums", "p", version, version + "\uffff"))
            {
                if (counter.Key != version) continue;
                tx.Add("sums", "p", version, -counter.Value);
                tx.Add("sums", "p", $"{int.Parse(version) + 1}", counter.Value);
            }

            await tx.Put("docs", "p", "version", Bytes($"{int.Parse(version) + 1}"));
        }));

        var last = Text((await _stores[0].Find("docs", "p", "version", Cancel))!.Body);
        Assert.Equal("4", last);
        Assert.Equal(
            [new Counter(last, 116)], (await _stores[1].Counters("sums", "p", cancel: Cancel)).Where(counter => counter.Value != 0));
    }

    [Fact]
    public async Task Counters_of_several_instances_add_up()
    {
        await AtBoth(60, (store, i) => Accept(store, $"c{i}", tx =>
        {
            tx.Add("sums", "p", "k", i);
            tx.Add("sums", "p", $"k{i % 3}", 1);
            return default;
        }));
        Assert.Equal(
            [new Counter("k", 60 * 59 / 2), new Counter("k0", 20), new Counter("k1", 20), new Counter("k2", 20)],
            await _stores[0].Counters("sums", "p", cancel: Cancel));
        Assert.Equal(["k1"], (await _stores[1].Counters("sums", "p", "k1", "k2", Cancel)).Select(counter => counter.Key));
    }

    [Fact]
    public async Task Each_instance_relays_its_own_events_and_those_of_one_that_left()
    {
        await AtBoth(20, (store, i) => Accept(store, $"c{i}", tx => Publish(tx, $"F{i}", null)));
        var first = await _stores[0].Outbox.Unsent(100, Cancel);
        var second = await _stores[1].Outbox.Unsent(100, Cancel);
        Assert.Equal(10, first.Count);
        Assert.Equal(10, second.Count);
        Assert.Equal(20, first.Concat(second).Select(row => row.Position).Distinct().Count());

        await _stores[0].DisposeAsync();
        IReadOnlyList<OutboxEvent> all;
        do
        {
            await _stores[1].Outbox.WaitForEvents(Cancel);
            all = await _stores[1].Outbox.Unsent(100, Cancel);
        }
        while (all.Count == second.Count);
        Assert.Equal(first.Concat(second).Select(row => row.EventId).Order(), all.Select(row => row.EventId).Order());
        _stores[0] = await Open();
    }

    [Fact]
    public async Task A_state_carrying_event_supersedes_those_of_other_instances()
    {
        await AtBoth(20, (store, i) => Accept(store, $"c{i}", tx => Publish(tx, $"F{i}", "aggregate")));
        await Accept(_stores[1], "last", tx => Publish(tx, "last", "aggregate"));
        Assert.Empty(await _stores[0].Outbox.Unsent(10, Cancel));
        var left = Assert.Single(await _stores[1].Outbox.Unsent(10, Cancel));
        Assert.Equal("last", StoreJson.Read<FacilityChanged>(left.Body).FacilityId);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async ValueTask<IStore> Open() => await MongoStore.Open(fixture.Server.ConnectionTo(_prefix), Service, TimeProvider.System);

    private Task<Committed[]> AtBoth(int count, Func<IStore, int, Task<Committed>> commit) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => commit(_stores[i % 2], i)));

    private static Task<Committed> Accept(IStore store, string cause, Func<ITransaction, ValueTask> work) => store.Commit(cause, async tx =>
    {
        await work(tx);
        return Decision.Accept();
    }, Cancel).AsTask();

    private async Task<long> Sum() => (await _stores[0].Counters("sums", "p", cancel: Cancel)).Sum(counter => counter.Value);

    private static ValueTask Publish(ITransaction tx, string id, string? supersedes)
    {
        tx.Publish(new FacilityChanged(id, 1, id, "country", null, id), supersedes);
        return default;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
