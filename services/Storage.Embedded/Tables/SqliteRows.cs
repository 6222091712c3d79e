namespace Distribution.Storage.Embedded.Tables;

/// <summary>Writes rows, inside the writer's transaction.</summary>
internal static class SqliteRows
{
    public static void WriteDocument(
        this SqliteConnection connection, string collection, string partition, string id, in StoredVersion stored)
    {
        if (stored.Body is null)
        {
            connection.Statement("DELETE FROM documents WHERE collection = ?1 AND partition = ?2 AND id = ?3")
                .Bind(1, collection).Bind(2, partition).Bind(3, id).Run();
            return;
        }

        connection.Statement("INSERT OR REPLACE INTO documents (collection, partition, id, version, body) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, collection).Bind(2, partition).Bind(3, id).Bind(4, stored.Version).Bind(5, stored.Body.Bytes).Run();
    }

    public static void AddToCounter(this SqliteConnection connection, string family, string partition, string key, long delta)
    {
        if (delta == 0) return;
        connection.Statement(
                "INSERT INTO counters (family, partition, key, value) VALUES (?1, ?2, ?3, ?4) " +
                "ON CONFLICT (partition, family, key) DO UPDATE SET value = value + excluded.value")
            .Bind(1, family).Bind(2, partition).Bind(3, key).Bind(4, delta).Run();
    }

    public static void SetCounter(this SqliteConnection connection, string family, string partition, string key, long value) =>
        connection.Statement(
                "INSERT INTO counters (family, partition, key, value) VALUES (?1, ?2, ?3, ?4) " +
                "ON CONFLICT (partition, family, key) DO UPDATE SET value = excluded.value")
            .Bind(1, family).Bind(2, partition).Bind(3, key).Bind(4, value).Run();

    public static void WriteAnswer(this SqliteConnection connection, string cause, byte[] answer) =>
        connection.Statement("INSERT OR REPLACE INTO causes (cause, answer) VALUES (?1, ?2)").Bind(1, cause).Bind(2, answer).Run();

    public static void WriteEvent(this SqliteConnection connection, long position, PendingEvent outgoing) =>
        connection.Statement(
                "INSERT INTO outbox (position, event_id, wire_name, body, recorded_at, supersedes, trace) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                    + "?7)")
            .Bind(1, position).Bind(2, outgoing.EventId.ToByteArray(bigEndian: true)).Bind(3, outgoing.WireName).Bind(4, outgoing.Body)
            .Bind(5, outgoing.RecordedAt.UtcTicks).Bind(6, outgoing.Supersedes).Bind(7, outgoing.TraceParent).Run();

    /// <summary>Keeps a position from being given again, though its event was sent before it came into the table.</summary>
    public static void KeepPosition(this SqliteConnection connection, long position)
    {
        connection.Statement("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'outbox'").Bind(1, position).Run();
        if (connection.Changes == 0)
            connection.Statement("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?1)").Bind(1, position).Run();
    }

    /// <summary>Keeps what a group wrote, until it is in the tables.</summary>
    public static void WritePending(this SqliteConnection connection, long id, ReadOnlySpan<byte> body) =>
        connection.Statement("INSERT INTO pending (id, body) VALUES (?1, ?2)").Bind(1, id).Bind(2, body).Run();

    /// <summary>Forgets what is in the tables.</summary>
    public static void ForgetPending(this SqliteConnection connection, long until) =>
        connection.Statement("DELETE FROM pending WHERE id <= ?1").Bind(1, until).Run();
}
