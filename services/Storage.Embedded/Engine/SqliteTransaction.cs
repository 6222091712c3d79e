using Distribution.Contracts;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Keys;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// One change while it is decided: its writes wait here, over those of the group, so that a change that is refused or
/// throws leaves nothing behind. Keys alone are inserted at once, because a decision depends on which were new; they
/// are taken back when the change is discarded.
/// </summary>
internal sealed class SqliteTransaction(SqliteGroup group, DateTimeOffset now, string? traceParent) : ITransaction
{
    // Of a single dose in a facility of a district.
    private const int CountersUsual = 20;

    private Dictionary<(string, string, string), StoredVersion>? _documents;
    private List<(string Family, string Partition, string Key, long Delta)>? _counters;
    private List<PendingEvent>? _events;
    private List<Action>? _undo;
    private HashSet<string>? _places;

    public DateTimeOffset Now => now;

    /// <summary>The places that it is about; null where none was said.</summary>
    public IReadOnlyCollection<string>? Places => _places;

    public ValueTask<Document?> Find(string collection, string partition, string id) =>
        new(Current((collection, partition, id)).At(partition, id));

    public ValueTask<T?> FindValue<T>(string collection, string partition, string id) where T : class =>
        new(Current((collection, partition, id)).Body?.Read<T>());

    public ValueTask<IReadOnlyList<Document>> Scan(string collection, string partition, string? after, int limit) =>
        new(group.Scan(collection, partition, after, limit));

    public ValueTask<IReadOnlyList<Counter>> Counters(string family, string partition, string? from, string? until) =>
        new(group.Counters(family, partition, from, until));

    public ValueTask<long> Put(string collection, string partition, string id, ReadOnlyMemory<byte> body) =>
        Put(collection, partition, id, new StoredBody(body.ToArray()));

    public ValueTask<long> PutValue<T>(string collection, string partition, string id, T value) where T : class =>
        Put(collection, partition, id, StoredBody.Of(value));

    public ValueTask PutNew<T>(string collection, string partition, string id, T value) where T : class
    {
        (_documents ??= [])[(collection, partition, id)] = new StoredVersion(1, StoredBody.Of(value));
        return default;
    }

    public ValueTask Delete(string collection, string partition, string id)
    {
        (_documents ??= [])[(collection, partition, id)] = default;
        return default;
    }

    public ValueTask InsertOnce(string space, IReadOnlyList<InsertOnceKey> keys, Action<int, ReadOnlyMemory<byte>> existing)
    {
        group.Keys.InsertOnce(keys as KeyPacks ?? new KeyPacks(space, keys), existing, _undo ??= []);
        return default;
    }

    public ValueTask ReplaceKey(string space, InsertOnceKey key)
    {
        group.Keys.Replace(space, key, _undo ??= []);
        return default;
    }

    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key) => new(group.Keys.Find(space, key.Span));

    public void Add(string family, string partition, string key, long delta)
    {
        if (delta == 0) return;
        (_counters ??= new(CountersUsual)).Add((family, partition, key, delta));
    }

    public void Publish(object outgoing, string? supersedes) => (_events ??= []).Add(new PendingEvent(
        Guid.CreateVersion7(now), WireNames.Of(outgoing), outgoing, now, supersedes, traceParent));

    public void Concerns(string placeId) => (_places ??= []).Add(placeId);

    /// <summary>Makes the change part of the group.</summary>
    public void Keep() => group.Take(_documents, _counters, _events, _undo);

    /// <summary>Takes back what was done at once.</summary>
    public void Discard()
    {
        if (_undo is not null) SqliteKeys.Undo(_undo);
    }

    private ValueTask<long> Put(string collection, string partition, string id, StoredBody body)
    {
        var address = (collection, partition, id);
        var version = Current(address).Version + 1;
        (_documents ??= [])[address] = new StoredVersion(version, body);
        return new(version);
    }

    private StoredVersion Current((string Collection, string Partition, string Id) address) =>
        _documents is not null && _documents.TryGetValue(address, out var own) ? own : group.Current(address);
}
