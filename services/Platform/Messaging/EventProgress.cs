using Distribution.Platform.Storage;

namespace Distribution.Platform.Messaging;

/// <summary>How far a service is with its events.</summary>
/// <param name="PublishedUpTo">Every event that it committed before this moment has been sent, but for those that are parked.</param>
/// <param name="ConsumedUpTo">
/// Every event that others committed before this moment, and that had been sent, is in its figures; null when that is not known.
/// </param>
/// <param name="Parked">Events that it could not send: what they say is missing elsewhere, whatever the moments are.</param>
public readonly record struct Progress(DateTimeOffset PublishedUpTo, DateTimeOffset? ConsumedUpTo, long Parked);

/// <summary>
/// Tells how far a service is with its events, so that a figure can say as of when it is. What is read after this holds
/// at least what this says.
/// </summary>
public sealed class EventProgress
{
    private readonly string _service;
    private readonly IOutbox _outbox;
    private readonly IConsumption _consumption;
    private readonly TimeProvider _time;

    internal EventProgress(string service, IOutbox outbox, IConsumption consumption, TimeProvider time) =>
        (_service, _outbox, _consumption, _time) = (service, outbox, consumption, time);

    /// <summary>How far it is now.</summary>
    public async ValueTask<Progress> Read(CancellationToken cancel = default)
    {
        // The moment first: what is committed while the outbox is read is not spoken of.
        var now = _time.GetUtcNow();
        var lag = await _outbox.Lag(cancel);
        return new Progress(lag.OldestUnsentAt ?? now, await _consumption.UpTo(_service, cancel), lag.Parked);
    }
}

/// <summary>How far the consumers of a service are with what was sent to them.</summary>
internal interface IConsumption
{
    /// <summary>Every event committed before this moment that was sent has been consumed; null when that is not known.</summary>
    ValueTask<DateTimeOffset?> UpTo(string service, CancellationToken cancel);

    /// <summary>The events that wait in the service's queue; null where there is none, or it cannot be asked.</summary>
    ValueTask<long?> Waiting(string service, CancellationToken cancel);
}

/// <summary>Within a process an event counts as sent only when it has been consumed: nothing is ever on the way.</summary>
internal sealed class InProcessConsumption(TimeProvider time) : IConsumption
{
    public ValueTask<DateTimeOffset?> UpTo(string service, CancellationToken cancel) => new(time.GetUtcNow());

    public ValueTask<long?> Waiting(string service, CancellationToken cancel) => default;
}
