using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Platform.MongoDb;

/// <summary>
/// The marks that readers leave for writers. A reader notes itself on the document, so that of a reader and a writer at
/// once the later one is refused, and decides again. A document that is read again and again without being written, such
/// as the version of a tree of places, would make its readers refuse each other: such a one is left alone, each
/// instance writes to a guard in its own slot, and the rare writer writes to all of them.
/// </summary>
internal sealed class MongoMarks(MongoDatabase database, IClientSessionHandle session, int slot, CancellationToken cancel)
{
    private const int MuchReadFrom = 4;

    public static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };

    /// <summary>Whether a document has been read this often since it was last written that its readers use guards.</summary>
    public static bool IsMuchRead(int reads) => reads >= MuchReadFrom;

    /// <summary>Leaves the readers' marks.</summary>
    public async Task Leave(IEnumerable<GroupDocument> read)
    {
        var notes = new List<WriteModel<BsonDocument>>();
        var guards = new List<WriteModel<BsonDocument>>();
        foreach (var document in read.OrderBy(document => document.Id, StringComparer.Ordinal))
        {
            if (!document.IsStored) notes.Add(new InsertOneModel<BsonDocument>(new BsonDocument { { "_id", document.Id }, { "v", 0L }, { "r", 1 } }));
            else if (!IsMuchRead(document.StoredReads))
                notes.Add(new UpdateOneModel<BsonDocument>(document.AsRead, Builders<BsonDocument>.Update.Inc("r", 1)));
            else guards.Add(Guard(document.Id, slot));
        }

        await Write(database.Documents, notes);
        if (guards.Count > 0) await database.Guards.BulkWriteAsync(session, guards, Unordered, cancel);
    }

    /// <summary>Runs into every mark that a reader may have left for these, which are about to be written.</summary>
    public async Task Hit(IEnumerable<GroupDocument> written)
    {
        var guards = written.SelectMany(document => Enumerable.Range(0, MongoInstance.Slots).Select(at => Guard(document.Id, at))).ToList();
        if (guards.Count > 0) await database.Guards.BulkWriteAsync(session, guards, Unordered, cancel);
    }

    /// <summary>Writes documents as they were read, or not at all.</summary>
    public async Task Write(IMongoCollection<BsonDocument> collection, List<WriteModel<BsonDocument>> writes)
    {
        if (writes.Count == 0) return;
        var result = await collection.BulkWriteAsync(session, writes, Unordered, cancel);
        if (result.InsertedCount + result.MatchedCount + result.DeletedCount != writes.Count) throw new LostRace();
    }

    private static UpdateOneModel<BsonDocument> Guard(string id, int at) => new(
        Builders<BsonDocument>.Filter.Eq("_id", MongoIds.WithSlot(id, at)), Builders<BsonDocument>.Update.Inc("n", 1L)) { IsUpsert = true };
}
