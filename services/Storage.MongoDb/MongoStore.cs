using System.Diagnostics;
using Distribution.Platform.Auditing;
using Distribution.Platform.Storage;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// The store for more than one machine: a replica set or a sharded cluster, and several instances of a service that
/// write to it at once. A commit is one transaction, acknowledged by a majority and its journals.
/// </summary>
public sealed class MongoStore : IStore
{
    private readonly MongoDatabase _database;
    private readonly MongoInstance _instance;
    private readonly MongoWriter _writer;
    private readonly MongoReads _reads;
    private readonly MongoOutbox _outbox;
    private readonly ITimer _renewal;

    private MongoStore(MongoDatabase database, MongoInstance instance, TimeProvider clock)
    {
        (_database, _instance) = (database, instance);
        _reads = new MongoReads(database, session: null);
        _outbox = new MongoOutbox(database, instance, clock);
        _writer = new MongoWriter(database, instance, clock, _outbox.Signal);
        _renewal = clock.CreateTimer(
            _ => _ = Quietly(() => instance.Renew(database, clock)), null, MongoInstance.RenewEvery, MongoInstance.RenewEvery);
    }

    /// <summary>Connects to a service's store, and makes it where there is none.</summary>
    /// <param name="connection">A MongoDB connection string. A database named in it is the prefix of the stores' names.</param>
    /// <param name="service">The service whose store it is.</param>
    /// <param name="clock">What <see cref="ITransaction.Now"/> is read from.</param>
    /// <exception cref="StoreUnavailableException">It cannot be reached, has no transactions, or a newer version wrote it.</exception>
    public static async Task<MongoStore> Open(string connection, string service, TimeProvider clock)
    {
        var database = await MongoDatabase.Open(connection, service);
        if (await database.FindMove() is { } move)
            throw new StoreUnavailableException($"The move from {move["source"]} into this store has not ended: run it again to its end.");
        return new MongoStore(database, await MongoRetry.Run(() => MongoInstance.Enter(database, clock)), clock);
    }

    /// <inheritdoc />
    public IOutbox Outbox => _outbox;

    /// <inheritdoc />
    public async ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        await MongoRetry.Run(() => _reads.Find(MongoIds.Join(collection, partition, id), cancel), cancel: cancel);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        await MongoRetry.Run(() => _reads.Scan(collection, partition, after, limit, cancel), cancel: cancel);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        await MongoRetry.Run(() => _reads.ScanAll(collection, after, limit, cancel), cancel: cancel);

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        await MongoRetry.Run(() => _reads.FindKey(MongoIds.Key(space, key.Span), cancel), cancel: cancel) is { } value
            ? value
            : default(ReadOnlyMemory<byte>?);

    /// <inheritdoc />
    public async ValueTask<LabelledKeys> KeysLabelled(
        string space, string label, string? after, int limit, CancellationToken cancel = default) =>
        await MongoRetry.Run(() => MongoLabels.Read(_database, space, label, after, limit, cancel), cancel: cancel);

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        await MongoRetry.Run(() => _reads.Causes([cause], cancel), cancel: cancel) is [var found]
            ? found["a"].AsByteArray
            : default(ReadOnlyMemory<byte>?);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        await MongoRetry.Run(() => _reads.Counters(family, partition, from, until, cancel), cancel: cancel);

    /// <inheritdoc />
    public ValueTask<Committed> Commit(string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default) =>
        Commit(cause, [], decide, cancel);

    /// <inheritdoc />
    public ValueTask<Committed> Commit(
        string? cause, IReadOnlyCollection<FullAddress> reads, Func<ITransaction, ValueTask<Decision>> decide,
        CancellationToken cancel = default)
    {
        var ids = reads.Select(address => MongoIds.Join(address.Collection, address.Partition, address.Id));
        if (cause is not null) ArgumentException.ThrowIfNullOrEmpty(cause);
        // Whether a commit that seemed to fail was made is told by its cause, so every change has one here.
        cause ??= $"{MongoChange.NoCause}{Guid.CreateVersion7():N}";
        // The decision runs on the writer's task, where the caller's trace and request are not to be seen.
        return _writer.Commit(new MongoChange(cause, [.. ids], decide, Activity.Current?.Id, AuditedRequest.Current), cancel);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _renewal.DisposeAsync();
        await _writer.DisposeAsync();
        await Quietly(_outbox.Release);
        await Quietly(() => _instance.Leave(_database));
        _outbox.Dispose();
    }

    // What this keeps for others runs out by itself when the server cannot be told.
    private static async Task Quietly(Func<Task> command)
    {
        try
        {
            await command();
        }
        catch (Exception failure) when (failure is MongoDB.Driver.MongoException or TimeoutException)
        {
        }
    }
}
