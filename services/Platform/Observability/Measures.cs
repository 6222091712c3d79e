using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Distribution.Platform.Observability;

/// <summary>Every metric of the system by its name and unit, and the source of its own spans. Costs next to nothing while nobody
/// listens.</summary>
public static class Measures
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "Distribution";

    /// <summary>The attribute that names a service.</summary>
    public const string Service = "service";

    /// <summary>The attribute that names an event by its wire name.</summary>
    public const string Event = "event";

    private static readonly Meter Meter = new(Name);

    /// <summary>The spans that no library makes: an event on its way out of the outbox.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>Changes that shared one transaction and one flush of the disk, by service.</summary>
    public static Histogram<int> GroupChanges { get; } = Meter.CreateHistogram(
        "distribution.store.group.changes", "{change}", "Changes that shared one transaction and one flush of the disk.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });

    /// <summary>Transactions that met another writer's and were decided again, by service. A store with one writer has none.</summary>
    public static Counter<long> StoreConflicts { get; } =
        Meter.CreateCounter<long>(
            "distribution.store.conflicts", "{transaction}", "Transactions that met another writer's and were decided again.");

    /// <summary>
    /// The time from an event's commit until a consumer is done with it, by service and event: a service has committed what
    /// it means then, and the gateway's answers that are older are no longer served.
    /// </summary>
    public static Histogram<double> Freshness { get; } = Meter.CreateHistogram(
        "distribution.freshness", "s", "The time from an event's commit until a consumer is done with it.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
        });

    /// <summary>Events that are still to be sent, those that are parked not among them, by service.</summary>
    public static void OutboxUnsent(Meter meter, Func<IEnumerable<Measurement<long>>> read) =>
        meter.CreateObservableGauge("distribution.outbox.unsent", read, "{event}", "Events that are still to be sent.");

    /// <summary>The age of the oldest event that is still to be sent, by service; 0 when there is none.</summary>
    public static void OutboxAge(Meter meter, Func<IEnumerable<Measurement<double>>> read) =>
        meter.CreateObservableGauge("distribution.outbox.age", read, "s", "The age of the oldest event that is still to be sent.");

    /// <summary>Events that could not be sent and wait for a person, by service.</summary>
    public static void OutboxParked(Meter meter, Func<IEnumerable<Measurement<long>>> read) =>
        meter.CreateObservableGauge("distribution.outbox.parked", read, "{event}", "Events that could not be sent and wait for a person.");

    /// <summary>Events that a service could not consume and that wait for a person, by service; counted up to a bound.</summary>
    public static void EventsErrored(Meter meter, Func<IEnumerable<Measurement<long>>> read) =>
        meter.CreateObservableGauge(
            "distribution.events.errored", read, "{event}", "Events that could not be consumed and wait for a person.");

    /// <summary>Events that wait in a service's queue, by service; none where there is no queue or it cannot be asked.</summary>
    public static void QueueWaiting(Meter meter, Func<IEnumerable<Measurement<long>>> read) =>
        meter.CreateObservableGauge("distribution.queue.waiting", read, "{event}", "Events that wait in a service's queue.");
}
