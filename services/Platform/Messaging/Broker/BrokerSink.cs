using System.Text.Json;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Takes events to the broker. "Published" means that the broker has confirmed it and, where a service must get the
/// event, that it reached a queue.
/// </summary>
internal sealed class BrokerSink(IBus bus, BrokerTopology topology) : IEventSink
{
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(30);

    public async Task Publish(OutboxEvent outgoing, CancellationToken cancel)
    {
        var message = EventTypes.Read(outgoing.WireName, outgoing.Body);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ConfirmLimit);
        try
        {
            await topology.Ensure(limit.Token);
            await bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
            {
                context.Describe(outgoing);
                if (BrokerTopology.MustReachQueue(message.GetType()) && context.TryGetPayload(out RabbitMqSendContext? send)) send.Mandatory = true;
            }), limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception failure) when (failure is not JsonException && !cancel.IsCancellationRequested)
        {
            // Nothing in a readable event can make its publish fail: it is the broker that is away, or has lost a queue.
            topology.Doubt();
            throw new BrokerUnavailableException(failure);
        }
    }
}

/// <summary>The broker did not confirm an event. It is tried again until it does.</summary>
public sealed class BrokerUnavailableException(Exception inner) : Exception("The broker did not confirm the event: " + inner.Message, inner);
