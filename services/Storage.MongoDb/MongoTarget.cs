using System.Globalization;
using System.Runtime.CompilerServices;
using Distribution.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>A store to move into. How far the move is lies in the store itself.</summary>
internal sealed class MongoTarget(MongoDatabase database) : IStoreTarget
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Filter = Builders<BsonDocument>.Filter;

    public async Task<IReadOnlyDictionary<StoredKind, IReadOnlyList<string>>> Begin(string source, CancellationToken cancel)
    {
        if (await database.FindMove() is not { } move)
        {
            foreach (var kind in Enum.GetValues<StoredKind>())
                if (await Collection(kind).Find(Filter.Empty).Limit(1).AnyAsync(cancel))
                    throw new StoreUnavailableException("The store to move into is in use already: choose an empty one.");
            await database.SaveMove(move = new BsonDocument("source", source));
        }

        if (move["source"].AsString != source)
            throw new StoreUnavailableException(
                $"A move from {move["source"]} into this store has not ended: finish that one, or choose an empty store.");
        return Enum.GetValues<StoredKind>().Where(kind => move.Contains($"{kind}"))
            .ToDictionary(kind => kind, kind => (IReadOnlyList<string>)[.. move[$"{kind}"].AsBsonArray.Select(part => part.AsString)]);
    }

    public async Task Take(StoredKind kind, IReadOnlyList<StoredRow> rows, CancellationToken cancel)
    {
        // The address of a moved counter names its partition first.
        List<WriteModel<BsonDocument>> writes = kind == StoredKind.Counters
            ? MongoCounters.ToSet(
                rows.Select(row => KeyValuePair.Create((row.Address[1], row.Address[0], row.Address[2]), row.Number)), slot: 0)
            : [.. rows.Select(row => ToBson(kind, row))
                .Select(row => new ReplaceOneModel<BsonDocument>(Filter.Eq("_id", row["_id"]), row) { IsUpsert = true })];
        await MongoRetry.Run(() => Collection(kind).BulkWriteAsync(writes, MongoMarks.Unordered, cancel), cancel: cancel);
        var labels = kind == StoredKind.Keys ? MongoLabels.Moved(rows) : [];
        if (labels.Count > 0)
            await MongoRetry.Run(() => database.Labels.BulkWriteAsync(labels, MongoMarks.Unordered, cancel), cancel: cancel);
        var move = await database.FindMove() ?? throw new StoreUnavailableException("The move has been ended from elsewhere.");
        move[$"{kind}"] = new BsonArray(rows[^1].Address);
        await database.SaveMove(move);
    }

    public async IAsyncEnumerable<StoredRow> Rows(StoredKind kind, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var cursor = await Collection(kind).Find(Filter.Empty).ToCursorAsync(cancel);
        while (await cursor.MoveNextAsync(cancel))
        {
            foreach (var row in cursor.Current.SelectMany(row => ToRows(kind, row))) yield return row;
        }
    }

    public Task Finish(CancellationToken cancel) => database.EndMove();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IMongoCollection<BsonDocument> Collection(StoredKind kind) => kind switch
    {
        StoredKind.Documents => database.Documents,
        StoredKind.Keys => database.Keys,
        StoredKind.Counters => database.Counters,
        StoredKind.Causes => database.Causes,
        _ => database.Outbox,
    };

    private static BsonDocument ToBson(StoredKind kind, StoredRow row)
    {
        var bytes = MongoIds.Binary(row.Bytes.ToArray());
        var at = row.Address;
        return kind switch
        {
            StoredKind.Documents => new() { { "_id", MongoIds.Join(at[0], at[1], at[2]) }, { "v", row.Number }, { "b", bytes } },
            StoredKind.Keys => ToKey(row, bytes),
            StoredKind.Causes => new() { { "_id", at[0] }, { "a", bytes }, { "o", MongoIds.Binary([]) } },
            _ => ToEvent(row, bytes),
        };
    }

    private static BsonDocument ToKey(StoredRow row, BsonBinaryData value)
    {
        var key = new BsonDocument { { "_id", MongoIds.Binary(MongoIds.Key(row.Address[0], Convert.FromHexString(row.Address[1]))) },
            { "v", value } };
        // What it is listed by is told by the lists; this is for the comparison at the end of the move.
        if (row.Texts[0] is { } label) key.Add("l", label);
        return key;
    }

    private static BsonDocument ToEvent(StoredRow row, BsonBinaryData body)
    {
        var outgoing = new BsonDocument
        {
            { "_id", long.Parse(row.Address[0], CultureInfo.InvariantCulture) },
            { "e", MongoIds.Binary(Convert.FromHexString(row.Texts[0]!)) },
            { "t", row.Texts[1] }, { "b", body }, { "at", row.Number },
        };
        if (row.Texts[2] is { } supersedes) outgoing.Add("s", supersedes);
        if (row.Texts[3] is { } trace) outgoing.Add("c", trace);
        // Nobody's yet: whoever relays first takes it.
        if (row.Texts[4] is { } parked) outgoing.Add("p", parked);
        else outgoing.Add("u", 0L);
        return outgoing;
    }

    private static IEnumerable<StoredRow> ToRows(StoredKind kind, BsonDocument row) => kind == StoredKind.Counters
        ? MongoCounters.Read(row)
            .Select(counter => new StoredRow([counter.Partition, counter.Family, counter.Key], counter.Sum, default, []))
        : [ToRow(kind, row)];

    private static StoredRow ToRow(StoredKind kind, BsonDocument row)
    {
        switch (kind)
        {
            case StoredKind.Documents: return new(MongoIds.Split(row["_id"].AsString), row["v"].AsInt64, row["b"].AsByteArray, []);
            case StoredKind.Keys:
                var (space, key) = MongoIds.SplitKey(row["_id"].AsByteArray);
                return new([space, Convert.ToHexString(key)], 0, row["v"].AsByteArray, [Text("l")]);
            case StoredKind.Causes: return new([row["_id"].AsString], 0, row["a"].AsByteArray, []);
            default:
                return new([row["_id"].AsInt64.ToString(CultureInfo.InvariantCulture)], row["at"].AsInt64, row["b"].AsByteArray,
                    [Convert.ToHexString(row["e"].AsByteArray), row["t"].AsString, Text("s"), Text("c"), Text("p")]);
        }

        string? Text(string name) => row.TryGetValue(name, out var value) ? value.AsString : null;
    }
}
