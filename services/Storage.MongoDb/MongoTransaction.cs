using System.Runtime.InteropServices;
using Distribution.Contracts;
using Distribution.Platform.Storage;
using MongoDB.Bson;

namespace Distribution.Storage.MongoDb;

/// <summary>One change while it is decided: its writes wait here, over those of the group, and are forgotten when it is
/// discarded.</summary>
internal sealed class MongoTransaction(MongoGroup group, DateTimeOffset now, string? traceParent) : ITransaction
{
    public HashSet<string> Read { get; } = [];

    public Dictionary<string, DocumentState> Documents { get; } = [];

    public Dictionary<byte[], KeyState> Keys { get; } = new(ByContent.Comparer);

    public Dictionary<(string, string, string), long> Sums { get; } = [];

    public List<PendingEvent> Events { get; } = [];

    /// <summary>The places that it is about; null where none was said.</summary>
    public HashSet<string>? Places { get; private set; }

    public DateTimeOffset Now => now;

    public async ValueTask<Document?> Find(string collection, string partition, string id)
    {
        var address = MongoIds.Join(collection, partition, id);
        var state = await Current(address);
        Read.Add(address);
        return state.Body is null ? null : new Document(partition, id, state.Version, state.Body);
    }

    public async ValueTask<IReadOnlyList<Document>> Scan(string collection, string partition, string? after, int limit) =>
        await group.Ask(async () =>
        {
            await group.FlushDocuments();
            return await group.Reads.Scan(collection, partition, after, limit, group.Cancel);
        });

    public async ValueTask<IReadOnlyList<Counter>> Counters(string family, string partition, string? from, string? until) =>
        await group.Ask(async () =>
        {
            await group.FlushCounters();
            return await group.Reads.Counters(family, partition, from, until, group.Cancel);
        });

    public async ValueTask<long> Put(string collection, string partition, string id, ReadOnlyMemory<byte> body)
    {
        var address = MongoIds.Join(collection, partition, id);
        var version = (await Current(address)).Version + 1;
        Documents[address] = new DocumentState(version, body.ToArray());
        return version;
    }

    public async ValueTask PutNew<T>(string collection, string partition, string id, T value) where T : class
    {
        var address = MongoIds.Join(collection, partition, id);
        if (!group.ExpectsNewDocuments && (await Current(address)).Body is not null)
            throw new InvalidOperationException($"{collection} {partition} {id} is not new");
        Documents[address] = new DocumentState(1, StoreJson.Bytes(value));
    }

    public async ValueTask Delete(string collection, string partition, string id)
    {
        var address = MongoIds.Join(collection, partition, id);
        await Current(address);
        Documents[address] = default;
    }

    public async ValueTask InsertOnce(string space, IReadOnlyList<InsertOnceKey> keys, Action<int, ReadOnlyMemory<byte>> existing)
    {
        var ids = new byte[keys.Count][];
        var unknown = new List<byte[]>(keys.Count);
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = MongoIds.Key(space, keys[i].Key.Span);
            if (Known(ids[i]) is null) unknown.Add(ids[i]);
        }

        if (!group.ExpectsNewKeys) await LookUp(unknown);
        for (var i = 0; i < ids.Length; i++)
        {
            if (Known(ids[i]) is { } kept)
            {
                group.MetKeys = true;
                existing(i, kept);
            }
            else Keys.Add(ids[i], new KeyState(keys[i].Value.ToArray(), keys[i].Label));
        }
    }

    public async ValueTask ReplaceKey(string space, InsertOnceKey key)
    {
        var id = MongoIds.Key(space, key.Key.Span);
        if (await Value(id) is null) throw new InvalidOperationException("the key to replace is not there");
        Keys[id] = new KeyState(key.Value.ToArray(), key.Label ?? (Keys.TryGetValue(id, out var own) ? own.Label : null));
    }

    public async ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key) =>
        await Value(MongoIds.Key(space, key.Span)) is { } value ? value : default(ReadOnlyMemory<byte>?);

    public void Add(string family, string partition, string key, long delta)
    {
        if (delta == 0) return;
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(Sums, (family, partition, key), out _);
        sum = checked(sum + delta);
    }

    public void Publish(object outgoing, string? supersedes) => Events.Add(new PendingEvent(
        Guid.CreateVersion7(now), WireNames.Of(outgoing),
        StoreJson.BytesOf(outgoing), now, supersedes, traceParent));

    public void Concerns(string placeId) => (Places ??= []).Add(placeId);

    private byte[]? Known(byte[] id) => Keys.TryGetValue(id, out var own) ? own.Value : group.KnownKey(id);

    private async ValueTask<byte[]?> Value(byte[] id)
    {
        if (Known(id) is { } known) return known;
        await LookUp([id]);
        return group.KnownKey(id);
    }

    private async ValueTask LookUp(List<byte[]> ids)
    {
        if (ids.Count == 0) return;
        await group.Ask(async () =>
        {
            await group.Reads.FindKeys(ids, group.Remember, group.Cancel);
            return true;
        });
    }

    private async ValueTask<DocumentState> Current(string address) =>
        Documents.TryGetValue(address, out var own) ? own : (await group.Document(address)).Now;
}

/// <summary>A key's value; its label when that is new.</summary>
internal readonly record struct KeyState(byte[] Value, string? Label);

/// <summary>An event on its way into the outbox.</summary>
internal sealed record PendingEvent(
    Guid EventId, string WireName, byte[] Body, DateTimeOffset RecordedAt, string? Supersedes, string? TraceParent)
{
    public BsonDocument ToRow(long position, BsonBinaryData holder, TimeSpan lease)
    {
        var row = new BsonDocument
        {
            { "_id", position }, { "e", MongoIds.Binary(EventId.ToByteArray(bigEndian: true)) }, { "t", WireName },
            { "b", MongoIds.Binary(Body) },
            { "at", RecordedAt.UtcTicks }, { "l", holder }, { "u", RecordedAt.UtcTicks + lease.Ticks },
        };
        if (Supersedes is not null) row.Add("s", Supersedes);
        if (TraceParent is not null) row.Add("c", TraceParent);
        return row;
    }
}
