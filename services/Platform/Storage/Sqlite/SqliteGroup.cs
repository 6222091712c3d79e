using System.Runtime.InteropServices;

namespace Distribution.Platform.Storage.Sqlite;

/// <summary>
/// The changes that share one SQL transaction, and so one fsync. Documents and counters that many of them write are
/// written once, when the group ends.
/// </summary>
internal sealed class SqliteGroup(SqliteConnection connection, SqliteKeys keys)
{
    private readonly Dictionary<(string Collection, string Partition, string Id), StoredVersion> _documents = [];
    private readonly Dictionary<(string Family, string Partition, string Key), long> _counters = [];
    private readonly Dictionary<string, byte[]> _causes = [];
    private readonly Dictionary<string, int> _superseding = [];
    private readonly List<PendingEvent?> _events = [];

    public SqliteConnection Connection => connection;

    public SqliteKeys Keys => keys;

    public bool HasEvents { get; private set; }

    public byte[]? AnswerTo(string cause) => _causes.TryGetValue(cause, out var answer) ? answer : connection.FindAnswer(cause);

    public void Record(string cause, byte[] answer) => _causes.Add(cause, answer);

    public StoredVersion Current((string Collection, string Partition, string Id) address)
    {
        if (_documents.TryGetValue(address, out var pending)) return pending;
        var found = connection.Find(address.Collection, address.Partition, address.Id);
        return found is null ? default : new StoredVersion(found.Version, MemoryMarshal.TryGetArray(found.Body, out var body) ? body.Array : null);
    }

    public void Take(
        Dictionary<(string, string, string), StoredVersion>? documents, Dictionary<(string, string, string), long>? counters,
        List<PendingEvent>? events, List<Action>? keysUndo)
    {
        if (keysUndo is not null) keys.Keep(keysUndo);
        if (documents is not null)
            foreach (var (address, version) in documents) _documents[address] = version;
        if (counters is not null)
        {
            foreach (var (address, delta) in counters)
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_counters, address, out _);
                sum = checked(sum + delta);
            }
        }

        if (events is null) return;
        HasEvents = true;
        foreach (var pending in events)
        {
            if (pending.Supersedes is { } aggregate)
            {
                if (_superseding.TryGetValue(aggregate, out var earlier)) _events[earlier] = null;
                _superseding[aggregate] = _events.Count;
            }

            _events.Add(pending);
        }
    }

    public void FlushDocuments()
    {
        foreach (var ((collection, partition, id), stored) in _documents)
        {
            if (stored.Body is null)
                connection.Statement("DELETE FROM documents WHERE collection = ?1 AND partition = ?2 AND id = ?3")
                    .Bind(1, collection).Bind(2, partition).Bind(3, id).Run();
            else
                connection.Statement("INSERT OR REPLACE INTO documents (collection, partition, id, version, body) VALUES (?1, ?2, ?3, ?4, ?5)")
                    .Bind(1, collection).Bind(2, partition).Bind(3, id).Bind(4, stored.Version).Bind(5, stored.Body).Run();
        }

        _documents.Clear();
    }

    public void FlushCounters()
    {
        foreach (var ((family, partition, key), delta) in _counters)
        {
            if (delta == 0) continue;
            connection.Statement(
                    "INSERT INTO counters (family, partition, key, value) VALUES (?1, ?2, ?3, ?4) " +
                    "ON CONFLICT (partition, family, key) DO UPDATE SET value = value + excluded.value")
                .Bind(1, family).Bind(2, partition).Bind(3, key).Bind(4, delta).Run();
        }

        _counters.Clear();
    }

    public void Flush()
    {
        FlushDocuments();
        FlushCounters();
        keys.Flush();
        foreach (var (cause, answer) in _causes)
            connection.Statement("INSERT INTO causes (cause, answer) VALUES (?1, ?2)").Bind(1, cause).Bind(2, answer).Run();
        foreach (var aggregate in _superseding.Keys)
            connection.Statement("DELETE FROM outbox WHERE supersedes = ?1 AND parked IS NULL").Bind(1, aggregate).Run();
        foreach (var pending in _events)
        {
            if (pending is null) continue;
            connection.Statement(
                    "INSERT INTO outbox (event_id, wire_name, body, recorded_at, supersedes, trace) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, pending.EventId.ToByteArray(bigEndian: true)).Bind(2, pending.WireName).Bind(3, pending.Body)
                .Bind(4, pending.RecordedAt.UtcTicks).Bind(5, pending.Supersedes).Bind(6, pending.TraceParent).Run();
        }
    }
}
