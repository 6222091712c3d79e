using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;

namespace Distribution.Simulation.Tests;

/// <summary>What goes wrong with a commit.</summary>
internal enum Fault
{
    None,

    /// <summary>The store is out: nothing is committed.</summary>
    Outage,

    /// <summary>Committed, but the answer never comes back: a crash in between.</summary>
    AnswerLost,

    /// <summary>The decision runs, is thrown away, and runs again: a conflict in a store that has several writers.</summary>
    Rerun,
}

/// <summary>Decides by the seed what goes wrong.</summary>
internal sealed class Faults(int seed, int percent)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public int Seed => seed;

    /// <summary>Faults end when a run is to come to rest.</summary>
    public bool On { get; set; } = true;

    public Fault Next()
    {
        lock (_gate)
        {
            if (!On || _random.Next(100) >= percent) return Fault.None;
            return (Fault)_random.Next(1, 4);
        }
    }
}

/// <summary>Whether a simulated process still runs. After the cut nothing that it does can be durable or answered.</summary>
internal sealed class PowerSwitch
{
    public volatile bool Off;

    public void ThrowIfOff()
    {
        if (Off) throw new StoreUnavailableException("the simulated process is dead");
    }
}

/// <summary>
/// A real store whose commits fail as stores fail. Its outbox looks empty to the host's own relay: the simulated
/// network reads the real one.
/// </summary>
internal sealed class FaultyStore(IStore inner, Faults faults, PowerSwitch power) : IStore
{
    public IOutbox Outbox { get; } = new HiddenOutbox(inner.Outbox);

    public ValueTask<Document?> Find(string collection, string partition, string id, CancellationToken cancel = default) =>
        Powered().Find(collection, partition, id, cancel);

    public ValueTask<IReadOnlyList<Document>> Scan(
        string collection, string partition, string? after, int limit, CancellationToken cancel = default) =>
        Powered().Scan(collection, partition, after, limit, cancel);

    public ValueTask<IReadOnlyList<Document>> ScanAll(
        string collection, DocumentAddress? after, int limit, CancellationToken cancel = default) =>
        Powered().ScanAll(collection, after, limit, cancel);

    public ValueTask<LabelledKeys> KeysLabelled(string space, string label, string? after, int limit, CancellationToken cancel = default) =>
        Powered().KeysLabelled(space, label, after, limit, cancel);

    public ValueTask<ReadOnlyMemory<byte>?> FindKey(string space, ReadOnlyMemory<byte> key, CancellationToken cancel = default) =>
        Powered().FindKey(space, key, cancel);

    public IReadOnlyList<InsertOnceKey> Prepare(string space, IReadOnlyList<InsertOnceKey> keys) => Powered().Prepare(space, keys);

    public ValueTask<ReadOnlyMemory<byte>?> FindAnswer(string cause, CancellationToken cancel = default) =>
        Powered().FindAnswer(cause, cancel);

    public ValueTask<IReadOnlyList<Counter>> Counters(
        string family, string partition, string? from = null, string? until = null, CancellationToken cancel = default) =>
        Powered().Counters(family, partition, from, until, cancel);

    public async ValueTask<Committed> Commit(
        string? cause, Func<ITransaction, ValueTask<Decision>> decide, CancellationToken cancel = default)
    {
        power.ThrowIfOff();
        var fault = faults.Next();
        if (fault == Fault.Outage) throw new StoreUnavailableException("simulated outage");
        if (fault == Fault.Rerun)
        {
            await inner.Commit(cause, async change =>
            {
                await decide(change);
                return Decision.Refuse(Refusal.Conflict("simulated conflict"));
            }, cancel);
        }

        var committed = await inner.Commit(cause, decide, cancel);
        power.ThrowIfOff();
        return fault == Fault.AnswerLost ? throw new StoreUnavailableException("simulated loss of the answer") : committed;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private IStore Powered()
    {
        power.ThrowIfOff();
        return inner;
    }

    private sealed class HiddenOutbox(IOutbox hidden) : IOutbox
    {
        public Task WaitForEvents(CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);

        public ValueTask<IReadOnlyList<OutboxEvent>> Unsent(int limit, CancellationToken cancel = default) => new([]);

        public ValueTask Settle(IReadOnlyList<long> sent, IReadOnlyList<PoisonEvent> parked, CancellationToken cancel = default) =>
            hidden.Settle(sent, parked, cancel);

        public ValueTask<IReadOnlyList<ParkedEvent>> Parked(long after, int limit, CancellationToken cancel = default) =>
            hidden.Parked(after, limit, cancel);

        public ValueTask<bool> Replay(long position, CancellationToken cancel = default) => hidden.Replay(position, cancel);

        public ValueTask<bool> Discard(long position, CancellationToken cancel = default) => hidden.Discard(position, cancel);

        public ValueTask<OutboxDepth> Depth(CancellationToken cancel = default) => hidden.Depth(cancel);

        public ValueTask<OutboxLag> Lag(CancellationToken cancel = default) => hidden.Lag(cancel);
    }
}
