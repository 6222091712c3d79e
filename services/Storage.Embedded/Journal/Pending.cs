using System.Runtime.InteropServices;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Journal;

/// <summary>
/// What is committed and not yet in the tables. A small group is one row of the table <c>pending</c>, and is kept here;
/// what thousands of them wrote goes into the tables in the order of their keys, a little with each group that follows.
/// So a small commit costs one row, and not a page for each document and counter that it changes. After a crash the
/// rows are put into the tables before the store opens.
/// </summary>
/// <remarks>
/// The writer alone changes it. The newest layer takes what is committed; when it is full it is sealed, and the next one
/// is begun. A value in a layer is newer than one in the layers before it and in the tables, so that it does no harm when
/// a sealed layer is in the tables in part.
/// </remarks>
internal sealed class Pending(SqliteConnection connection, SqliteLimits limits)
{
    private const long BytesMax = 16 * 1024 * 1024;

    // How full a layer is to be when the one before it is in the tables.
    private const double FullWhenWritten = 0.7;

    private readonly Lock _gate = new();

    // Oldest first; the last one is open. Replaced when one is begun or goes.
    private Writes[] _layers = [new()];
    private IEnumerator<int>? _writing;
    private long _lastRow;
    private long _lastSealedRow;
    private double _pace;
    private double _owed;
    private int _going;

    /// <summary>Whether there may be unsent events in the table.</summary>
    public bool EventsInTable { get; private set; } = connection.HasUnsent();

    /// <summary>Whether a layer goes into the tables with this group.</summary>
    public bool IsGoing => _going > 0;

    /// <summary>Puts what a store has pending into its tables.</summary>
    public static void Recover(SqliteConnection connection)
    {
        var writes = new Writes();
        var statement = connection.Statement("SELECT body FROM pending ORDER BY id");
        while (statement.Step()) writes.Take(WritesRow.Decode(statement.Blob(0)));
        statement.Reset();
        if (writes.Rows == 0) return;
        connection.Begin();
        foreach (var _ in writes.WriteTo(connection)) { }
        connection.ForgetPending(long.MaxValue);
        connection.Commit();
    }

    /// <summary>The newest version of a document, when there is one here.</summary>
    public StoredVersion? Document(string collection, string partition, string id)
    {
        lock (_gate)
        {
            for (var at = _layers.Length - 1; at >= 0; at--)
                if (_layers[at].TryFind(collection, partition, id, out var version)) return version;
            return null;
        }
    }

    /// <summary>The answer to a cause, when it is here.</summary>
    public byte[]? Answer(string cause)
    {
        lock (_gate)
        {
            foreach (var layer in _layers)
                if (layer.Causes.TryGetValue(cause, out var answer)) return answer;
            return null;
        }
    }

    /// <summary>A pack, when it is here.</summary>
    public PackRow? Pack(long id)
    {
        lock (_gate)
        {
            for (var at = _layers.Length - 1; at >= 0; at--)
                if (_layers[at].Packs.TryGetValue(id, out var row)) return row;
            return null;
        }
    }

    /// <summary>Whether an unsent event is here, and not in the table.</summary>
    public bool HasEvent(long position)
    {
        lock (_gate) return Array.Exists(_layers, layer => layer.Events.ContainsKey(position));
    }

    /// <summary>Reads the tables and what is pending as of one moment.</summary>
    /// <param name="copy">Takes what it needs of the layers, oldest first. Short: the writer waits meanwhile.</param>
    /// <param name="query">Reads the tables, with one statement, and puts both together. May run more than once.</param>
    public T Read<TPending, T>(Func<IReadOnlyList<Writes>, TPending> copy, Func<TPending, T> query)
    {
        while (true)
        {
            Writes[] layers;
            TPending pending;
            lock (_gate)
            {
                layers = _layers;
                pending = copy(layers);
            }

            var result = query(pending);
            // Of a layer that is still there nothing in the tables is newer than the copy; one that has gone may have been followed by
            // others.
            lock (_gate)
                if (layers == _layers) return result;
        }
    }

