using System.Runtime.InteropServices;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Journal;

/// <summary>
/// What changes write, the newest of each: documents, counters, answers to causes, packs of keys, unsent events. Of a
/// group that is still decided the counters are what it adds; of one that is committed, what they come to.
/// </summary>
internal sealed class Writes
{
    // About what a row takes besides its texts and bytes.
    private const int RowBytes = 64;
    private const int EventBytes = 300;

    private readonly Dictionary<string, long> _superseding = [];

    public Dictionary<(string Collection, string Partition), Dictionary<string, StoredVersion>> Documents { get; } = [];

    public Dictionary<(string Family, string Partition), Dictionary<string, long>> Counters { get; } = [];

    public Dictionary<string, byte[]> Causes { get; } = [];

    public Dictionary<long, PackRow> Packs { get; } = [];

    /// <summary>By position.</summary>
    public SortedDictionary<long, PendingEvent> Events { get; } = [];

    /// <summary>The position of the newest event that there ever was, or 0.</summary>
    public long LastPosition { get; private set; }

    /// <summary>The aggregates of which there was an event that replaces unsent ones.</summary>
    public IReadOnlyCollection<string> Superseding => _superseding.Keys;

    /// <summary>Rows that were written, those that replaced others among them.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows as they are now.</summary>
    public int Distinct => Documents.Values.Sum(documents => documents.Count) + Counters.Values.Sum(counters => counters.Count)
        + Causes.Count + Packs.Count;

    /// <summary>About as many bytes as they take.</summary>
    public long Bytes { get; set; }

    public void Put(string collection, string partition, string id, in StoredVersion version)
    {
        ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(Of(Documents, (collection, partition)), id, out var known);
        if (!known) Note(version.Body?.Length ?? 0);
        kept = version;
    }

    public bool TryFind(string collection, string partition, string id, out StoredVersion version)
    {
        version = default;
        return Documents.TryGetValue((collection, partition), out var documents) && documents.TryGetValue(id, out version);
    }

    public void Add(string family, string partition, string key, long delta)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(Of(Counters, (family, partition)), key, out var known);
        if (!known) Note(0);
        sum = checked(sum + delta);
    }

    public void Answer(string cause, byte[] answer)
    {
        Note(answer.Length);
        Causes.Add(cause, answer);
    }

    public void Pack(long id, PackRow row)
    {
        Note(row.Body.Length);
        Packs[id] = row;
    }

    public void Publish(long position, PendingEvent outgoing)
    {
        Note(EventBytes);
        Events.Add(position, outgoing);
        LastPosition = position;
        if (outgoing.Supersedes is not { } aggregate) return;
        Supersede(aggregate);
        _superseding.Add(aggregate, position);
    }

    /// <summary>Forgets the event of an aggregate, which there is a newer one of.</summary>
    public void Supersede(string aggregate)
    {
        if (_superseding.Remove(aggregate, out var position)) Events.Remove(position);
    }

    /// <summary>Takes what was written after this, summed up.</summary>
    public void Take(Writes newer)
    {
        foreach (var (partition, documents) in newer.Documents)
        {
            var known = Of(Documents, partition);
            foreach (var (id, version) in documents) known[id] = version;
        }

        foreach (var (partition, counters) in newer.Counters)
        {
            var known = Of(Counters, partition);
            foreach (var (key, value) in counters) known[key] = value;
        }

        foreach (var (cause, answer) in newer.Causes) Causes.Add(cause, answer);
        foreach (var (id, row) in newer.Packs) Packs[id] = row;
        foreach (var (aggregate, position) in newer._superseding)
        {
            Supersede(aggregate);
            _superseding.Add(aggregate, position);
        }

        foreach (var (position, outgoing) in newer.Events) Events.Add(position, outgoing);
        LastPosition = Math.Max(LastPosition, newer.LastPosition);
        Rows += newer.Rows;
        Bytes += newer.Bytes;
    }

    /// <summary>
    /// Writes everything into the tables, a row with each step, in the order of their keys, so that rows that lie together are
    /// written together; the events all with the last.
    /// </summary>
    public IEnumerable<int> WriteTo(SqliteConnection connection)
    {
        foreach (var ((collection, partition), documents) in Sorted(Documents, address => address.Collection, address => address.Partition))
            foreach (var (id, version) in Sorted(documents, id => id))
            {
                connection.WriteDocument(collection, partition, id, version);
                yield return 1;
            }

        foreach (var ((family, partition), counters) in Sorted(Counters, address => address.Partition, address => address.Family))
            foreach (var (key, value) in Sorted(counters, key => key))
            {
                connection.SetCounter(family, partition, key, value);
                yield return 1;
            }

        foreach (var (cause, answer) in Sorted(Causes, cause => cause))
        {
            connection.WriteAnswer(cause, answer);
            yield return 1;
        }

        foreach (var (id, row) in Packs.OrderBy(pack => pack.Key))
        {
            connection.WritePack(id, row);
            yield return 1;
        }

        foreach (var (position, outgoing) in Events) connection.WriteEvent(position, outgoing);
        if (LastPosition > 0) connection.KeepPosition(LastPosition);
    }

    /// <summary>Writes a group that is not summed up into the tables.</summary>
    public void AddTo(SqliteConnection connection)
    {
        foreach (var ((family, partition), counters) in Counters)
            foreach (var (key, delta) in counters)
                connection.AddToCounter(family, partition, key, delta);
        Counters.Clear();
        foreach (var _ in WriteTo(connection)) { }
    }

    private void Note(int bytes)
    {
        Rows++;
        Bytes += RowBytes + bytes;
    }

    private static Dictionary<string, T> Of<T>(Dictionary<(string, string), Dictionary<string, T>> all, (string, string) partition)
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(all, partition, out _);
        return found ??= [];
    }

    private static IEnumerable<KeyValuePair<TKey, T>> Sorted<TKey, T>(
        Dictionary<TKey, T> rows, Func<TKey, string> first, Func<TKey, string>? second = null) where TKey : notnull
    {
        var sorted = rows.OrderBy(row => first(row.Key), StringComparer.Ordinal);
        return second is null ? sorted : sorted.ThenBy(row => second(row.Key), StringComparer.Ordinal);
    }
}
