using System.Text;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Engine;
using Distribution.Storage.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.Tests;

/// <summary>A store that outgrew its file.</summary>
public sealed class MoveTests(MongoFixture fixture) : IAsyncLifetime
{
    private const string Service = "moved";
    private const int Many = 2_500;
    private readonly string _prefix = $"test{Guid.NewGuid():N}"[..16];
    private readonly List<string> _said = [];
    private string _folder = "";

    private string File => Path.Combine(_folder, "store.db");

    private string Connection => fixture.Server.ConnectionTo(_prefix);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fixture.Server.Missing is not null, fixture.Server.Missing ?? "");
        // Not before: a skipped test is not disposed.
        _folder = Directory.CreateTempSubdirectory("distribution-move-").FullName;
        await using var store = SqliteStore.Open(File, TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            await store.Commit($"cause {i}", async tx =>
            {
                foreach (var n in Enumerable.Range(0, Many)) await tx.Put("docs", $"p{n % 7}", $"{n}", Bytes($"{n} {i}"));
                await tx.InsertOnce("keys", [.. Enumerable.Range(0, Many)
                    .Select(n => new InsertOnceKey(Bytes($"{i} {n}"), Bytes("v"), n % 2 == 0 ? $"label {i}" : null))], (_, _) => { });
                foreach (var n in Enumerable.Range(0, Many)) tx.Add("sums", $"p{n % 3}", $"{n}", n);
                tx.Publish(new FacilityChanged($"F{i}", 1, "F", "country", null, "F"), i == 0 ? "F" : null);
                return Decision.Accept(Bytes($"answer {i}"));
            }, Cancel);
        }

        var first = (await store.Outbox.Unsent(1, Cancel))[0];
        await store.Outbox.Settle([], [new PoisonEvent(first.Position, "why")], Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        using var client = new MongoClient(fixture.Server.Connection);
        await client.DropDatabaseAsync($"{_prefix}-{Service}");
    }

    [Fact]
    public async Task Everything_is_there_after_a_move_and_nothing_can_be_opened_before_its_end()
    {
        using (var stop = new CancellationTokenSource())
        {
            using var source = new SqliteSource(File);
            await using var target = await new MongoProvider().OpenToMove(Service, Connection);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => StoreMove.Run(source, new StopsAfter(target, pages: 4, stop), _said.Add, stop.Token));
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => MongoStore.Open(Connection, Service, TimeProvider.System));
        Assert.True(await Move());
        Assert.Contains(_said, line => line.Contains("going on after", StringComparison.Ordinal));

        await using var moved = await MongoStore.Open(Connection, Service, TimeProvider.System);
        Assert.Equal("7 2", Text((await moved.Find("docs", "p0", "7", Cancel))!.Body));
        Assert.Equal(3, (await moved.Find("docs", "p0", "7", Cancel))!.Version);
        Assert.Equal(Many, (await moved.ScanAll("docs", null, 2 * Many, Cancel)).Count);
        Assert.Equal("v", Text((await moved.FindKey("keys", Bytes("1 17"), Cancel))!.Value));
        Assert.Equal(Many / 2, (await moved.KeysLabelled("keys", "label 1", null, Many, Cancel)).Keys.Count);
        Assert.Equal(3 * 8, (await moved.Counters("sums", "p2", "8", "8~", Cancel)).First(counter => counter.Key == "8").Value);
        var again = await moved.Commit("cause 1", _ => throw new InvalidOperationException("it ran before"), Cancel);
        Assert.Equal((true, "answer 1"), (again.Repeated, Text(again.Answer)));
        Assert.Equal(new OutboxDepth(2, 1), await moved.Outbox.Depth(Cancel));
        Assert.Equal(
            ["F1", "F2"], (await moved.Outbox.Unsent(10, Cancel)).Select(row => StoreJson.Read<FacilityChanged>(row.Body).FacilityId));
        Assert.Equal("why", Assert.Single(await moved.Outbox.Parked(0, 10, Cancel)).Reason);
    }

    [Fact]
    public async Task What_differs_at_the_end_is_said_and_the_store_stays_closed()
    {
        using var client = new MongoClient(fixture.Server.Connection);
        using (var source = new SqliteSource(File))
        {
            await using var target = await new MongoProvider().OpenToMove(Service, Connection);
            Assert.False(await StoreMove.Run(source, new Spoils(target, async () => await client.GetDatabase($"{_prefix}-{Service}")
                .GetCollection<BsonDocument>("counters").UpdateOneAsync(
                    Builders<BsonDocument>.Filter.Gt("c._", 5), Builders<BsonDocument>.Update.Inc("c._", 1L))), _said.Add, Cancel));
        }

        Assert.Contains(_said, line => line.StartsWith("Counters: NOT the same", StringComparison.Ordinal));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => MongoStore.Open(Connection, Service, TimeProvider.System));
    }

    [Fact]
    public async Task A_store_in_use_is_not_moved_into()
    {
        await using (var used = await MongoStore.Open(Connection, Service, TimeProvider.System))
            await used.Commit("c", _ => new(Decision.Accept()), Cancel);
        await Assert.ThrowsAsync<StoreUnavailableException>(Move);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<bool> Move()
    {
        using var source = new SqliteSource(File);
        await using var target = await new MongoProvider().OpenToMove(Service, Connection);
        return await StoreMove.Run(source, target, _said.Add, Cancel);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    /// <summary>A move that is stopped after some pages.</summary>
    private sealed class StopsAfter(IStoreTarget target, int pages, CancellationTokenSource stop) : IStoreTarget
    {
        private int _pages = pages;

        public Task<IReadOnlyDictionary<StoredKind, IReadOnlyList<string>>> Begin(string source, CancellationToken cancel) =>
            target.Begin(source, cancel);

        public async Task Take(StoredKind kind, IReadOnlyList<StoredRow> rows, CancellationToken cancel)
        {
            if (_pages-- == 0) await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
            await target.Take(kind, rows, cancel);
        }

        public IAsyncEnumerable<StoredRow> Rows(StoredKind kind, CancellationToken cancel) => target.Rows(kind, cancel);

        public Task Finish(CancellationToken cancel) => target.Finish(cancel);

        public ValueTask DisposeAsync() => target.DisposeAsync();
    }

    /// <summary>A move into a store that somebody changes before the comparison.</summary>
    private sealed class Spoils(IStoreTarget target, Func<Task> spoil) : IStoreTarget
    {
        public Task<IReadOnlyDictionary<StoredKind, IReadOnlyList<string>>> Begin(string source, CancellationToken cancel) =>
            target.Begin(source, cancel);

        public async Task Take(StoredKind kind, IReadOnlyList<StoredRow> rows, CancellationToken cancel)
        {
            await target.Take(kind, rows, cancel);
            if (kind == StoredKind.Outbox) await spoil();
        }

        public IAsyncEnumerable<StoredRow> Rows(StoredKind kind, CancellationToken cancel) => target.Rows(kind, cancel);

        public Task Finish(CancellationToken cancel) => target.Finish(cancel);

        public ValueTask DisposeAsync() => target.DisposeAsync();
    }
}
