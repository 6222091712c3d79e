using System.Text;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Engine;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Tests;

/// <summary>The whole suite on an embedded store whose tables are written behind after every few rows.</summary>
public sealed class SqliteStoreWithFewPendingRowsTests : StoreSuite
{
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-store-").FullName;

    protected override ValueTask<IStore> Open() =>
        new(SqliteStore.Open(Path.Combine(_folder, "store.db"), TimeProvider.System, PendingTests.FewRows));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>What is committed in the embedded store and not yet in its tables.</summary>
public sealed class PendingTests : IDisposable
{
    // A layer of five rows, of which two at once go into the tables; a closed store is as after a crash.
    internal static readonly SqliteLimits FewRows =
        new() { PendingRowsMax = 5, PendingRowsAtOnce = 2, RecentKeysMax = 7, WritesOnClose = false };
    private static readonly SqliteLimits AllPending = new() { WritesOnClose = false };
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-pending-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_committed_is_read_the_same_before_and_after_crashes(int seed)
    {
        var random = new Random(seed);
        var documents = new SortedDictionary<(string Partition, string Id), (long Version, string Body)>();
        var counters = new SortedDictionary<(string Partition, string Key), long>();
        var store = Open(FewRows);
        for (var change = 0; change < 400; change++)
        {
            var keep = random.Next(8) > 0;
            var (afterDocuments, afterCounters) =
                (new SortedDictionary<(string, string), (long, string)>(documents), new SortedDictionary<(string, string), long>(counters));
            await store.Commit($"change {change}", async tx =>
            {
                for (var write = random.Next(1, 6); write > 0; write--)
                {
                    var (partition, id) = ($"p{random.Next(3)}", $"id{random.Next(12):00}");
                    if (random.Next(4) == 0)
                    {
                        await tx.Delete("docs", partition, id);
                        afterDocuments.Remove((partition, id));
                    }
                    else
                    {
                        var version = await tx.Put("docs", partition, id, Encoding.UTF8.GetBytes($"{change}"));
                        afterDocuments[(partition, id)] = (version, $"{change}");
                    }

                    tx.Add("sums", partition, id, write);
                    afterCounters[(partition, id)] = afterCounters.GetValueOrDefault((partition, id)) + write;
                }

                // As committed: without what this change has put.
                Assert.Equal(counters.Where(sum => sum.Key.Partition == "p1").Select(sum => new Counter(sum.Key.Key, sum.Value)),
                    await tx.Counters("sums", "p1"));
                return keep ? Decision.Accept(Encoding.UTF8.GetBytes($"answer {change}")) : Decision.Refuse(Refusal.Conflict("no"));
            }, Cancel);
            if (keep) (documents, counters) = (afterDocuments, afterCounters);
            if (random.Next(20) == 0)
            {
                await store.DisposeAsync();
                store = Open(random.Next(2) == 0 ? FewRows : AllPending);
            }

            if (random.Next(5) == 0) await Check(change, keep);
        }

        await store.DisposeAsync();

        async Task Check(int change, bool kept)
        {
            var from = $"id{random.Next(12):00}";
            foreach (var partition in (string[])["p0", "p1", "p2"])
            {
                var expected = documents.Where(row => row.Key.Partition == partition)
                    .Select(row => (row.Key.Id, row.Value.Version, row.Value.Body)).ToList();
                Assert.Equal(expected, (await store.Scan("docs", partition, null, 100, Cancel)).Select(Row));
                Assert.Equal(expected.Where(row => string.CompareOrdinal(row.Id, from) > 0).Take(3),
                    (await store.Scan("docs", partition, from, 3, Cancel)).Select(Row));
                foreach (var row in expected) Assert.Equal(row, Row((await store.Find("docs", partition, row.Id, Cancel))!));
                Assert.Equal(counters.Where(sum => sum.Key.Partition == partition && string.CompareOrdinal(sum.Key.Key, from) >= 0)
                    .Select(sum => new Counter(sum.Key.Key, sum.Value)),
                    await store.Counters("sums", partition, from, null, Cancel));
            }

            Assert.Equal(documents.Keys, (await store.ScanAll("docs", null, 100, Cancel)).Select(row => (row.Partition, row.Id)));
            Assert.Equal(kept ? $"answer {change}" : null, await store.FindAnswer($"change {change}", Cancel) is { } answer
                ? Encoding.UTF8.GetString(answer.Span) : null);
        }
    }

    [Fact]
    public async Task Who_reads_while_rows_go_into_the_tables_sees_every_change_whole()
    {
        await using var store = Open(FewRows);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var reads = 0;
            for (long newest = 0; !done.IsCancellationRequested; reads++)
            {
                var sums = await store.Counters("sums", "p", cancel: Cancel);
                Assert.Equal(0, sums.Sum(sum => sum.Value));
                // Both are put by every change.
                var rows = await store.Scan("docs", "p", null, 10, Cancel);
                if (rows.Count > 0) Assert.Equal(rows[0].Version, rows[1].Version);
                var version = rows.Count == 0 ? 0 : rows[0].Version;
                Assert.True(version >= newest);
                newest = version;
            }

            return reads;
        }, Cancel);
        for (var change = 0; change < 2_000; change++)
        {
            await store.Commit($"change {change}", async tx =>
            {
                tx.Add("sums", "p", $"{change % 7}", change);
                tx.Add("sums", "p", $"{change % 11}", -change);
                await tx.Put("docs", "p", "a", new byte[change % 97 == 0 ? 2_000_000 : 10]);
                await tx.Put("docs", "p", "b", new byte[10]);
                return Decision.Accept();
            }, Cancel);
        }

