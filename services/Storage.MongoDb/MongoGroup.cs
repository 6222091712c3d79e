using System.Globalization;
using System.Runtime.InteropServices;
using Distribution.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// The changes that share one transaction. What they read is read once, what they write is written once, when the group
/// ends. The transaction is a snapshot, so that by itself it would notice only writers of what it writes: for each
/// document that it reads and does not write it leaves a mark that a writer of that document runs into.
/// </summary>
internal sealed class MongoGroup
{
    private readonly MongoDatabase _database;
    private readonly IClientSessionHandle _session;
    private readonly MongoInstance _instance;
    private readonly MongoMarks _marks;
    private readonly Dictionary<string, GroupDocument> _documents = [];
    private readonly Dictionary<byte[], GroupKey> _keys = new(ByContent.Comparer);
    private readonly Dictionary<(string Family, string Partition, string Key), long> _counters = [];
    private readonly Dictionary<string, BsonDocument> _causes = [];
    private readonly List<BsonDocument> _newCauses = [];
    private readonly Dictionary<string, int> _superseding = [];
    private readonly List<PendingEvent?> _events = [];
    private readonly List<byte[]> _audited = [];

    public MongoGroup(MongoDatabase database, IClientSessionHandle session, MongoInstance instance, CancellationToken cancel)
    {
        (_database, _session, _instance, Cancel) = (database, session, instance, cancel);
        Reads = new MongoReads(database, session);
        _marks = new MongoMarks(database, session, instance.Slot, cancel);
    }

    public MongoReads Reads { get; }

    /// <summary>Keys are taken for new without looking: where one is not, the server refuses the group, which is decided again.</summary>
    public bool ExpectsNewKeys { get; init; }

    /// <summary>The same for documents that a change says are new.</summary>
    public bool ExpectsNewDocuments { get; init; }

    /// <summary>Whether some key was there before.</summary>
    public bool MetKeys { get; set; }

    public CancellationToken Cancel { get; }

    /// <summary>The driver's failure under a decision, which the decision may have wrapped or swallowed.</summary>
    public Exception? Broken { get; private set; }

    public bool HasEvents => _events.Count > 0;

    /// <summary>Whether there is anything to commit.</summary>
    public bool HasChanges => _newCauses.Count > 0;

    /// <summary>Asks the server, and remembers that it failed.</summary>
    public async ValueTask<T> Ask<T>(Func<Task<T>> question)
    {
        if (Broken is not null) throw new InvalidOperationException("the transaction is broken", Broken);
        try
        {
            return await question();
        }
        catch (Exception failure)
        {
            Broken = failure;
            throw;
        }
    }

    public async Task LookUpCauses(IEnumerable<string> causes)
    {
        foreach (var row in await Reads.Causes(causes, Cancel)) _causes.Add(row["_id"].AsString, row);
    }

    /// <summary>Reads documents at once that are likely to be asked for.</summary>
    public async Task ReadAhead(IReadOnlyCollection<string> ids)
    {
        if (ids.Count == 0) return;
        foreach (var id in ids) _documents[id] = new GroupDocument(id, null);
        foreach (var row in await Reads.Stored(ids, Cancel)) _documents[row["_id"].AsString] = new GroupDocument(row["_id"].AsString, row);
    }

    /// <summary>The documents that the changes looked up.</summary>
    public IEnumerable<string> LookedUp => _documents.Values.Where(document => document.IsRead).Select(document => document.Id);

    /// <summary>The committed cause, or the one that an earlier change of this group has, or null.</summary>
    public BsonDocument? Cause(string cause) => _causes.GetValueOrDefault(cause);

    public void Record(string cause, byte[] answer, BsonBinaryData owner)
    {
        var row = new BsonDocument { { "_id", cause }, { "a", MongoIds.Binary(answer) }, { "o", owner } };
        _causes.Add(cause, row);
        _newCauses.Add(row);
    }

    /// <summary>Takes the record of a change that is kept.</summary>
    public void Audit(byte[] record) => _audited.Add(record);

    /// <summary>Adds the records to the chain of this instance. Another that has taken its place meanwhile is met as a conflict.</summary>
    public async Task WriteAudit(DateTimeOffset now)
    {
        if (_audited.Count == 0) return;
        var last = new MongoTransaction(this, now, traceParent: null);
        await StoredAudit.Append(last, _instance.Slot.ToString(CultureInfo.InvariantCulture), _audited);
        Take(last);
    }

    public async ValueTask<GroupDocument> Document(string id)
    {
        if (_documents.TryGetValue(id, out var known)) return known;
        var stored = await Ask(() => Reads.Stored(id, Cancel));
        return _documents[id] = new GroupDocument(id, stored);
    }

