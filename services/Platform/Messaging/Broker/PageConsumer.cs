using Distribution.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Consumes a page in one go. When that fails each of its events is consumed by itself, and one that fails then goes back
/// to the queue as a message of its own, to be tried and kept as any other: it takes no other with it.
/// </summary>
internal sealed class PageConsumer<TEvent>(EventBatches batches, ILogger<PageConsumer<TEvent>> log) : IConsumer<EventPage<TEvent>>
    where TEvent : class, IEvent
{
    public async Task Consume(ConsumeContext<EventPage<TEvent>> context)
    {
        var events = context.Message.Events;
        if (await Consumed(events, context.CancellationToken)) return;
        foreach (var alone in events)
        {
            if (events.Count == 1 || !await Consumed([alone], context.CancellationToken)) await SendBack(context, alone);
        }
    }

    /// <summary>False when one of the events is at fault. An outage is nobody's: it is thrown, and the page comes again as it is.</summary>
    private async Task<bool> Consumed(IReadOnlyList<PagedEvent<TEvent>> events, CancellationToken cancel)
    {
        try
        {
            await batches.Consume(events, cancel);
            return true;
        }
        catch (Exception failure) when (!Outages.IsOutage(failure) && !cancel.IsCancellationRequested)
        {
            log.LogDebug(failure, "{Count} events {WireName} could not be consumed in one go.", events.Count, WireNames.Of(typeof(TEvent)));
            return false;
        }
    }

    private static async Task SendBack(ConsumeContext context, PagedEvent<TEvent> alone)
    {
        try
        {
            var queue = await context.GetSendEndpoint(context.ReceiveContext.InputAddress);
            await queue.Send(
                alone.Event,
                Pipe.Execute<SendContext<TEvent>>(sent => sent.Describe(alone.EventId, WireNames.Of(typeof(TEvent)), alone.RecordedAt)),
                context.CancellationToken);
        }
        catch (Exception failure) when (!context.CancellationToken.IsCancellationRequested)
        {
            // Not the page's fault: it would be kept as errored with all that it holds.
            throw new BrokerUnavailableException(failure);
        }
    }
}
