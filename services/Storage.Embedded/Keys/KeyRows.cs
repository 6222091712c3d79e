using System.Runtime.InteropServices;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Keys;

/// <summary>The rows of runs.</summary>
internal static class KeyRows
{
    private const int FilterSliceBytes = 256 * 1024;
    private const int RunParts = 1 << 24;

    /// <summary>Slices of a filter to write or delete in one small change: about as many bytes as 64 blocks.</summary>
    public const int SlicesAtOnce = 4;

    /// <summary>The row of a run's block, or of a slice of its filter.</summary>
    public static long RowOf(long run, int part) => run * RunParts + part;

    public static void WriteBlock(this SqliteConnection connection, long row, ReadOnlySpan<byte> body) =>
        connection.Statement("INSERT INTO key_blocks (id, body) VALUES (?1, ?2)").Bind(1, row).Bind(2, body).Run();

    /// <summary>How many rows a run's filter takes.</summary>
    public static int FilterSlices(KeyRun run) => (run.Filter.Bytes.Length + FilterSliceBytes - 1) / FilterSliceBytes;

    public static void WriteFilter(this SqliteConnection connection, KeyRun run, int slice)
    {
        var bytes = run.Filter.Bytes[(slice * FilterSliceBytes)..];
        connection.Statement("INSERT INTO key_filters (id, body) VALUES (?1, ?2)")
            .Bind(1, RowOf(run.Id, slice)).Bind(2, bytes[..Math.Min(bytes.Length, FilterSliceBytes)]).Run();
    }