    /// <summary>Makes what a group's counters come to of what it adds to them.</summary>
    public void SumUp(Writes group)
    {
        foreach (var (partition, counters) in group.Counters)
        {
            var newest = _layers[^1].Counters.GetValueOrDefault(partition);
            var older = _layers.Length == 1 ? null : _layers[0].Counters.GetValueOrDefault(partition);
            foreach (var key in counters.Keys)
            {
                long before = 0;
                if (newest?.TryGetValue(key, out before) != true && older?.TryGetValue(key, out before) != true)
                    before = connection.CounterOf(partition.Family, partition.Partition, key);
                ref var sum = ref CollectionsMarshal.GetValueRefOrNullRef(counters, key);
                sum = checked(sum + before);
            }
        }
    }

    /// <summary>Writes a group that is summed up as a row, and some of what is sealed into the tables.</summary>
    public void Append(Writes group)
    {
        if (group.Rows > 0)
        {
            var row = WritesRow.Encode(group);
            group.Bytes = Math.Max(group.Bytes, row.Length);
            connection.WritePending(++_lastRow, row);
        }

        if (_layers.Length == 1) return;
        // Evenly, so that it is done before the next one is full.
        _owed += _pace * group.Rows;
        if (IsFull) _owed = double.PositiveInfinity;
        if (_owed < limits.PendingRowsAtOnce) return;
        _writing ??= _layers[0].WriteTo(connection).GetEnumerator();
        for (; _owed > 0; _owed--)
        {
            if (_writing.MoveNext()) continue;
            connection.ForgetPending(_lastSealedRow);
            (_going, _owed) = (1, 0);
            return;
        }
    }

    /// <summary>Writes everything into the tables.</summary>
    public void Drain()
    {
        if (_layers.Length == 1 && _layers[0].Rows == 0) return;
        foreach (var layer in _layers)
            foreach (var _ in layer.WriteTo(connection)) { }
        connection.ForgetPending(_lastRow);
        _going = _layers.Length;
    }

    /// <summary>Commits; what the group wrote is to be seen from then on.</summary>
    /// <param name="group">What was appended, or null when all is in the tables.</param>
    /// <param name="sent">Events that need not be kept any more.</param>
    /// <param name="eventsMoved">Whether something was changed in the outbox's table.</param>
    public void Commit(Writes? group, List<long> sent, bool eventsMoved)
    {
        // Looked up before: what is committed cannot be taken back when a look-up fails.
        var eventsInTable = eventsMoved || _going > 0 ? connection.HasUnsent() : EventsInTable;
        // Nobody is to read the tables with a layer that has gone into them, or without one that is going.
        if (_going == 0) connection.Commit();
        lock (_gate)
        {
            if (_going > 0)
            {
                connection.Commit();
                _layers = _going == _layers.Length ? [new()] : _layers[_going..];
                _writing = null;
            }

            if (group is not null)
            {
                foreach (var aggregate in group.Superseding) _layers[0].Supersede(aggregate);
                _layers[^1].Take(group);
            }

            foreach (var position in sent)
                foreach (var layer in _layers) layer.Events.Remove(position);
            if (_layers.Length == 1 && IsFull)
            {
                _pace = _layers[0].Distinct / (FullWhenWritten * _layers[0].Rows);
                _layers = [_layers[0], new()];
                _lastSealedRow = _lastRow;
            }
        }

        EventsInTable = eventsInTable;
        _going = 0;
    }

    /// <summary>The group is lost, and what was written into the tables with it.</summary>
    public void RolledBack()
    {
        _writing = null;
        _going = 0;
    }

    private bool IsFull => _layers[^1].Rows >= limits.PendingRowsMax || _layers[^1].Bytes >= BytesMax;
}
