using System.Buffers.Binary;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Engine;
using Distribution.Storage.Embedded.Keys;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Tests;

/// <summary>The embedded store's keys, with runs so small that there are many.</summary>
public sealed class KeyIndexTests : IDisposable
{
    private const int RecentKeysMax = 40;
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-keys-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_comes_every_key_is_new_once_and_found_for_ever(int seed)
    {
        var random = new Random(seed);
        var model = new Dictionary<(string Space, int Key), (string Value, string? Label)>();
        var store = Open();
        for (var change = 0; change < 1_500; change++)
        {
            var space = random.Next(3) == 0 ? "tallies" : "doses";
            // New and old keys mixed, the same one more than once, in the order of time or not.
            var ids = Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(2) == 0 ? change : random.Next(12_000)).ToArray();
            var keys = Array.ConvertAll(ids, id => new InsertOnceKey(KeyOf(id), Utf8($"value {id} of {change}"), LabelOf(random)));
            var keep = random.Next(10) > 0;
            var expected = new Dictionary<(string, int), (string, string?)>(model);
            var committed = await store.Commit($"change {change}", async tx =>
            {
                var there = new List<(int, string)>();
                await tx.InsertOnce(
                    space, random.Next(2) == 0 ? new KeyPacks(space, keys) : keys, (index, kept) => there.Add((index, Text(kept))));
                var known = new List<(int, string)>();
                for (var index = 0; index < ids.Length; index++)
                {
                    if (!expected.TryAdd((space, ids[index]), (Text(keys[index].Value), keys[index].Label)))
                        known.Add((index, expected[(space, ids[index])].Item1));
                }

                Assert.Equal(known, there);
                if (random.Next(4) == 0)
                {
                    var id = ids[0];
                    var label = LabelOf(random);
                    await tx.ReplaceKey(space, new InsertOnceKey(KeyOf(id), Utf8($"replaced by {change}"), label));
                    expected[(space, id)] = ($"replaced by {change}", label ?? expected[(space, id)].Item2);
                }

                return keep ? Decision.Accept() : Decision.Refuse(Refusal.Conflict("no"));
            }, Cancel);
            Assert.False(committed.Repeated);
            if (keep) model = expected;
            if (random.Next(200) != 0) continue;
            await store.DisposeAsync();
            store = Open();
        }

        await Check(store, model, seed);
        await Merged();
        await Check(store, model, seed);
        await store.DisposeAsync();
        store = Open();
        await Check(store, model, seed);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Blocks_of_a_merge_that_a_crash_cut_short_are_swept()
    {
        await using (var store = Open()) await Insert(store, "a", 0, RecentKeysMax);
        using (var connection = Connect())
        {
            for (var block = 0; block < 100; block++) connection.WriteBlock(KeyRows.RowOf(77, block), new byte[1000]);
        }

        await using (var store = Open())
        {
            using var connection = Connect();
            await Until(() => connection.ReadBlock(KeyRows.RowOf(77, 99)) is null);
            await Insert(store, "b", 0, RecentKeysMax, expectNew: false);
        }
    }

    [Fact]
    public async Task Packs_that_were_not_kept_when_a_run_was_written_hide_no_later_one()
    {
        await using (var store = Open())
        {
            await store.Commit("a", async tx =>
            {
                await tx.InsertOnce(
                    "doses", [.. Enumerable.Range(0, RecentKeysMax).Select(id => new InsertOnceKey(KeyOf(id), Utf8("v")))], (_, _) => { });
                await tx.InsertOnce("doses",
                    [.. Enumerable.Range(0, 5).Select(id => new InsertOnceKey(KeyOf(id), Utf8("v"), $"label {id}"))], (_, _) => { });
                return Decision.Accept();
            }, Cancel);
        }

        await using (var store = Open()) await Insert(store, "b", 100, 1);
        await using (var store = Open()) await Insert(store, "c", 100, 1, expectNew: false);
    }

    [Fact]
    public void Keys_of_one_word_are_found_wherever_their_blocks_end()
    {
        using var connection = Connect();
        SqliteSchema.Ensure(connection);
        const int same = 3 * KeyRun.BlockKeys + 5;
        var writer = new KeyRunWriter(1, 0, same + 2 * KeyRun.BlockKeys, (row, body) => connection.WriteBlock(row, body));
        for (var at = 0; at < KeyRun.BlockKeys; at++) writer.Add((ulong)at, 1);
        for (var at = 0; at < same; at++) writer.Add(5_000, new KeyPlace(at + 1, at).Number);
        for (var at = 0; at < KeyRun.BlockKeys; at++) writer.Add(6_000 + (ulong)at, 1);
        var run = writer.Finish();

        var found = new List<KeyPlace>();
        Assert.True(run.Candidates(connection, 5_000, found));
        Assert.Equal(Enumerable.Range(0, same).Select(at => new KeyPlace(at + 1, at)), found.OrderBy(place => place.Number));
        found.Clear();
        Assert.True(run.Candidates(connection, 5_001, found));
        Assert.Empty(found);
        connection.DeleteSome(1, int.MaxValue);
        Assert.False(run.Candidates(connection, 5_000, found));
    }

