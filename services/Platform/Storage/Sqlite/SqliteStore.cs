using System.Diagnostics;

namespace Distribution.Platform.Storage.Sqlite;

/// <summary>
/// The embedded store: one file in WAL mode, one writer that groups concurrent changes and answers them when their log
/// is on disk, and readers that never wait for it.
/// </summary>
public sealed class SqliteStore : IStore
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteOutbox _outbox;

    /// <summary>Keys in memory at most before they become a run in the file: 256 Ki, so that a table stays in the processor's cache.</summary>
    internal const int RecentKeysMax = 256 * 1024;

    private SqliteStore(string path, TimeProvider time, int recentKeysMax)
    {
        _readers = new SqliteReaders(path);
        _outbox = new SqliteOutbox(_readers, async (change, cancel) => await _writer!.Commit(change, cancel), time);
        _writer = new SqliteWriter(path, time, recentKeysMax, _outbox.Durable);
    }

    /// <summary>Opens a store file, and makes it and its folder where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">What <see cref="ITransaction.Now"/> is read from.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be opened, or a newer version wrote it.</exception>
    public static SqliteStore Open(string path, TimeProvider time) => Open(path, time, RecentKeysMax);

    /// <summary>Opens a store file that makes runs of so few keys that a test sees them.</summary>
    internal static SqliteStore Open(string path, TimeProvider time, int recentKeysMax)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            return new SqliteStore(path, time, recentKeysMax);
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
        new(_readers.Read(connection => connection.Find(collection, partition, id)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        new(_readers.Read<IReadOnlyList<Document>>(connection => connection.Scan(collection, partition, after, limit)));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        new(_readers.Read<IReadOnlyList<Document>>(connection => connection.ScanAll(collection, after, limit)));

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        new(_readers.Read(connection => _writer.Index.Find(connection, space, key.Span)));

    /// <inheritdoc />
    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default) =>
        new(_readers.Read(connection => connection.Labelled(space, label, after, limit)));

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        new(_readers.Read(connection => connection.FindAnswer(cause)) is { } answer ? answer : default(ReadOnlyMemory<byte>?));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        new(_readers.Read<IReadOnlyList<Counter>>(connection => connection.Counters(family, partition, from, until)));

    /// <inheritdoc />
    public ValueTask<Committed> Commit(string cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cause);
        // The decision runs on the writer's thread, where the caller's trace is not to be seen.
        return _writer.Commit(new Change(cause, decide, Activity.Current?.Id), cancel);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
    }
}
