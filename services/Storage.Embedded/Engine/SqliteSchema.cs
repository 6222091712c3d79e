using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Keys;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>The tables of a store file. Every table is its own primary key's tree: no row ids, no second look-ups.</summary>
internal static class SqliteSchema
{
    private const int Version = 4;
    private const int PackedKeys = 500;
    private static readonly int RecentKeysMax = new SqliteLimits().RecentKeysMax;

    /// <summary>Makes the tables in a new file, and brings those of an older one up to date.</summary>
    /// <exception cref="StoreUnavailableException">The file was made by a newer version.</exception>
    public static void Ensure(SqliteConnection connection)
    {
        // Commits are made durable by SqliteSync, checkpoints by SQLite, until the writer hands them to SqliteCheckpoints. The page size
        // only takes effect before the first table, and WAL before the first transaction.
        connection.Execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; " +
                           "PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864");
        var statement = connection.Statement("PRAGMA user_version");
        statement.Step();
        var found = statement.Int64(0);
        statement.Reset();
        if (found > Version)
            throw new StoreUnavailableException(
                $"The store was written by a newer version (schema {found}, this program knows {Version}): run that one.");
        if (found == Version) return;
        connection.Begin();
        if (found == 0) Create(connection);
        if (found == 1) connection.Execute("ALTER TABLE outbox ADD COLUMN trace TEXT");
        if (found < 3) CreateKeys(connection);
        if (found is 1 or 2) PackKeys(connection);
        connection.Execute("CREATE TABLE pending (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
        connection.Execute($"PRAGMA user_version = {Version}; COMMIT");
    }

    private static void Create(SqliteConnection connection) => connection.Execute(
        """
        CREATE TABLE documents (
            collection TEXT NOT NULL, partition TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (collection, partition, id)) WITHOUT ROWID;
        CREATE TABLE counters (
            family TEXT NOT NULL, partition TEXT NOT NULL, key TEXT NOT NULL, value INTEGER NOT NULL,
            PRIMARY KEY (partition, family, key)) WITHOUT ROWID;
        CREATE TABLE causes (cause TEXT NOT NULL PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE outbox (
            position INTEGER PRIMARY KEY AUTOINCREMENT, event_id BLOB NOT NULL, wire_name TEXT NOT NULL, body BLOB NOT NULL,
            recorded_at INTEGER NOT NULL, supersedes TEXT, parked TEXT, trace TEXT);
        CREATE INDEX outbox_supersedes ON outbox (supersedes) WHERE supersedes IS NOT NULL;
        CREATE INDEX outbox_parked ON outbox (position) WHERE parked IS NOT NULL;
        """);

    private static void CreateKeys(SqliteConnection connection) => connection.Execute(
        """
        CREATE TABLE key_packs (id INTEGER PRIMARY KEY, space TEXT NOT NULL, label TEXT, body BLOB NOT NULL);
        CREATE INDEX key_packs_label ON key_packs (space, label) WHERE label IS NOT NULL;
        CREATE TABLE key_runs (
            id INTEGER PRIMARY KEY, level INTEGER NOT NULL, keys INTEGER NOT NULL, last INTEGER NOT NULL,
            packs_until INTEGER NOT NULL, fences BLOB NOT NULL);
        CREATE TABLE key_blocks (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE key_filters (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
        """);

    /// <summary>Until schema 2 every key was a row of its own.</summary>
    private static void PackKeys(SqliteConnection connection)
    {
        var keys = new List<InsertOnceKey>();
        var space = "";
        long pack = 0;
        long run = 0;
        var recent = new RecentKeys();
        var statement = connection.Statement("SELECT space, key, value FROM keys ORDER BY space, key");
        while (statement.Step())
        {
            if (keys.Count == PackedKeys || (keys.Count > 0 && statement.Text(0) != space)) Write();
            space = statement.Text(0);
            keys.Add(new InsertOnceKey(statement.Blob(1), statement.Blob(2)));
        }

        statement.Reset();
        if (keys.Count > 0) Write();
        connection.Execute("DROP TABLE keys");

        void Write()
        {
            connection.WritePack(++pack, new PackRow(space, null, KeyPack.Encode(keys, members: null, left: null)));
            var seed = KeyWord.Seed(space);
            for (var slot = 0; slot < keys.Count; slot++)
            {
                if (recent.IsFull) recent = recent.Larger();
                recent.Add(KeyWord.Of(seed, keys[slot].Key.Span), new KeyPlace(pack, slot));
            }

            keys.Clear();
            if (recent.Count < RecentKeysMax) return;
            var (words, places) = recent.Sorted();
            connection.WriteRun(++run, words, places, pack);
            recent = new RecentKeys();
        }
    }
}