    public byte[]? KnownKey(byte[] id) => _keys.TryGetValue(id, out var known) ? known.Value : null;

    public void Remember(byte[] id, byte[] value) => _keys[id] = new GroupKey(value, Label: null, IsNew: false, IsChanged: false);

    public void Take(MongoTransaction change)
    {
        foreach (var (id, write) in change.Documents)
        {
            // One that is new was not looked up; where it is there all the same, the server refuses the group.
            if (!_documents.TryGetValue(id, out var document)) _documents[id] = document = new GroupDocument(id, null);
            document.Write(write);
        }

        foreach (var read in change.Read) _documents[read].IsRead = true;
        foreach (var (id, key) in change.Keys)
            _keys[id] = _keys.TryGetValue(id, out var before)
                ? new GroupKey(key.Value, key.Label ?? before.Label, before.IsNew, true)
                : new GroupKey(key.Value, key.Label, true, true);
        foreach (var (address, delta) in change.Sums)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_counters, address, out _);
            sum = checked(sum + delta);
        }

        foreach (var pending in change.Events)
        {
            if (pending.Supersedes is { } aggregate)
            {
                if (_superseding.TryGetValue(aggregate, out var earlier)) _events[earlier] = null;
                _superseding[aggregate] = _events.Count;
            }

            _events.Add(pending);
        }
    }

    /// <summary>Writes the documents before the end, for a scan that is to find them.</summary>
    public Task FlushDocuments() => FlushDocuments(read: []);

    public async Task FlushCounters()
    {
        var writes = MongoCounters.ToAdd(_counters.Where(counter => counter.Value != 0), _instance.Slot);
        _counters.Clear();
        if (writes.Count > 0) await _database.Counters.BulkWriteAsync(_session, writes, MongoMarks.Unordered, Cancel);
    }

    /// <summary>Writes everything. Every writer takes the collections, and what is in them, in the same order.</summary>
    public async Task Flush(Func<DateTimeOffset, long> position, TimeSpan lease)
    {
        await FlushDocuments(_documents.Values.Where(document => document is { IsRead: true, WasWritten: false }));
        await FlushKeys();
        await FlushCounters();
        await Insert(_database.Causes, _newCauses);
        if (_superseding.Count > 0)
            await _database.Outbox.DeleteManyAsync(_session,
                Builders<BsonDocument>.Filter.In("s", _superseding.Keys) & Builders<BsonDocument>.Filter.Exists("p", false),
                cancellationToken: Cancel);
        await Insert(_database.Outbox, _events.OfType<PendingEvent>()
            .Select(pending => pending.ToRow(position(pending.RecordedAt), _instance.Name, lease)).ToList());
    }

    private async Task FlushDocuments(IEnumerable<GroupDocument> read)
    {
        var written = _documents.Values.Where(document => document.IsDirty).ToList();
        await _marks.Write(written, read);
        foreach (var document in written) document.Flushed();
    }

    private async Task FlushKeys()
    {
        await Insert(_database.Keys, _keys.Where(key => key.Value.IsNew)
            .Select(key => new BsonDocument { { "_id", MongoIds.Binary(key.Key) }, { "v", MongoIds.Binary(key.Value.Value) } }).ToList());
        await Insert(_database.Labels, MongoLabels.Lists(_keys.Where(key => key.Value is { IsNew: true, Label: not null })
            .Select(key => (key.Value.Label!, key.Key))));

        var replaced = _keys.Where(key => key.Value is { IsNew: false, IsChanged: true }).ToList();
        if (replaced.Count == 0) return;
        var lists = MongoLabels.Lists(replaced.Where(key => key.Value.Label is not null).Select(key => (key.Value.Label!, key.Key)));
        await Insert(_database.Labels, lists);
        var listOf = lists.SelectMany(list => list["k"].AsBsonArray, (list, id) => (Id: id, List: list["_id"]))
            .ToDictionary(member => member.Id, member => member.List);
        await _database.Keys.BulkWriteAsync(_session, replaced.ConvertAll(key =>
        {
            var id = MongoIds.Binary(key.Key);
            var value = Builders<BsonDocument>.Update.Set("v", MongoIds.Binary(key.Value.Value));
            return new UpdateOneModel<BsonDocument>(
                Builders<BsonDocument>.Filter.Eq("_id", id), listOf.TryGetValue(id, out var list) ? value.Set("m", list) : value);
        }), MongoMarks.Unordered, Cancel);
    }

    private async Task Insert(IMongoCollection<BsonDocument> collection, List<BsonDocument> rows)
    {
        if (rows.Count > 0) await collection.InsertManyAsync(_session, rows, new InsertManyOptions { IsOrdered = false }, Cancel);
    }

    private readonly record struct GroupKey(byte[] Value, string? Label, bool IsNew, bool IsChanged);
}
