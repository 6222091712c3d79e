namespace Distribution.Platform.Storage;

/// <summary>The events that a store's commits left to be published, and those that could not be.</summary>
public interface IOutbox
{
    /// <summary>Completes when there may be unsent events: at once where there are, else after the next commit.</summary>
    Task WaitForEvents(CancellationToken cancel);

    /// <summary>The oldest unsent events that are not parked, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<OutboxEvent>> Unsent(int limit, CancellationToken cancel = default);

    /// <summary>Forgets events that were published, and parks those that cannot be, in one commit.</summary>
    ValueTask Settle(IReadOnlyList<long> sent, IReadOnlyList<PoisonEvent> parked, CancellationToken cancel = default);

    /// <summary>The parked events above <paramref name="after"/>, oldest first.</summary>
    ValueTask<IReadOnlyList<ParkedEvent>> Parked(long after, int limit, CancellationToken cancel = default);

    /// <summary>Puts a parked event back among the unsent; false where there is none.</summary>
    ValueTask<bool> Replay(long position, CancellationToken cancel = default);

    /// <summary>Gives a parked event up; false where there is none.</summary>
    ValueTask<bool> Discard(long position, CancellationToken cancel = default);

    /// <summary>How many events are unsent and how many are parked, counted up to <see cref="OutboxDepth.CountedMax"/> of each.</summary>
    ValueTask<OutboxDepth> Depth(CancellationToken cancel = default);

    /// <summary>How far the outbox is behind. Cheap however full it is.</summary>
    ValueTask<OutboxLag> Lag(CancellationToken cancel = default);
}

/// <summary>An unsent event.</summary>
/// <param name="Position">Its place in this store's outbox.</param>
/// <param name="EventId">Unique for ever; what consumers recognise a repeat by.</param>
/// <param name="WireName">The event type's stable name.</param>
/// <param name="Body">The event as JSON.</param>
/// <param name="RecordedAt">When it was committed.</param>
/// <param name="TraceParent">The trace that its commit was part of, as a W3C <c>traceparent</c>; null where there was none.</param>
public sealed record OutboxEvent(
    long Position, Guid EventId, string WireName, ReadOnlyMemory<byte> Body, DateTimeOffset RecordedAt, string? TraceParent = null)
{
    /// <summary>The event itself, not to be changed, where the store still has it from the commit; else null.</summary>
    public object? Event { get; init; }
}

/// <summary>An event that could not be published, and why.</summary>
public readonly record struct PoisonEvent(long Position, string Reason);

/// <summary>A parked event.</summary>
public sealed record ParkedEvent(OutboxEvent Event, string Reason);

/// <summary>How full an outbox is.</summary>
public readonly record struct OutboxDepth(long Unsent, long Parked)
{
    /// <summary>A figure of so many means: so many or more. To count all of a long outage's events would cost more than it tells.</summary>
    public const int CountedMax = 100_000;
}

/// <summary>How far an outbox is behind.</summary>
/// <param name="OldestUnsentAt">When the oldest unsent event that is not parked was committed; null when all are sent.</param>
/// <param name="Parked">Events that are parked.</param>
/// <param name="LastSentAt">The moment by which all events that are sent had been sent; null when it is not known.</param>
public readonly record struct OutboxLag(DateTimeOffset? OldestUnsentAt, long Parked, DateTimeOffset? LastSentAt = null);
