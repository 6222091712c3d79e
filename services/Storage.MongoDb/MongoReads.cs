using Distribution.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>The queries of the port: as committed without a session, or as a transaction sees it with its own.</summary>
internal sealed class MongoReads(MongoDatabase database, IClientSessionHandle? session)
{
    private const int KeysPerQuery = 10_000;

    // What is asked for is bounded, so it may come in one answer: a cursor would cost another round trip.
    public static readonly FindOptions InOneAnswer = new() { BatchSize = 100_000 };
    private static readonly FilterDefinitionBuilder<BsonDocument> Filter = Builders<BsonDocument>.Filter;

    /// <summary>What lies at an address, a mere note of a reader's included, or null.</summary>
    public async Task<BsonDocument?> Stored(string id, CancellationToken cancel) =>
        await Query(database.Documents, Filter.Eq("_id", id)).FirstOrDefaultAsync(cancel);

    /// <summary>What lies at those of some addresses where anything does.</summary>
    public async Task<List<BsonDocument>> Stored(IEnumerable<string> ids, CancellationToken cancel) =>
        await Query(database.Documents, Filter.In("_id", ids)).ToListAsync(cancel);

    public async Task<Document?> Find(string id, CancellationToken cancel) =>
        await Stored(id, cancel) is { } found && found.Contains("b") ? ToDocument(found) : null;

    public async Task<List<Document>> Scan(string collection, string partition, string? after, int limit, CancellationToken cancel)
    {
        var prefix = MongoIds.Prefix(collection, partition);
        return await Documents(prefix + after, MongoIds.After(prefix), limit, cancel);
    }

    public async Task<List<Document>> ScanAll(string collection, DocumentAddress? after, int limit, CancellationToken cancel)
    {
        var prefix = MongoIds.Prefix(collection);
        var from = after is { } address ? MongoIds.Join(collection, address.Partition, address.Id) : prefix;
        return await Documents(from, MongoIds.After(prefix), limit, cancel);
    }

    /// <summary>The values of those keys that are there.</summary>
    public async Task FindKeys(IReadOnlyList<byte[]> ids, Action<byte[], byte[]> found, CancellationToken cancel)
    {
        foreach (var chunk in ids.Chunk(KeysPerQuery))
        {
            var query = chunk.Length == 1 ? Filter.Eq("_id", MongoIds.Binary(chunk[0])) : Filter.In("_id", chunk.Select(MongoIds.Binary));
            using var cursor = await Query(database.Keys, query).ToCursorAsync(cancel);
            while (await cursor.MoveNextAsync(cancel))
                foreach (var row in cursor.Current) found(row["_id"].AsByteArray, row["v"].AsByteArray);
        }
    }

    public async Task<byte[]?> FindKey(byte[] id, CancellationToken cancel)
    {
        byte[]? value = null;
        await FindKeys([id], (_, kept) => value = kept, cancel);
        return value;
    }

    /// <summary>The causes of these that were committed.</summary>
    public async Task<List<BsonDocument>> Causes(IEnumerable<string> causes, CancellationToken cancel) =>
        await Query(database.Causes, Filter.In("_id", causes)).ToListAsync(cancel);

    public async Task<List<Counter>> Counters(string family, string partition, string? from, string? until, CancellationToken cancel) =>
        MongoCounters.Merge(
            await Query(database.Counters, MongoCounters.Range(family, partition, from, until)).ToListAsync(cancel), from, until);

    private async Task<List<Document>> Documents(string after, string until, int limit, CancellationToken cancel)
    {
        var range = Filter.Gt("_id", after) & Filter.Lt("_id", until) & Filter.Exists("b");
        var rows = await Query(database.Documents, range).Sort(Builders<BsonDocument>.Sort.Ascending("_id")).Limit(limit)
            .ToListAsync(cancel);
        return rows.ConvertAll(ToDocument);
    }

    private IFindFluent<BsonDocument, BsonDocument> Query(
        IMongoCollection<BsonDocument> collection, FilterDefinition<BsonDocument> filter) =>
        session is null ? collection.Find(filter, InOneAnswer) : collection.Find(session, filter, InOneAnswer);

    private static Document ToDocument(BsonDocument row)
    {
        var parts = MongoIds.Split(row["_id"].AsString);
        return new Document(parts[1], parts[2], row["v"].AsInt64, row["b"].AsByteArray);
    }
}
