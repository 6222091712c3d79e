using System.Diagnostics.Metrics;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Observability;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;

namespace Distribution.Platform.Operations;

/// <summary>What waits in the outboxes and queues of a host's services, read when a listener asks and never otherwise.</summary>
internal sealed class OutboxGauges(IReadOnlyList<(string Service, IOutbox Outbox)> outboxes, IConsumption consumption, TimeProvider clock)
    : IHostedService, IDisposable
{
    private readonly Meter _meter = new(Measures.Name);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Measures.OutboxUnsent(_meter, () => Read(outbox => outbox.Depth(), depth => (long?)depth.Unsent));
        Measures.OutboxParked(_meter, () => Read(outbox => outbox.Lag(), lag => (long?)lag.Parked));
        Measures.OutboxAge(_meter, () => Read(
            outbox => outbox.Lag(), lag => (double?)(lag.OldestUnsentAt is { } oldest ? (clock.GetUtcNow() - oldest).TotalSeconds : 0)));
        Measures.EventsErrored(_meter, () => Measured(each => consumption.Errored(each.Service, default), errored => (long?)errored));
        Measures.QueueWaiting(_meter, () => Measured(each => consumption.Waiting(each.Service, default), waiting => waiting));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _meter.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _meter.Dispose();

    private List<Measurement<TValue>> Read<TState, TValue>(Func<IOutbox, ValueTask<TState>> read, Func<TState, TValue?> value)
        where TValue : struct => Measured(each => read(each.Outbox), value);

    private List<Measurement<TValue>> Measured<TState, TValue>(
        Func<(string Service, IOutbox Outbox), ValueTask<TState>> read, Func<TState, TValue?> value) where TValue : struct
    {
        var measured = new List<Measurement<TValue>>();
        foreach (var each in outboxes)
        {
            try
            {
                // The listener asks on a thread of its own, and cannot await.
                if (value(read(each).AsTask().GetAwaiter().GetResult()) is { } number)
                    measured.Add(new Measurement<TValue>(number, new KeyValuePair<string, object?>(Measures.Service, each.Service)));
            }
            catch (Exception failure) when (failure is StoreUnavailableException or ObjectDisposedException)
            {
                // A store that does not answer has no figure.
            }
        }

        return measured;
    }
}
