using System.Text;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Tests;

/// <summary>What every adapter of the store port must do. An adapter passes it all or does not exist.</summary>
public abstract partial class StoreSuite : IAsyncLifetime
{
    private IStore _store = null!;

    /// <summary>Opens the store; called again it finds what was committed before.</summary>
    protected abstract ValueTask<IStore> Open();

    public async ValueTask InitializeAsync() => _store = await Open();

    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_document_is_found_as_it_was_put_and_counts_its_versions()
    {
        await Commit("a", tx => Put(tx, "p", "1", "first"));
        await Commit("b", tx => Put(tx, "p", "1", "second"));

        var found = await _store.Find("docs", "p", "1", Cancel);
        Assert.Equal("second", Text(found!.Body));
        Assert.Equal(2, found.Version);
        Assert.Null(await _store.Find("docs", "p", "2", Cancel));
        Assert.Null(await _store.Find("docs", "other", "1", Cancel));
    }

    [Fact]
    public async Task A_change_sees_its_own_documents_and_keys()
    {
        await Commit("a", async tx =>
        {
            Assert.Equal(1, await tx.Put("docs", "p", "1", Bytes("x")));
            Assert.Equal("x", Text((await tx.Find("docs", "p", "1"))!.Body));
            Assert.Equal(2, await tx.Put("docs", "p", "1", Bytes("y")));
            await tx.Delete("docs", "p", "1");
            Assert.Null(await tx.Find("docs", "p", "1"));
            Assert.Null(await tx.FindKey("keys", Bytes("k")));
            await tx.InsertOnce("keys", [Key("k", "v")], (_, _) => Assert.Fail("the key is new"));
            Assert.Equal("v", Text((await tx.FindKey("keys", Bytes("k")))!.Value));
        });
        Assert.Null(await _store.Find("docs", "p", "1", Cancel));
        Assert.Equal("v", Text((await _store.FindKey("keys", Bytes("k"), Cancel))!.Value));
    }