    /// <summary>Makes a run, of which all blocks and the filter are written, part of the store.</summary>
    /// <param name="connection">The writer's, in its transaction.</param>
    /// <param name="run">The run.</param>
    /// <param name="packsUntil">The newest pack whose keys are in any run.</param>
    public static void Register(this SqliteConnection connection, KeyRun run, long packsUntil) =>
        connection.Statement("INSERT INTO key_runs (id, level, keys, last, packs_until, fences) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, run.Id).Bind(2, run.Level).Bind(3, run.Keys).Bind(4, unchecked((long)run.Last)).Bind(5, packsUntil)
            .Bind(6, MemoryMarshal.AsBytes(run.Fences.AsSpan())).Run();

    /// <summary>Writes keys as a new run of the lowest level, which is part of the store with this transaction.</summary>
    /// <param name="connection">The writer's, in its transaction.</param>
    /// <param name="id">The new run.</param>
    /// <param name="words">The keys' words, in order.</param>
    /// <param name="places">Their places.</param>
    /// <param name="packsUntil">The newest pack whose keys are in any run then.</param>
    public static KeyRun WriteRun(this SqliteConnection connection, long id, ulong[] words, ulong[] places, long packsUntil)
    {
        var writer = new KeyRunWriter(id, 0, words.Length, (row, body) => connection.WriteBlock(row, body));
        for (var at = 0; at < words.Length; at++) writer.Add(words[at], places[at]);
        var run = writer.Finish();
        for (var slice = 0; slice < FilterSlices(run); slice++) connection.WriteFilter(run, slice);
        connection.Register(run, packsUntil);
        return run;
    }

    /// <summary>Takes a run out of the store; its blocks and its filter are still to be deleted.</summary>
    public static void Unregister(this SqliteConnection connection, KeyRun run) =>
        connection.Statement("DELETE FROM key_runs WHERE id = ?1").Bind(1, run.Id).Run();

    /// <summary>The runs of the store, oldest first.</summary>
    public static List<KeyRun> ReadRuns(this SqliteConnection connection)
    {
        var runs = new List<KeyRun>();
        var statement = connection.Statement("SELECT id, level, keys, last, fences FROM key_runs ORDER BY id");
        while (statement.Step())
        {
            var (id, keys) = (statement.Int64(0), statement.Int64(2));
            runs.Add(new KeyRun(
                id, (int)statement.Int64(1), keys, MemoryMarshal.Cast<byte, ulong>(statement.BlobSpan(4)).ToArray(),
                unchecked((ulong)statement.Int64(3)), ReadFilter(connection, id, keys)));
        }

        statement.Reset();
        return runs;
    }

    /// <summary>The newest pack whose keys are in runs.</summary>
    public static long PacksUntil(this SqliteConnection connection) => Number(connection, "SELECT max(packs_until) FROM key_runs");

    /// <summary>A block, or null when its run is gone.</summary>
    public static byte[]? ReadBlock(this SqliteConnection connection, long row)
    {
        var statement = connection.Statement("SELECT body FROM key_blocks WHERE id = ?1").Bind(1, row);
        var body = statement.Step() ? statement.Blob(0) : null;
        statement.Reset();
        return body;
    }

    /// <summary>The newest pack. One whose number runs count as theirs is never given again, though a discarded change left it
    /// unused.</summary>
    public static long LastPack(this SqliteConnection connection) =>
        Math.Max(Number(connection, "SELECT max(id) FROM key_packs"), connection.PacksUntil());

    /// <summary>The newest run of which there is any row, finished or not.</summary>
    public static long LastRun(this SqliteConnection connection) => Math.Max(
        Number(connection, "SELECT max(id) FROM key_runs"),
        Number(connection,
            "SELECT max((SELECT coalesce(max(id), 0) FROM key_blocks), (SELECT coalesce(max(id), 0) FROM key_filters))") / RunParts);

    /// <summary>The runs that have rows but are not part of the store.</summary>
    public static List<long> StrayRuns(this SqliteConnection connection, IReadOnlyCollection<long> known)
    {
        var stray = new List<long>();
        for (long run = 0; ;)
        {
            var statement = connection.Statement(
                "SELECT min(id) FROM (SELECT min(id) AS id FROM key_blocks WHERE id >= ?1 UNION ALL SELECT min(id) FROM key_filters WHERE "
                    + "id >= ?1)")
                .Bind(1, RowOf(run, 0));
            statement.Step();
            var none = statement.IsNull(0);
            run = statement.Int64(0) / RunParts;
            statement.Reset();
            if (none) return stray;
            if (!known.Contains(run)) stray.Add(run);
            run++;
        }
    }

    /// <summary>Deletes some of a run's blocks, or when there are none some of its filter; false when nothing is left.</summary>
    public static bool DeleteSome(this SqliteConnection connection, long run, int blocks)
    {
        connection.Statement("DELETE FROM key_blocks WHERE id IN (SELECT id FROM key_blocks WHERE id >= ?1 AND id < ?2 LIMIT ?3)")
            .Bind(1, RowOf(run, 0)).Bind(2, RowOf(run + 1, 0)).Bind(3, blocks).Run();
        if (connection.Changes > 0) return true;
        connection.Statement("DELETE FROM key_filters WHERE id IN (SELECT id FROM key_filters WHERE id >= ?1 AND id < ?2 LIMIT ?3)")
            .Bind(1, RowOf(run, 0)).Bind(2, RowOf(run + 1, 0)).Bind(3, SlicesAtOnce).Run();
        return connection.Changes > 0;
    }

    private static KeyFilter ReadFilter(SqliteConnection connection, long run, long keys)
    {
        var filter = new KeyFilter(keys);
        var bytes = filter.Bytes;
        var statement = connection.Statement("SELECT body FROM key_filters WHERE id >= ?1 AND id < ?2 ORDER BY id")
            .Bind(1, RowOf(run, 0)).Bind(2, RowOf(run + 1, 0));
        while (statement.Step())
        {
            var slice = statement.BlobSpan(0);
            slice.CopyTo(bytes);
            bytes = bytes[slice.Length..];
        }

        statement.Reset();
        return filter;
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        var statement = connection.Statement(sql);
        statement.Step();
        var number = statement.Int64(0);
        statement.Reset();
        return number;
    }
}
