using Distribution.Platform.Messaging.Progress;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// How far the services of this process are with what the broker has for them: the oldest event in work, and whether
/// more wait. All moments are those of sending: a backlog that is sent late does not look as if it had come early.
/// </summary>
internal sealed class BrokerConsumption(BrokerQueues queues, IServiceProvider services, TimeProvider clock) : IConsumption
{
    // What the broker has handed out may still be on its way to us, and is neither waiting nor in work.
    private static readonly TimeSpan HandingOver = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskLimit = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, EventsInFlight> _byService = [];

    /// <summary>What notes the events of a service while they are in work, retries included.</summary>
    public IFilter<ConsumeContext> Tracking(string service) => new TrackInFlight(Of(service));

    public async ValueTask<DateTimeOffset?> UpTo(string service, CancellationToken cancel)
    {
        var work = Of(service);
        var now = clock.GetUtcNow();
        var waiting = await Waiting(service, cancel);
        var drained = waiting == 0 && queues.Taken(BrokerTopology.QueueOf(service)).Consuming == 0;
        return work.UpTo(drained ? now - HandingOver : null, known: waiting is not null);
    }

    public async ValueTask<long> Errored(string service, CancellationToken cancel) =>
        await services.GetRequiredKeyedService<ErroredEvents>(service).Count(cancel);

    public async ValueTask<long?> Waiting(string service, CancellationToken cancel)
    {
        try
        {
            // Not by cancelling: a broker that hangs would not let go of the channel either.
            return await queues.Waiting(BrokerTopology.QueueOf(service), cancel).WaitAsync(AskLimit, clock, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private EventsInFlight Of(string service)
    {
        lock (_byService)
        {
            if (!_byService.TryGetValue(service, out var work)) _byService[service] = work = new EventsInFlight();
            return work;
        }
    }
}

/// <summary>Notes the events of a service while they are in work.</summary>
internal sealed class TrackInFlight(EventsInFlight work) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (context.SentTime is not { } sent)
        {
            await next.Send(context);
            return;
        }

        var ticket = work.Begin(new DateTimeOffset(DateTime.SpecifyKind(sent, DateTimeKind.Utc)));
        try
        {
            await next.Send(context);
        }
        finally
        {
            work.End(ticket);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("in-work");
}
