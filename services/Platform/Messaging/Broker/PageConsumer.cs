using Distribution.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Consumes a page in one go. When that fails each of its events is consumed by itself, and one that fails then goes back
/// to the queue as a message of its own, to be tried and kept as any other: it takes no other with it.
/// </summary>
internal sealed class PageConsumer<TEvent>(EventsTogether together, ILogger<PageConsumer<TEvent>> log) : IConsumer<EventPage<TEvent>>
    where TEvent : class, IEvent
{
    public async Task Consume(ConsumeContext<EventPage<TEvent>> context)
    {
        var events = context.Message.Events;
        var cancel = context.CancellationToken;
        try
        {
            await together.Consume(events, cancel);
            return;
        }
        catch (Exception failure) when (IsTheEvents(failure, cancel))
        {
            log.LogDebug(failure, "{Count} events {WireName} could not be consumed in one go; they are one by one.", events.Count, EventTypes.WireName(typeof(TEvent)));
        }

        foreach (var alone in events)
        {
            try
            {
                if (events.Count > 1) await together.Consume([alone], cancel);
                else await SendBack(context, alone);
            }
            catch (Exception failure) when (IsTheEvents(failure, cancel))
            {
                await SendBack(context, alone);
            }
        }
    }

    private static async Task SendBack(ConsumeContext context, PagedEvent<TEvent> alone)
    {
        var queue = await context.GetSendEndpoint(context.ReceiveContext.InputAddress);
        await queue.Send(
            alone.Event, Pipe.Execute<SendContext<TEvent>>(sent => sent.Describe(alone.EventId, EventTypes.WireName(typeof(TEvent)), alone.RecordedAt)),
            context.CancellationToken);
    }

    // An outage ends: the page stays as it is, and comes again.
    private static bool IsTheEvents(Exception failure, CancellationToken cancel) => !Outages.IsOutage(failure) && !cancel.IsCancellationRequested;
}
