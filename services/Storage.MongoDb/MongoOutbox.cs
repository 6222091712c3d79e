using Distribution.Platform.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// The outbox collection. An instance relays the events that it committed itself; those of one that is gone are taken over
/// when their lease has run out. Where two relay the same event its consumers recognise the repeat.
/// </summary>
internal sealed class MongoOutbox(MongoDatabase database, MongoInstance instance, TimeProvider clock) : IOutbox, IDisposable
{
    /// <summary>How long an event is left to the instance that has it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>How often an idle relay looks for events of instances that are gone.</summary>
    private static readonly TimeSpan TakeOverEvery = TimeSpan.FromSeconds(1);

    private static readonly FilterDefinitionBuilder<BsonDocument> Filter = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Update = Builders<BsonDocument>.Update;
    private static readonly FilterDefinition<BsonDocument> IsParked = Filter.Exists("p");
    private static readonly SortDefinition<BsonDocument> ByPosition = Builders<BsonDocument>.Sort.Ascending("_id");
    private readonly SemaphoreSlim _signal = new(1, 1);
    private long _tookOver = long.MinValue;

    private FilterDefinition<BsonDocument> IsMine => Filter.Eq("l", instance.Name);

    /// <summary>There are new events.</summary>
    public void Signal()
    {
        try
        {
            if (_signal.CurrentCount == 0) _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else signalled at the same time: once is enough.
        }
    }

    public async Task WaitForEvents(CancellationToken cancel) => await _signal.WaitAsync(TakeOverEvery, cancel);

    public async ValueTask<IReadOnlyList<OutboxEvent>> Unsent(int limit, CancellationToken cancel) => await MongoRetry.Run(async () =>
    {
        var page = await Mine(limit, cancel);
        if (page.Count < limit && await TakeOver(limit - page.Count, cancel)) page = await Mine(limit, cancel);
        // What waits in a backlog is not to be taken over from one that is at work on it.
        var halfway = clock.GetUtcNow().UtcTicks + Lease.Ticks / 2;
        if (page.Exists(row => row["u"].AsInt64 < halfway))
            await database.Outbox.UpdateManyAsync(
                Filter.In("_id", page.Select(row => row["_id"])) & IsMine, Leased(), cancellationToken: cancel);
        return page.ConvertAll(ToEvent);
    }, cancel: cancel);

    public async ValueTask Settle(IReadOnlyList<long> sent, IReadOnlyList<PoisonEvent> parked, CancellationToken cancel)
    {
        var writes = new List<WriteModel<BsonDocument>>();
        if (sent.Count > 0) writes.Add(new DeleteManyModel<BsonDocument>(Filter.In("_id", sent)));
        writes.AddRange(parked.Select(poison => new UpdateOneModel<BsonDocument>(
            Filter.Eq("_id", poison.Position), Update.Set("p", poison.Reason).Unset("l").Unset("u"))));
        if (writes.Count > 0)
            await MongoRetry.Run(() => database.Outbox.BulkWriteAsync(writes, MongoMarks.Unordered, cancel), cancel: cancel);
    }

    public async ValueTask<IReadOnlyList<ParkedEvent>> Parked(long after, int limit, CancellationToken cancel) =>
        await MongoRetry.Run(async () =>
    {
        var rows = await database.Outbox.Find(IsParked & Filter.Gt("_id", after)).Sort(ByPosition).Limit(limit).ToListAsync(cancel);
        return rows.ConvertAll(row => new ParkedEvent(ToEvent(row), row["p"].AsString));
    }, cancel: cancel);

    public async ValueTask<bool> Replay(long position, CancellationToken cancel)
    {
        var result = await MongoRetry.Run(() => database.Outbox.UpdateOneAsync(
            Filter.Eq("_id", position) & IsParked, Leased().Unset("p"), cancellationToken: cancel), FailureKind.Conflict, cancel);
        if (result.ModifiedCount == 1) Signal();
        return result.ModifiedCount == 1;
    }

    public async ValueTask<bool> Discard(long position, CancellationToken cancel) => (await MongoRetry.Run(
        () => database.Outbox.DeleteOneAsync(Filter.Eq("_id", position) & IsParked, cancel), FailureKind.Conflict,
        cancel)).DeletedCount == 1;

    public async ValueTask<OutboxDepth> Depth(CancellationToken cancel) => await MongoRetry.Run(async () =>
    {
        var unsent = await database.Outbox.CountDocumentsAsync(Filter.Exists("p", false), cancellationToken: cancel);
        return new OutboxDepth(unsent, await database.Outbox.CountDocumentsAsync(IsParked, cancellationToken: cancel));
    }, cancel: cancel);

    public async ValueTask<OutboxLag> Lag(CancellationToken cancel) => await MongoRetry.Run(async () =>
    {
        // Positions are made of the times of commits, so the first is the oldest.
        var oldest = await database.Outbox.Find(Filter.Exists("p", false)).Sort(ByPosition).FirstOrDefaultAsync(cancel);
        return new OutboxLag(
            oldest is null ? null : new DateTimeOffset(oldest["at"].AsInt64, TimeSpan.Zero),
            await database.Outbox.CountDocumentsAsync(IsParked, cancellationToken: cancel));
    }, cancel: cancel);

    /// <summary>Leaves the unsent events to whoever comes first.</summary>
    public Task Release() => database.Outbox.UpdateManyAsync(IsMine, Update.Set("u", 0L));

    public void Dispose() => _signal.Dispose();

    private Task<List<BsonDocument>> Mine(int limit, CancellationToken cancel) =>
        database.Outbox.Find(IsMine, MongoReads.InOneAnswer).Sort(ByPosition).Limit(limit).ToListAsync(cancel);

    /// <summary>Takes events whose lease has run out; false when there are none, or it is too soon to look.</summary>
    private async Task<bool> TakeOver(int limit, CancellationToken cancel)
    {
        if (_tookOver != long.MinValue && clock.GetElapsedTime(_tookOver) < TakeOverEvery) return false;
        _tookOver = clock.GetTimestamp();
        var free = Filter.Lt("u", clock.GetUtcNow().UtcTicks);
        var rows = await database.Outbox.Find(free).Sort(ByPosition).Limit(limit).Project(Builders<BsonDocument>.Projection.Include("_id"))
            .ToListAsync(cancel);
        if (rows.Count == 0) return false;
        await database.Outbox.UpdateManyAsync(Filter.In("_id", rows.Select(row => row["_id"])) & free, Leased(), cancellationToken: cancel);
        return true;
    }

    private UpdateDefinition<BsonDocument> Leased() => Update.Set("l", instance.Name).Set("u", clock.GetUtcNow().UtcTicks + Lease.Ticks);

    private static OutboxEvent ToEvent(BsonDocument row) => new(
        row["_id"].AsInt64, new Guid(row["e"].AsByteArray, bigEndian: true), row["t"].AsString, row["b"].AsByteArray,
        new DateTimeOffset(row["at"].AsInt64, TimeSpan.Zero), row.GetValue("c", BsonNull.Value) is BsonString trace ? trace.Value : null);
}
