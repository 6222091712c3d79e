namespace Distribution.Platform.Storage;

/// <summary>A service's own store as a type of its own, so that nothing can be given another service's store. The host opens and closes
/// it.</summary>
/// <param name="opened">The store that the host opened under the service's name.</param>
public abstract class ServiceStore(IStore opened) : IStore
{
    /// <inheritdoc />
    public IOutbox Outbox => opened.Outbox;

    /// <inheritdoc />
    public ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        opened.Find(collection, partition, id, cancel);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        opened.Scan(collection, partition, after, limit, cancel);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        opened.ScanAll(collection, after, limit, cancel);

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        opened.FindKey(space, key, cancel);

    /// <inheritdoc />
    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default) =>
        opened.KeysLabelled(space, label, after, limit, cancel);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        opened.Counters(family, partition, from, until, cancel);

    /// <inheritdoc />
    public ValueTask<Committed> Commit(string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default) =>
        opened.Commit(cause, decide, cancel);

    /// <inheritdoc />
    public ValueTask<Committed> Commit(
        string? cause, IReadOnlyCollection<FullAddress> reads, Func<ITransaction, ValueTask<Decision>> decide,
        CancellationToken cancel = default) =>
        opened.Commit(cause, reads, decide, cancel);

    /// <inheritdoc />
    public IReadOnlyList<InsertOnceKey> Prepare(string space, IReadOnlyList<InsertOnceKey> keys) => opened.Prepare(space, keys);

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        opened.FindAnswer(cause, cancel);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
