using Distribution.Platform.Storage;

namespace Distribution.Platform.Messaging.Progress;

/// <summary>How far a service is with sending its events.</summary>
/// <param name="UpTo">Every event that it committed before this moment has been sent, but for those that are parked.</param>
/// <param name="By">The moment by which they had been sent.</param>
/// <param name="Parked">Events that it could not send: what they say is missing elsewhere, whatever the moments are.</param>
public readonly record struct Published(DateTimeOffset UpTo, DateTimeOffset By, long Parked);

/// <summary>How far a service is with consuming the events of others.</summary>
/// <param name="UpTo">Every event that had been sent to it before this moment is in its figures; null when that is not known.</param>
/// <param name="Errored">Events that it could not consume: what they say is missing, whatever the moment is.</param>
public readonly record struct Consumed(DateTimeOffset? UpTo, long Errored);

/// <summary>
/// Tells how far a service is with its events, so that a figure can say as of when it is. What is read after this holds
/// at least what this says.
/// </summary>
public sealed class EventProgress
{
    private readonly string _service;
    private readonly IOutbox _outbox;
    private readonly IConsumption _consumption;
    private readonly TimeProvider _clock;

    internal EventProgress(string service, IOutbox outbox, IConsumption consumption, TimeProvider clock) =>
        (_service, _outbox, _consumption, _clock) = (service, outbox, consumption, clock);

    /// <summary>How far it is with its own events.</summary>
    public async ValueTask<Published> Published(CancellationToken cancel = default)
    {
        // The moment first: what is committed while the outbox is read is not spoken of.
        var now = _clock.GetUtcNow();
        var lag = await _outbox.Lag(cancel);
        return new Published(lag.OldestUnsentAt ?? now, lag.LastSentAt ?? _clock.GetUtcNow(), lag.Parked);
    }

    /// <summary>How far it is with those of others.</summary>
    public async ValueTask<Consumed> Consumed(CancellationToken cancel = default) =>
        new(await _consumption.UpTo(_service, cancel), await _consumption.Errored(_service, cancel));
}

/// <summary>How far the consumers of a service are with what was sent to them.</summary>
internal interface IConsumption
{
    /// <summary>Every event that was sent before this moment has been consumed; null when that is not known.</summary>
    ValueTask<DateTimeOffset?> UpTo(string service, CancellationToken cancel);

    /// <summary>The events that the service could not consume and that wait for a person, counted up to a bound.</summary>
    ValueTask<long> Errored(string service, CancellationToken cancel);

    /// <summary>The events that wait in the service's queue; null where there is none, or it cannot be asked.</summary>
    ValueTask<long?> Waiting(string service, CancellationToken cancel);
}

/// <summary>Within a process an event counts as sent only when it has been consumed: nothing is ever on the way.</summary>
internal sealed class InProcessConsumption(TimeProvider clock) : IConsumption
{
    public ValueTask<DateTimeOffset?> UpTo(string service, CancellationToken cancel) => new(clock.GetUtcNow());

    // The relay parks what a consumer fails at, with the service that sent it.
    public ValueTask<long> Errored(string service, CancellationToken cancel) => default;

    public ValueTask<long?> Waiting(string service, CancellationToken cancel) => default;
}
