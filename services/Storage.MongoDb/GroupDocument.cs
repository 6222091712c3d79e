using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>A document in a group of changes: as it is stored, and as the group will leave it.</summary>
internal sealed class GroupDocument
{
    // Null where nothing is stored; 0 where only a reader's note of its absence is.
    private long? _storedVersion;

    public GroupDocument(string id, BsonDocument? stored)
    {
        Id = id;
        if (stored is null) return;
        _storedVersion = stored["v"].AsInt64;
        StoredReads = stored.GetValue("r", 0).ToInt32();
        if (stored.TryGetValue("b", out var body)) Now = new DocumentState(stored["v"].AsInt64, body.AsByteArray);
    }

    public string Id { get; }

    public DocumentState Now { get; private set; }

    public int StoredReads { get; private set; }

    public bool IsRead { get; set; }

    public bool IsDirty { get; private set; }

    public bool WasWritten { get; private set; }

    public bool IsStored => _storedVersion is not null;

    public void Write(DocumentState state) => (Now, IsDirty, WasWritten) = (state, true, true);

    /// <summary>As it was read: a writer in between is met by no match.</summary>
    public FilterDefinition<BsonDocument> AsRead =>
        Builders<BsonDocument>.Filter.Eq("_id", Id) & Builders<BsonDocument>.Filter.Eq("v", _storedVersion!.Value);

    /// <summary>What brings the store up to date, or null when there is nothing to do.</summary>
    public WriteModel<BsonDocument>? ToWrite()
    {
        if (Now.Body is null) return IsStored ? new DeleteOneModel<BsonDocument>(AsRead) : null;
        var row = new BsonDocument { { "_id", Id }, { "v", Now.Version }, { "b", MongoIds.Binary(Now.Body) } };
        return IsStored ? new ReplaceOneModel<BsonDocument>(AsRead, row) : new InsertOneModel<BsonDocument>(row);
    }

    public void Flushed()
    {
        _storedVersion = Now.Body is null ? null : Now.Version;
        StoredReads = 0;
        IsDirty = false;
    }
}

/// <summary>A document's version and body; no body where there is none.</summary>
internal readonly record struct DocumentState(long Version, byte[]? Body);
