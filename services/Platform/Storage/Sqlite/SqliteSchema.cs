namespace Distribution.Platform.Storage.Sqlite;

/// <summary>The tables of a store file. Every table is its own primary key's tree: no row ids, no second look-ups.</summary>
internal static class SqliteSchema
{
    private const int Version = 2;

    /// <summary>Makes the tables in a new file, and brings those of an older one up to date.</summary>
    /// <exception cref="StoreUnavailableException">The file was made by a newer version.</exception>
    public static void Ensure(SqliteConnection connection)
    {
        // Commits are made durable by SqliteSync, checkpoints by SQLite. The page size only takes effect before the first table, and WAL before the first transaction.
        connection.Execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; " +
                           "PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864");
        var statement = connection.Statement("PRAGMA user_version");
        statement.Step();
        var found = statement.Int64(0);
        statement.Reset();
        if (found > Version)
            throw new StoreUnavailableException($"The store was written by a newer version (schema {found}, this program knows {Version}): run that one.");
        if (found == Version) return;
        connection.Execute("BEGIN IMMEDIATE");
        if (found == 0) Create(connection);
        else connection.Execute("ALTER TABLE outbox ADD COLUMN trace TEXT");
        connection.Execute($"PRAGMA user_version = {Version}; COMMIT");
    }

    private static void Create(SqliteConnection connection) => connection.Execute(
        """
        CREATE TABLE documents (
            collection TEXT NOT NULL, partition TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (collection, partition, id)) WITHOUT ROWID;
        CREATE TABLE keys (
            space TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (space, key)) WITHOUT ROWID;
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
}