    [Fact]
    public async Task Naming_what_a_change_will_look_up_changes_nothing()
    {
        FullAddress[] reads =
            [new("docs", "p", "there"), new("docs", "p", "new"), new("docs", "p", "new"), new("docs", "p", "not asked for")];
        await Commit("a", tx => Put(tx, "p", "there", "1"));
        var committed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _store.Commit($"c{i}", reads, async tx =>
        {
            var there = int.Parse(Text((await tx.Find("docs", "p", "there"))!.Body));
            await Put(tx, "p", "there", $"{there + 1}");
            await Put(tx, "p", "new", await tx.Find("docs", "p", "new") is { } found ? Text(found.Body) + "+" : "+");
            return await tx.Find("docs", "p", "not named") is null ? Decision.Accept(Bytes($"{there}")) : Decision.Refuse(
                Refusal.Conflict("it is nowhere"));
        }, Cancel).AsTask()));

        Assert.Equal(Enumerable.Range(1, 20), committed.Select(one => int.Parse(Text(one.Answer))).Order());
        Assert.Equal("21", Text((await _store.Find("docs", "p", "there", Cancel))!.Body));
        Assert.Equal(new string('+', 20), Text((await _store.Find("docs", "p", "new", Cancel))!.Body));
        Assert.Null(await _store.Find("docs", "p", "not asked for", Cancel));
    }

    [Fact]
    public async Task A_document_that_its_change_says_is_new_is_one_like_any_other()
    {
        await Commit("looked for", async tx => Assert.Null(await tx.Find("docs", "p", "1")));
        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Commit($"c{i}", async tx =>
        {
            await tx.PutNew("docs", "p", $"{i}", new Named($"new {i}"));
            Assert.Equal($"new {i}", (await tx.Find<Named>("docs", "p", $"{i}"))!.Name);
        })));
        var refused = await _store.Commit("refused", async tx =>
        {
            await tx.PutNew("docs", "p", "given up", new Named("x"));
            return Decision.Refuse(Refusal.Conflict("no"));
        }, Cancel);

        Assert.Equal("no", refused.Refusal!.Detail);
        Assert.Null(await _store.Find("docs", "p", "given up", Cancel));
        Assert.Equal(20, (await _store.Scan("docs", "p", null, 100, Cancel)).Count);
        var found = await _store.Find("docs", "p", "1", Cancel);
        Assert.Equal((1, "new 1"), (found!.Version, found.As<Named>().Name));
        await Commit("later", async tx => Assert.Equal(2, await tx.Put("docs", "p", "1", Bytes("changed"))));
        Assert.Equal("changed", Text((await _store.Find("docs", "p", "1", Cancel))!.Body));
    }

    [Fact]
    public async Task A_partition_is_scanned_in_order_page_by_page()
    {
        await Commit("a", async tx =>
        {
            foreach (var id in new[] { "c", "a", "b", "d" }) await Put(tx, "p", id, id);
            await Put(tx, "q", "z", "z");
        });

        Assert.Equal(["a", "b"], (await _store.Scan("docs", "p", null, 2, Cancel)).Select(found => found.Id));
        Assert.Equal(["c", "d"], (await _store.Scan("docs", "p", "b", 9, Cancel)).Select(found => found.Id));
        Assert.Equal(["d", "z"], (await _store.ScanAll("docs", new DocumentAddress("p", "c"), 9, Cancel)).Select(found => found.Id));
        Assert.Equal(5, (await _store.ScanAll("docs", null, 9, Cancel)).Count);
    }

    [Fact]
    public async Task A_repeated_cause_runs_nothing_and_gets_the_first_answer()
    {
        var ran = -1;
        for (var i = 0; i < 3; i++)
        {
            var (round, answer) = (i, $"answer {i}");
            var outcome = await _store.Commit("same", tx =>
            {
                ran = round;
                tx.Add("sums", "p", "k", 1);
                return new(Decision.Accept(Bytes(answer)));
            }, Cancel);
            Assert.Equal("answer 0", Text(outcome.Answer));
            Assert.Equal(i > 0, outcome.Repeated);
        }

        Assert.Equal(0, ran);
        Assert.Equal(1, await Sum("k"));
    }

    [Fact]
    public async Task The_same_cause_from_many_at_once_takes_effect_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _store.Commit("same", tx =>
        {
            tx.Add("sums", "p", "k", 1);
            return new(Decision.Accept(Bytes($"{i}")));
        }, Cancel).AsTask()));

        Assert.Equal(1, await Sum("k"));
        Assert.Single(outcomes, outcome => !outcome.Repeated);
        Assert.Single(outcomes.Select(outcome => Text(outcome.Answer)).Distinct());
    }

    [Fact]
    public async Task A_refused_change_leaves_nothing_and_may_be_tried_again()
    {
        await Commit("before", tx => tx.InsertOnce("keys", [Key("old", "1")], (_, _) => { }));
        var refused = await _store.Commit("a", async tx =>
        {
            await Everything(tx);
            await tx.ReplaceKey("keys", Key("old", "2"));
            return Decision.Refuse(Refusal.Conflict("no"));
        }, Cancel);

        Assert.Equal("no", refused.Refusal!.Detail);
        await AssertNothing();
        Assert.Equal("1", Text((await _store.FindKey("keys", Bytes("old"), Cancel))!.Value));
        Assert.False((await Commit("a", Everything)).Repeated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_is_given_up_where_a_key_is_new_is_kept_where_it_was_there(bool throws)
    {
        await Commit("before", tx => tx.InsertOnce("keys", [Key("old", "1")], (_, _) => { }));
        var outcome = await _store.Commit("a", async tx =>
        {
            var known = false;
            await tx.InsertOnce("keys", [Key("old", "2"), Key("new", "3")], (_, _) => known = true);
            if (throws && !known) throw new InvalidOperationException("it is new");
            return known ? Decision.Accept() : Decision.Refuse(Refusal.Conflict("it is new"));
        }, Cancel);

        Assert.Null(outcome.Refusal);
        Assert.Equal("1", Text((await _store.FindKey("keys", Bytes("old"), Cancel))!.Value));
        Assert.Equal("3", Text((await _store.FindKey("keys", Bytes("new"), Cancel))!.Value));
    }

    [Fact]
    public async Task A_change_that_throws_leaves_nothing_and_harms_no_other()
    {
        var bad = Enumerable.Range(0, 20).Select(i => _store.Commit($"bad {i}", async tx =>
        {
            await Everything(tx);
            throw new InvalidOperationException("a bug");
        }, Cancel).AsTask()).ToList();
        var good = Enumerable.Range(0, 20).Select(i => Commit($"good {i}", tx =>
        {
            tx.Add("sums", "good", "k", 1);
            return default;
        })).ToList();

        foreach (var task in bad) await Assert.ThrowsAsync<InvalidOperationException>(() => task);
        await Task.WhenAll(good);
        await AssertNothing();
        Assert.Equal(20, Assert.Single(await _store.Counters("sums", "good", cancel: Cancel)).Value);
    }

    [Fact]
    public async Task A_key_is_inserted_once_and_keeps_its_first_value()
    {
        Assert.Equal([(2, "a")], await InsertKeys("a", Key("1", "a"), Key("2", "b"), Key("1", "c")));
        Assert.Equal([(0, "b")], await InsertKeys("b", Key("2", "x"), Key("3", "y")));
        await Commit("c", tx => tx.InsertOnce("other", [Key("2", "z")], (_, _) => Assert.Fail("another space")));
        Assert.Equal("y", Text((await _store.FindKey("keys", Bytes("3"), Cancel))!.Value));
    }

    [Fact]
    public async Task Of_many_that_insert_the_same_keys_each_key_is_new_to_exactly_one()
    {
        string[] keys = [.. Enumerable.Range(0, 100).Select(i => $"{i}")];
        var begun = new TaskCompletionSource();
        var first = Insert("first");
        await Task.WhenAny(begun.Task, first);
        var all = await Task.WhenAll([first, .. Enumerable.Range(0, 20).Select(i => Insert($"c{i}"))]);
        foreach (var key in keys)
        {
            var inserter = Assert.Single(all, inserter => inserter.New.Contains(key));
            Assert.Equal(inserter.Cause, Text((await _store.FindKey("keys", Bytes(key), Cancel))!.Value));
        }

        // A decision may run more than once: what its last run saw is what was committed.
        async Task<(string Cause, HashSet<string> New)> Insert(string cause)
        {
            HashSet<string> fresh = [];
            await Commit(cause, async tx =>
            {
                begun.TrySetResult();
                fresh = [.. keys];
                await tx.InsertOnce("keys", Array.ConvertAll(keys, key => Key(key, cause)), (i, _) => fresh.Remove(keys[i]));
            });
            return (cause, fresh);
        }
    }

    [Fact]
    public async Task Concurrent_read_modify_write_loses_no_update()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Commit($"c{i}", async tx =>
        {
            var found = await tx.Find("docs", "p", "n");
            var n = found is null ? 0 : int.Parse(Text(found.Body));
            await Put(tx, "p", "n", $"{n + 1}");
        })));
        var end = await _store.Find("docs", "p", "n", Cancel);
        Assert.Equal("200", Text(end!.Body));
        Assert.Equal(200, end.Version);
    }

    [Fact]
    public async Task Counters_whose_keys_have_parts_add_up_and_are_read_by_range()
    {
        string[] keys = ["1", "1.5", "1\u001F", "1\u001F$a.b\u001F", "1\u001F$a.c", "1\u001Fa", "10", "2\u001Fa", "2\u001Fb.$"];
        keys.Sort(StringComparer.Ordinal);
        for (var round = 0; round < 2; round++)
        {
            await Commit($"add {round}", tx =>
            {
                foreach (var (at, key) in keys.Index()) tx.Add("sums", "p", key, at + 1);
                return ValueTask.CompletedTask;
            });
        }

        for (var from = 0; from < keys.Length; from++)
        {
            for (var until = from; until < keys.Length; until++)
            {
                Assert.Equal(Enumerable.Range(from, until - from).Select(at => new Counter(keys[at], 2 * (at + 1))),
                    await _store.Counters("sums", "p", keys[from], keys[until], Cancel));
            }
        }

        Assert.Equal(keys, (await _store.Counters("sums", "p", cancel: Cancel)).Select(counter => counter.Key));
    }

    [Fact]
    public async Task Counters_add_up_and_are_read_by_range()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Commit($"c{i}", tx =>
        {
            tx.Add("sums", "p", $"{i % 10}", i);
            tx.Add("sums", "p", $"{i % 10}", -1);
            return default;
        })));
        var all = await _store.Counters("sums", "p", cancel: Cancel);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(i => new Counter($"{i}", Enumerable.Range(0, 100).Where(n => n % 10 == i).Sum() - 10)), all);
        Assert.Equal(["3", "4"], (await _store.Counters("sums", "p", "3", "5", Cancel)).Select(counter => counter.Key));
    }

    [Fact]
    public async Task A_transaction_reads_the_counters_and_partitions_that_others_committed()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Commit($"c{i}", async tx =>
        {
            var counted = (await tx.Counters("sums", "p")).Sum(counter => counter.Value);
            var listed = (await tx.Scan("docs", "p", null, 1000)).Count;
            Assert.Equal(counted, listed);
            tx.Add("sums", "p", "k", 1);
            await Put(tx, "p", $"{i:D3}", "x");
        })));
        Assert.Equal(50, await Sum("k"));
    }

    [Fact]
    public async Task Everything_is_there_after_the_store_is_opened_again()
    {
        await Commit("a", Everything);
        await _store.DisposeAsync();
        _store = await Open();

        Assert.True((await Commit("a", Everything)).Repeated);
        Assert.NotNull(await _store.Find("docs", "p", "e", Cancel));
        Assert.NotNull(await _store.FindKey("keys", Bytes("e"), Cancel));
        Assert.Equal(1, await Sum("e"));
        await _store.Outbox.WaitForEvents(Cancel);
        Assert.Single(await _store.Outbox.Unsent(10, Cancel));
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        await _store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Commit("a", Everything));
        _store = await Open();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Committed> Commit(string? cause, Func<ITransaction, ValueTask> work) => await _store.Commit(cause, async tx =>
    {
        await work(tx);
        return Decision.Accept();
    }, Cancel);

    /// <summary>Inserts keys in a change of their own. Returns which of them were there, with the values kept.</summary>
    private async Task<List<(int Index, string Kept)>> InsertKeys(string cause, params InsertOnceKey[] keys)
    {
        List<(int, string)> kept = [];
        await Commit(cause, tx =>
        {
            kept = [];
            return tx.InsertOnce("keys", keys, (i, value) => kept.Add((i, Text(value))));
        });
        return kept;
    }

    private async Task<long> Sum(string key) =>
        (await _store.Counters("sums", "p", cancel: Cancel)).Where(counter => counter.Key == key).Sum(counter => counter.Value);

    private async Task AssertNothing()
    {
        Assert.Null(await _store.Find("docs", "p", "e", Cancel));
        Assert.Null(await _store.FindKey("keys", Bytes("e"), Cancel));
        Assert.Equal(0, await Sum("e"));
        Assert.Empty(await _store.Outbox.Unsent(10, Cancel));
    }

    private static async ValueTask Everything(ITransaction tx)
    {
        await Put(tx, "p", "e", "x");
        tx.Add("sums", "p", "e", 1);
        await Publish(tx, "E", null);
        await tx.InsertOnce("keys", [Key("e", "x")], (_, _) => { });
    }

    private static async ValueTask Put(ITransaction tx, string partition, string id, string text) =>
        await tx.Put("docs", partition, id, Bytes(text));

    private static ValueTask Publish(ITransaction tx, string id, string? supersedes)
    {
        tx.Publish(new FacilityChanged(id, 1, id, "country", null, id), supersedes);
        return default;
    }

    private sealed record Named(string Name);

    private static InsertOnceKey Key(string key, string value) => new(Bytes(key), Bytes(value));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
