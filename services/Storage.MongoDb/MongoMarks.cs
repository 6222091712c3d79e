using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// Writes documents, and the marks that readers leave for writers. A reader notes itself on the document, so that of a
/// reader and a writer at once the later one is refused, and decides again. A document that is read again and again
/// without being written, such as the version of a tree of places, would make its readers refuse each other: such a one
/// is left alone, each instance writes to a guard in its own slot, and the rare writer writes to all of them.
/// </summary>
internal sealed class MongoMarks(MongoDatabase database, IClientSessionHandle session, int slot, CancellationToken cancel)
{
    private const int MuchReadFrom = 4;

    public static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };

    /// <summary>Writes documents as they were read, or not at all, and marks those that were only read.</summary>
    public async Task Write(IEnumerable<GroupDocument> written, IEnumerable<GroupDocument> read)
    {
        var writes = new List<(string Id, WriteModel<BsonDocument> Write)>();
        var guards = new List<string>();
        foreach (var document in written)
        {
            if (document.ToWrite() is { } write) writes.Add((document.Id, write));
            if (IsMuchRead(document))
                guards.AddRange(Enumerable.Range(0, MongoInstance.Slots).Select(at => MongoIds.WithSlot(document.Id, at)));
        }

        foreach (var document in read)
        {
            if (IsMuchRead(document)) guards.Add(MongoIds.WithSlot(document.Id, slot));
            else writes.Add((document.Id, Note(document)));
        }

        // In one order everywhere, so that two that wait for each other's documents are rare.
        if (guards.Count > 0)
            await database.Guards.BulkWriteAsync(session, guards.Order(StringComparer.Ordinal).Select(Guard), Unordered, cancel);
        if (writes.Count == 0) return;
        var result = await database.Documents.BulkWriteAsync(
            session, writes.OrderBy(write => write.Id, StringComparer.Ordinal).Select(write => write.Write), Unordered, cancel);
        if (result.InsertedCount + result.MatchedCount + result.DeletedCount != writes.Count) throw new LostRace();
    }

    private static bool IsMuchRead(GroupDocument document) => document.StoredReads >= MuchReadFrom;

    private static WriteModel<BsonDocument> Note(GroupDocument document) => document.IsStored
        ? new UpdateOneModel<BsonDocument>(document.AsRead, Builders<BsonDocument>.Update.Inc("r", 1))
        : new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", document.Id }, { "v", 0L }, { "r", 1 } });

    private static UpdateOneModel<BsonDocument> Guard(string id) => new(
        Builders<BsonDocument>.Filter.Eq("_id", id), Builders<BsonDocument>.Update.Inc("n", 1L))
    { IsUpsert = true };
}
