using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Distribution.Load;

/// <summary>
/// What nothing that stores every dose id durably in SQLite can beat with one thread: the same bytes parsed, and their
/// 16-byte keys put into a bare table with no more around it than a transaction every 5,000 keys.
/// </summary>
internal static class BareLimit
{
    private const int KeysPerTransaction = 5_000;

    /// <summary>Doses a second, making the bodies left out.</summary>
    /// <param name="data">The folder of the file.</param>
    /// <param name="work">Where the bytes come from.</param>
    /// <param name="cancel">Stops the run.</param>
    public static double Run(string data, IWork work, CancellationToken cancel)
    {
        Batteries_V2.Init();
        var path = Path.Combine(data, $"distribution-limit-{Guid.CreateVersion7():N}.db");
        Check(sqlite3_open(path, out var db));
        try
        {
            Check(sqlite3_exec(db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-49152"));
            Check(sqlite3_exec(db, "CREATE TABLE keys(id BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN"));
            Check(sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO keys VALUES(?)", out var insert));
            using (insert) return DosesPerSecond(work, db, insert, cancel);
        }
        finally
        {
            sqlite3_close_v2(db);
            foreach (var suffix in new[] { "", "-wal", "-shm" }) File.Delete(path + suffix);
        }
    }

    private static double DosesPerSecond(IWork work, sqlite3 db, sqlite3_stmt insert, CancellationToken cancel)
    {
        Console.WriteLine("limit: keys into a bare SQLite file");
        var bodies = work.Bodies(0);
        long ticks = 0, keys = 0;
        while (bodies.Next() is { } submission)
        {
            cancel.ThrowIfCancellationRequested();
            var body = submission.Body.Span;
            var started = Stopwatch.GetTimestamp();
            var before = keys;
            keys += Insert(body, insert);
            if (keys / KeysPerTransaction != before / KeysPerTransaction) Check(sqlite3_exec(db, "COMMIT; BEGIN"));
            ticks += Stopwatch.GetTimestamp() - started;
        }

        var last = Stopwatch.GetTimestamp();
        Check(sqlite3_exec(db, "COMMIT"));
        ticks += Stopwatch.GetTimestamp() - last;
        return keys / ((double)ticks / Stopwatch.Frequency);
    }

    private static int Insert(ReadOnlySpan<byte> body, sqlite3_stmt insert)
    {
        Span<byte> key = stackalloc byte[16];
        var inserted = 0;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("doseId"u8)) continue;
            reader.Read();
            if (!Utf8Parser.TryParse(reader.ValueSpan, out Guid id, out _, 'D')) throw new LoadFailure("a dose id is no UUID");
            id.TryWriteBytes(key, bigEndian: true, out _);
            Check(sqlite3_bind_blob(insert, 1, key));
            if (sqlite3_step(insert) != SQLITE_DONE) throw new LoadFailure("SQLite refused a key");
            sqlite3_reset(insert);
            inserted++;
        }

        return inserted;
    }

    private static void Check(int code)
    {
        if (code != SQLITE_OK) throw new LoadFailure($"SQLite error {code}");
    }
}
