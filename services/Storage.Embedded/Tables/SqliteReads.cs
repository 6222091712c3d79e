using Distribution.Platform.Storage;

namespace Distribution.Storage.Embedded.Tables;

/// <summary>The queries of the port, over one connection: a reader's, or the writer's inside its transaction.</summary>
internal static class SqliteReads
{
    public static Document? Find(this SqliteConnection connection, string collection, string partition, string id) =>
        connection.FindVersion(collection, partition, id).At(partition, id);

    public static StoredVersion FindVersion(this SqliteConnection connection, string collection, string partition, string id)
    {
        var statement = connection.Statement("SELECT version, body FROM documents WHERE collection = ?1 AND partition = ?2 AND id = ?3")
            .Bind(1, collection).Bind(2, partition).Bind(3, id);
        var found = statement.Step() ? new StoredVersion(statement.Int64(0), new StoredBody(statement.Blob(1))) : default;
        statement.Reset();
        return found;
    }

    public static List<Document> Scan(this SqliteConnection connection, string collection, string partition, string? after, int limit)
    {
        var statement = connection.Statement(
                "SELECT partition, id, version, body FROM documents WHERE collection = ?1 AND partition = ?2 AND id > ?3 ORDER BY id "
                    + "LIMIT ?4")
            .Bind(1, collection).Bind(2, partition).Bind(3, after ?? "").Bind(4, limit);
        return Documents(statement);
    }

    public static List<Document> ScanAll(this SqliteConnection connection, string collection, DocumentAddress? after, int limit)
    {
        var statement = after is { } address
            ? connection.Statement(
                    "SELECT partition, id, version, body FROM documents WHERE collection = ?1 AND (partition, id) > (?2, ?3) ORDER BY "
                        + "partition, id LIMIT ?4")
                .Bind(1, collection).Bind(2, address.Partition).Bind(3, address.Id).Bind(4, limit)
            : connection.Statement(
                "SELECT partition, id, version, body FROM documents WHERE collection = ?1 ORDER BY partition, id LIMIT ?2")
                .Bind(1, collection).Bind(2, limit);
        return Documents(statement);
    }

    public static byte[]? FindAnswer(this SqliteConnection connection, string cause)
    {
        var statement = connection.Statement("SELECT answer FROM causes WHERE cause = ?1").Bind(1, cause);
        var found = statement.Step() ? statement.Blob(0) : null;
        statement.Reset();
        return found;
    }

    /// <summary>The position of the newest event that the table ever had.</summary>
    public static long LastPosition(this SqliteConnection connection)
    {
        var statement = connection.Statement("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'");
        var last = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return last;
    }

    public static long CounterOf(this SqliteConnection connection, string family, string partition, string key)
    {
        var statement = connection.Statement("SELECT value FROM counters WHERE partition = ?1 AND family = ?2 AND key = ?3")
            .Bind(1, partition).Bind(2, family).Bind(3, key);
        var value = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return value;
    }

    /// <summary>Whether there are unsent events in the table.</summary>
    public static bool HasUnsent(this SqliteConnection connection)
    {
        var statement = connection.Statement("SELECT 1 FROM outbox WHERE parked IS NULL LIMIT 1");
        var found = statement.Step();
        statement.Reset();
        return found;
    }

    public static List<Counter> Counters(this SqliteConnection connection, string family, string partition, string? from, string? until)
    {
        var statement = connection.Statement(until is null
                ? "SELECT key, value FROM counters WHERE family = ?1 AND partition = ?2 AND key >= ?3 ORDER BY key"
                : "SELECT key, value FROM counters WHERE family = ?1 AND partition = ?2 AND key >= ?3 AND key < ?4 ORDER BY key")
            .Bind(1, family).Bind(2, partition).Bind(3, from ?? "");
        if (until is not null) statement.Bind(4, until);
        var counters = new List<Counter>();
        while (statement.Step()) counters.Add(new Counter(statement.Text(0), statement.Int64(1)));
        statement.Reset();
        return counters;
    }

    private static List<Document> Documents(SqliteStatement statement)
    {
        var documents = new List<Document>();
        while (statement.Step())
            documents.Add(new Document(statement.Text(0), statement.Text(1), statement.Int64(2), statement.Blob(3)));
        statement.Reset();
        return documents;
    }
}
