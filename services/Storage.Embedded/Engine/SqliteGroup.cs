using System.Runtime.InteropServices;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Keys;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// The changes that share one SQL transaction, and so one fsync. What many of them write is written once, when the group ends.
/// </summary>
internal sealed class SqliteGroup(SqliteConnection connection, SqliteKeys keys, Pending pending, long lastPosition)
{
    // A group of so much goes into the tables at once: it changes so many rows that it gains nothing by waiting for others.
    private const long DirectBytes = 1024 * 1024;

    // The one writer's.
    private const string AuditChain = "0";

    private readonly Writes _writes = new();
    private readonly Dictionary<(string Collection, string Partition, string Id), StoredVersion> _read = [];
    private readonly List<long> _sent = [];
    private readonly List<byte[]> _audited = [];
    private bool _drained;
    private bool _eventsMoved;

    public SqliteConnection Connection => connection;

    public SqliteKeys Keys => keys;

    /// <summary>The position of the newest event.</summary>
    public long LastPosition { get; private set; } = lastPosition;

    public byte[]? AnswerTo(string cause) =>
        _writes.Causes.GetValueOrDefault(cause) ?? pending.Answer(cause) ?? connection.FindAnswer(cause);

    public void Record(string cause, byte[] answer) => _writes.Answer(cause, answer);

    public StoredVersion Current((string Collection, string Partition, string Id) address)
    {
        if (_writes.TryFind(address.Collection, address.Partition, address.Id, out var own)) return own;
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_read, address, out var wasRead);
        if (!wasRead)
            known = pending.Document(address.Collection, address.Partition, address.Id) ?? connection.FindVersion(
                address.Collection, address.Partition, address.Id);
        return known;
    }

    public List<Document> Scan(string collection, string partition, string? after, int limit) => pending.Read(
        layers => PendingDocuments.Of([.. layers, _writes], collection, partition, new DocumentAddress(partition, after ?? "")),
        newer => newer.Page(limit, rows => connection.Scan(collection, partition, after, rows)));

    public List<Counter> Counters(string family, string partition, string? from, string? until) => pending.Read(
        layers => PendingCounters.Of(layers, family, partition, from, until).With(_writes, family, partition, from, until),
        newer => newer.Over(connection.Counters(family, partition, from, until)));

    public void Take(
        Dictionary<(string Collection, string Partition, string Id), StoredVersion>? documents,
        List<(string Family, string Partition, string Key, long Delta)>? counters, List<PendingEvent>? events, List<Action>? keysUndo)
    {
        if (keysUndo is not null) keys.Keep(keysUndo);
        if (documents is not null)
            foreach (var (address, version) in documents) _writes.Put(address.Collection, address.Partition, address.Id, version);
        if (counters is not null)
            foreach (var (family, partition, key, delta) in counters) _writes.Add(family, partition, key, delta);
        if (events is null) return;
        foreach (var outgoing in events) _writes.Publish(++LastPosition, outgoing);
    }

    /// <summary>Events were sent, and others cannot be.</summary>
    public void Settle(IReadOnlyList<long> sent, IReadOnlyList<PoisonEvent> parked)
    {
        if (parked.Count > 0) Drain();
        var inLayers = _drained ? [] : sent.Where(pending.HasEvent).ToList();
        _sent.AddRange(inLayers);
        Forget(sent.Except(inLayers));
        foreach (var poison in parked)
            connection.Statement("UPDATE outbox SET parked = ?2 WHERE position = ?1").Bind(1, poison.Position).Bind(2, poison.Reason).Run();
    }

    /// <summary>Something was changed in the outbox's table.</summary>
    public void EventsMoved() => _eventsMoved = true;

    /// <summary>Takes the record of a change that is kept.</summary>
    public void Audit(byte[] record) => _audited.Add(record);

    /// <summary>Writes and commits.</summary>
    /// <returns>True when there is a new run of keys.</returns>
    public bool Commit(DateTimeOffset now)
    {
        if (_audited.Count > 0)
        {
            var last = new SqliteTransaction(this, now, traceParent: null);
            StoredAudit.Append(last, AuditChain, _audited).AsTask().GetAwaiter().GetResult();
            last.Keep();
        }

        foreach (var (id, row) in keys.Written) _writes.Pack(id, row);
        if (_drained || _writes.Bytes >= DirectBytes)
        {
            Drain();
            Supersede();
            _eventsMoved |= _writes.Events.Count > 0;
            _writes.AddTo(connection);
        }
        else
        {
            pending.SumUp(_writes);
            pending.Append(_writes);
            Supersede();
        }

        if (pending.IsGoing) Forget(_sent);

        keys.FlushRun();
        pending.Commit(_drained ? null : _writes, _sent, _eventsMoved);
        return keys.Committed();
    }

    private void Forget(IEnumerable<long> positions)
    {
        foreach (var position in positions)
        {
            connection.Statement("DELETE FROM outbox WHERE position = ?1").Bind(1, position).Run();
            _eventsMoved = true;
        }
    }

    // Those that are pending are replaced when the group is taken.
    private void Supersede()
    {
        if (!pending.EventsInTable && !pending.IsGoing) return;
        foreach (var aggregate in _writes.Superseding)
        {
            connection.Statement("DELETE FROM outbox WHERE supersedes = ?1 AND parked IS NULL").Bind(1, aggregate).Run();
            _eventsMoved = true;
        }
    }

    private void Drain()
    {
        if (_drained) return;
        _drained = true;
        _eventsMoved = true;
        pending.Drain();
    }
}
