using Distribution.Platform.Storage;

namespace Distribution.Simulation.Tests;

/// <summary>What a change read on a snapshot and wants to write, until it is known whether the one still stands for the other.</summary>
internal sealed class SnapshotChange(ITransaction snapshot, ReadMarks marks) : ITransaction
{
    private readonly Dictionary<(string Collection, string Partition, string Id), (long Version, long Marks)> _read = [];
    private readonly Dictionary<(string Collection, string Partition, string Id), (long Version, byte[]? Body)> _documents = [];
    private readonly Dictionary<(string Space, string Key), (byte[]? Before, byte[] After, string? Label)> _keys = [];
    private readonly List<Action<ITransaction>> _others = [];

    public DateTimeOffset Now { get; } = snapshot.Now;

    public async ValueTask<Document?> Find(string collection, string partition, string id)
    {
        var (version, body) = await Current((collection, partition, id));
        return body is null ? null : new Document(partition, id, version, body);
    }

    public ValueTask<IReadOnlyList<Document>> Scan(string collection, string partition, string? after, int limit) =>
        snapshot.Scan(collection, partition, after, limit);

    public ValueTask<IReadOnlyList<Counter>> Counters(string family, string partition, string? from, string? until) =>
        snapshot.Counters(family, partition, from, until);

    public async ValueTask<long> Put(string collection, string partition, string id, ReadOnlyMemory<byte> body)
    {
        var version = (await Current((collection, partition, id))).Version + 1;
        _documents[(collection, partition, id)] = (version, body.ToArray());
        return version;
    }

    public async ValueTask Delete(string collection, string partition, string id)
    {
        await Current((collection, partition, id));
        _documents[(collection, partition, id)] = default;
    }

    public async ValueTask InsertOnce(string space, IReadOnlyList<InsertOnceKey> keys, Action<int, ReadOnlyMemory<byte>> existing)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (await FindKey(space, keys[i].Key) is { } kept) existing(i, kept);
            else _keys.Add(Address(space, keys[i].Key), (null, keys[i].Value.ToArray(), keys[i].Label));
        }
    }

    public async ValueTask ReplaceKey(string space, InsertOnceKey key)
    {
        var address = Address(space, key.Key);
        if (!_keys.TryGetValue(address, out var own))
        {
            var stored = await snapshot.FindKey(space, key.Key) ?? throw new InvalidOperationException("the key to replace is not there");
            own = (stored.ToArray(), [], null);
        }

        _keys[address] = (own.Before, key.Value.ToArray(), key.Label ?? own.Label);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key) =>
        _keys.TryGetValue(Address(space, key), out var own) ? own.After : await snapshot.FindKey(space, key);

    public void Add(string family, string partition, string key, long delta) =>
        _others.Add(newest => newest.Add(family, partition, key, delta));

    public void Publish(object outgoing, string? supersedes) => _others.Add(newest => newest.Publish(outgoing, supersedes));

    public void Concerns(string placeId) => _others.Add(newest => newest.Concerns(placeId));

    /// <summary>Writes all of it, or nothing and false when what it stands on has changed.</summary>
    public async ValueTask<bool> TryWrite(ITransaction newest)
    {
        foreach (var (address, (version, read)) in _read)
        {
            if (((await newest.Find(address.Collection, address.Partition, address.Id))?.Version ?? 0) != version) return false;
            if (_documents.ContainsKey(address) && marks.Of(address) != read) return false;
        }

        foreach (var ((space, key), (before, _, _)) in _keys)
        {
            var now = await newest.FindKey(space, Convert.FromHexString(key));
            if (now is null != before is null || (now is { } value && !value.Span.SequenceEqual(before))) return false;
        }

        foreach (var ((collection, partition, id), (_, body)) in _documents)
        {
            if (body is null) await newest.Delete(collection, partition, id);
            else await newest.Put(collection, partition, id, body);
        }

        foreach (var ((space, key), (before, after, label)) in _keys)
        {
            var written = new InsertOnceKey(Convert.FromHexString(key), after, label);
            if (before is null) await newest.InsertOnce(space, [written], (_, _) => { });
            else await newest.ReplaceKey(space, written);
        }

        foreach (var other in _others) other(newest);
        foreach (var address in _read.Keys)
            if (!_documents.ContainsKey(address)) marks.Leave(address);
        return true;
    }

    private async ValueTask<(long Version, byte[]? Body)> Current((string Collection, string Partition, string Id) address)
    {
        if (_documents.TryGetValue(address, out var own)) return own;
        var stored = await snapshot.Find(address.Collection, address.Partition, address.Id);
        _read[address] = (stored?.Version ?? 0, marks.Of(address));
        return (stored?.Version ?? 0, stored?.Body.ToArray());
    }

    private static (string Space, string Key) Address(string space, ReadOnlyMemory<byte> key) => (space, Convert.ToHexString(key.Span));
}