    [Fact]
    public async Task A_file_of_the_second_schema_keeps_its_keys()
    {
        using (var second = Connect())
        {
            second.Execute(
                """
                CREATE TABLE outbox (
                    position INTEGER PRIMARY KEY AUTOINCREMENT, event_id BLOB NOT NULL, wire_name TEXT NOT NULL, body BLOB NOT NULL,
                    recorded_at INTEGER NOT NULL, supersedes TEXT, parked TEXT, trace TEXT);
                CREATE TABLE keys (space TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID;
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
                INSERT INTO keys SELECT 'doses', CAST('dose ' || i AS BLOB), CAST('value ' || i AS BLOB) FROM n;
                INSERT INTO keys VALUES ('tallies', CAST('dose 5' AS BLOB), CAST('another' AS BLOB));
                PRAGMA user_version = 2
                """);
        }

        for (var start = 0; start < 2; start++)
        {
            await using var store = Open();
            for (var key = 0; key < 2_000; key++)
                Assert.Equal($"value {key}", Text((await store.FindKey("doses", Utf8($"dose {key}"), Cancel))!.Value));
            Assert.Equal("another", Text((await store.FindKey("tallies", Utf8("dose 5"), Cancel))!.Value));
            Assert.Null(await store.FindKey("tallies", Utf8("dose 6"), Cancel));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SqliteStore Open() =>
        SqliteStore.Open(Path.Combine(_folder, "store.db"), TimeProvider.System, new SqliteLimits { RecentKeysMax = RecentKeysMax });

    private SqliteConnection Connect() => new(Path.Combine(_folder, "store.db"), readOnly: false, cacheKibibytes: 100);

    private static async Task Insert(SqliteStore store, string cause, int from, int count, bool expectNew = true)
    {
        var known = 0;
        await store.Commit(cause, async tx =>
        {
            known = 0;
            await tx.InsertOnce(
                "doses", [.. Enumerable.Range(from, count).Select(id => new InsertOnceKey(KeyOf(id), Utf8("v")))], (_, _) => known++);
            return Decision.Accept();
        }, Cancel);
        Assert.Equal(expectNew ? 0 : count, known);
    }

    private static async Task Check(SqliteStore store, Dictionary<(string Space, int Key), (string Value, string? Label)> model, int seed)
    {
        foreach (var ((space, id), (value, _)) in model)
        {
            var kept = await store.FindKey(space, KeyOf(id), Cancel);
            Assert.True(kept is not null, $"seed {seed}: key {id} is lost");
            Assert.Equal(value, Text(kept.Value));
        }

        for (var id = 20_000; id < 20_100; id++) Assert.Null(await store.FindKey("doses", KeyOf(id), Cancel));
        foreach (var label in model.GroupBy(key => (key.Key.Space, key.Value.Label)).Where(group => group.Key.Label is not null))
        {
            var listed = new List<string>();
            string? after = null;
            do
            {
                var page = await store.KeysLabelled(label.Key.Space, label.Key.Label!, after, 100, Cancel);
                listed.AddRange(page.Keys.Select(key => Text(key.Value)));
                after = page.Next;
            }
            while (after is not null);
            Assert.Equal(label.Select(key => key.Value.Value).Order(), listed.Order());
        }
    }

    private async Task Merged()
    {
        using var connection = Connect();
        await Until(() => connection.ReadRuns() is var runs && runs.Exists(run => run.Level > 0)
            && runs.GroupBy(run => run.Level).All(level => level.Count() < 8));
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(20, patience.Token);
    }

    private static string? LabelOf(Random random) => random.Next(4) is var label and > 0 ? $"label {label}" : null;

    // Some keys begin alike, as those of one minute do, and some have other lengths.
    private static byte[] KeyOf(int id)
    {
        var key = new byte[id % 5 == 0 ? 9 : 16];
        BinaryPrimitives.WriteInt32BigEndian(key, id / 100);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(4), id);
        return key;
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8.Span);
}