        await done.CancelAsync();
        Assert.True(await reading > 0);
    }

    [Fact]
    public async Task An_event_that_was_not_forgotten_before_a_crash_is_unsent_after_it_and_one_that_was_replaced_is_not()
    {
        await using (var store = Open(AllPending))
        {
            await Publish(store, "first", null);
            await Publish(store, "second", "aggregate");
            await Publish(store, "third", "aggregate");
            var sent = Assert.Single(await store.Outbox.Unsent(1, Cancel));
            await store.Outbox.Settle([sent.Position], [], Cancel);
            Assert.Equal(["third"], await Unsent(store));
            Assert.Equal(1, (await store.Outbox.Depth(Cancel)).Unsent);
        }

        // Its deletion alone need not survive: it goes out again, and is recognised.
        await using (var store = Open(AllPending))
        {
            Assert.Equal(["first", "third"], await Unsent(store));
            await Publish(store, "fourth", "aggregate");
            Assert.Equal(["first", "fourth"], await Unsent(store));
            await store.Outbox.Settle([], [new PoisonEvent((await store.Outbox.Unsent(1, Cancel))[0].Position, "no")], Cancel);
            Assert.Equal(["fourth"], await Unsent(store));
            var parked = Assert.Single(await store.Outbox.Parked(0, 10, Cancel));
            Assert.True(await store.Outbox.Replay(parked.Event.Position, Cancel));
            Assert.Equal(["first", "fourth"], await Unsent(store));
        }

        static async Task Publish(IStore store, string facility, string? supersedes) => await store.Commit(facility, tx =>
        {
            tx.Publish(new StockLevelChanged(facility, "vaccine", 1, 0, 0, 0), supersedes);
            return new(Decision.Accept());
        }, Cancel);

        static async Task<IEnumerable<string>> Unsent(IStore store) =>
            (await store.Outbox.Unsent(10, Cancel)).Select(row => StoreJson.Read<StockLevelChanged>(row.Body).FacilityId);
    }

    [Fact]
    public async Task Who_stops_within_a_list_reads_the_newest_afterwards()
    {
        await using var store = Open(FewRows);
        for (var dose = 0; dose < 40; dose++)
        {
            await store.Commit($"dose {dose}", async tx =>
            {
                await tx.InsertOnce(
                    "doses", [new InsertOnceKey(Encoding.UTF8.GetBytes($"{dose:00}"), new byte[] { 1 }, "label")], (_, _) => { });
                tx.Add("sums", "p", $"{dose:00}", 1);
                return Decision.Accept();
            }, Cancel);
            // The page of a round before left the connection as it found it.
            Assert.Equal(dose + 1, (await store.Counters("sums", "p", cancel: Cancel)).Count);
            if (dose % 10 != 9) continue;
            var page = await store.KeysLabelled("doses", "label", null, 3, Cancel);
            Assert.Equal((3, true), (page.Keys.Count, page.Next is not null));
        }

        var listed = new List<string>();
        for (string? after = null; ;)
        {
            var page = await store.KeysLabelled("doses", "label", after, 7, Cancel);
            listed.AddRange(page.Keys.Select(key => Encoding.UTF8.GetString(key.Key.Span)));
            if (page.Next is null) break;
            after = page.Next;
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(dose => $"{dose:00}"), listed);
    }

    [Fact]
    public async Task A_position_is_never_given_again_though_its_event_never_came_into_a_table()
    {
        long last = 0;
        for (var start = 0; start < 4; start++)
        {
            await using var store = Open(start % 2 == 0 ? FewRows : new SqliteLimits());
            for (var change = 0; change < 9; change++)
            {
                await store.Commit($"{start} {change}", tx =>
                {
                    tx.Publish(new StockLevelChanged("facility", "vaccine", 1, 0, 0, 0));
                    return new(Decision.Accept());
                }, Cancel);
                var unsent = await store.Outbox.Unsent(100, Cancel);
                Assert.True(unsent[^1].Position > last);
                last = unsent[^1].Position;
                await store.Outbox.Settle([.. unsent.Select(row => row.Position)], [], Cancel);
            }
        }
    }

    [Fact]
    public void Texts_are_ordered_as_their_bytes_are()
    {
        string[] texts = ["", "a", "ab", "b", "é", "\uE000", "\uFFFD", "\U0001F600", "\U0001F601", "a\U0001F600", "a\uFFFD"];
        foreach (var one in texts)
            foreach (var other in texts)
            {
                var bytes = Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
                Assert.Equal(Math.Sign(bytes), Math.Sign(Utf8Order.Compare(one, other)));
            }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SqliteStore Open(SqliteLimits limits) => SqliteStore.Open(Path.Combine(_folder, "store.db"), TimeProvider.System, limits);

    private static (string Id, long Version, string Body) Row(Document document) =>
        (document.Id, document.Version, Encoding.UTF8.GetString(document.Body.Span));
}
