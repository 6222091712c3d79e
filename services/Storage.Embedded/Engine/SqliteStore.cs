using System.Diagnostics;
using Distribution.Platform.Auditing;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Journal;
using Distribution.Storage.Embedded.Packs;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Engine;

/// <summary>
/// The embedded store: one file in WAL mode, one writer that groups concurrent changes and answers them when their log
/// is on disk, and readers that never wait for it.
/// </summary>
internal sealed class SqliteStore : IStore
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteOutbox _outbox;

    private SqliteStore(string path, TimeProvider clock, SqliteLimits limits)
    {
        _readers = new SqliteReaders(path, () => _writer!.Pending);
        _outbox = new SqliteOutbox(_readers, () => _writer!, clock);
        _writer = new SqliteWriter(path, clock, limits, _outbox.Durable);
    }

    /// <summary>Opens a store file, and makes it and its folder where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">What <see cref="ITransaction.Now"/> is read from.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be opened, or a newer version wrote it.</exception>
    public static SqliteStore Open(string path, TimeProvider clock) => Open(path, clock, new SqliteLimits());

    /// <summary>Opens a store file with other limits than a service has, so that a test sees what comes of them.</summary>
    internal static SqliteStore Open(string path, TimeProvider clock, SqliteLimits limits)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            return new SqliteStore(path, clock, limits);
        }
        catch (SqliteFailure failure)
        {
            throw new StoreUnavailableException($"The store {path} cannot be opened: {failure.Message}", failure);
        }
    }

    /// <inheritdoc />
    public IOutbox Outbox => _outbox;

    /// <inheritdoc />
    public ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        new(_writer.Pending.Document(collection, partition, id) is { } newest
            ? newest.At(partition, id)
            : _readers.Read(connection => connection.Find(collection, partition, id)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        new(_readers.Read<PendingDocuments, IReadOnlyList<Document>>(
            layers => PendingDocuments.Of(layers, collection, partition, new DocumentAddress(partition, after ?? "")),
            (connection, newer) => newer.Page(limit, rows => connection.Scan(collection, partition, after, rows))));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        new(_readers.Read<PendingDocuments, IReadOnlyList<Document>>(
            layers => PendingDocuments.Of(layers, collection, null, after),
            (connection, newer) => newer.Page(limit, rows => connection.ScanAll(collection, after, rows))));

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        new(_readers.Read(connection => _writer.Index.Find(connection, _writer.Pending, space, key.Span)));

    /// <inheritdoc />
    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default) =>
        new(_readers.Read(
            layers => Labelled(layers, space, label),
            (connection, newer) => connection.Labelled(newer, space, label, after, limit)));

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        new((_writer.Pending.Answer(cause) ?? _readers.Read(connection => connection.FindAnswer(cause))) is { } answer
            ? answer
            : default(ReadOnlyMemory<byte>?));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        new(_readers.Read<PendingCounters, IReadOnlyList<Counter>>(
            layers => PendingCounters.Of(layers, family, partition, from, until),
            (connection, newer) => newer.Over(connection.Counters(family, partition, from, until))));

    /// <inheritdoc />
    public ValueTask<Committed> Commit(string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default)
    {
        if (cause is not null) ArgumentException.ThrowIfNullOrEmpty(cause);
        // The decision runs on the writer's thread, where the caller's trace and request are not to be seen.
        return _writer.Commit(new Change(cause, decide, Activity.Current?.Id, AuditedRequest.Current), cancel);
    }

    /// <inheritdoc />
    public IReadOnlyList<InsertOnceKey> Prepare(string space, IReadOnlyList<InsertOnceKey> keys) => new KeyPacks(space, keys);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
    }

    private static SortedDictionary<long, PackRow> Labelled(IReadOnlyList<Writes> layers, string space, string label)
    {
        var packs = new SortedDictionary<long, PackRow>();
        foreach (var layer in layers)
            foreach (var (id, row) in layer.Packs)
                if (row.Label == label && row.Space == space) packs[id] = row;
        return packs;
    }
}
