using System.Collections.Concurrent;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Simulation.Tests;

/// <summary>How often the commits of a run met each other.</summary>
internal sealed class Conflicts
{
    private int _count;

    public int Count => _count;

    public void Met() => Interlocked.Increment(ref _count);
}

/// <summary>
/// A store with several writers, as a database has them: a change is decided on a snapshot, others commit meanwhile, and
/// it is thrown away and decided again when a document that it looked up, or a key that it writes, is no longer as it was,
/// or when it writes a document that another one read meanwhile. Nothing else is noticed: who added rows to a range, or
/// only read the same key, goes unseen.
/// </summary>
internal sealed class ConflictingStore(IStore inner, Conflicts conflicts, int seed) : IStore
{
    private const int AttemptsMax = 100;
    private const int YieldsMax = 20;
    private static readonly Refusal DecidedAgain = Refusal.Conflict("the change met another");
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly ReadMarks _marks = new();

    public IOutbox Outbox => inner.Outbox;

    public ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        inner.Find(collection, partition, id, cancel);

    public ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        inner.Scan(collection, partition, after, limit, cancel);

    public ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        inner.ScanAll(collection, after, limit, cancel);

    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default) =>
        inner.KeysLabelled(space, label, after, limit, cancel);

    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        inner.FindKey(space, key, cancel);

    public IReadOnlyList<InsertOnceKey> Prepare(string space, IReadOnlyList<InsertOnceKey> keys) => inner.Prepare(space, keys);

    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        inner.FindAnswer(cause, cancel);

    public ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        inner.Counters(family, partition, from, until, cancel);

    public async ValueTask<Committed> Commit(
        string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            SnapshotChange? change = null;
            Decision decision = default;
            var known = await inner.Commit(cause, async snapshot =>
            {
                change = new SnapshotChange(snapshot, _marks);
                decision = await decide(change);
                return Decision.Refuse(DecidedAgain);
            }, cancel);
            if (known.Repeated || change is null) return known;
            if (!decision.Keep) return new Committed(false, decision.Answer, decision.Refusal);

            for (var others = Next(YieldsMax); others > 0; others--) await Task.Yield();
            var committed = await inner.Commit(
                cause, async newest => await change.TryWrite(newest) ? decision : Decision.Refuse(DecidedAgain), cancel);
            if (committed.Refusal != DecidedAgain) return committed;
            conflicts.Met();
        }

        throw new StoreUnavailableException("a change met others again and again");
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private int Next(int below)
    {
        lock (_gate) return _random.Next(below);
    }
}

/// <summary>How often each document was read by a change that was committed.</summary>
internal sealed class ReadMarks
{
    private readonly ConcurrentDictionary<(string Collection, string Partition, string Id), long> _reads = new();

    public long Of((string Collection, string Partition, string Id) address) => _reads.GetValueOrDefault(address);

    public void Leave((string Collection, string Partition, string Id) address) => _reads.AddOrUpdate(address, 1, (_, reads) => reads + 1);
}
