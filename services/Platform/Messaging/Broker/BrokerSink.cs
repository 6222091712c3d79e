using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>Takes events to the broker. "Published" means that the broker has confirmed it and, where a service must get
/// the event, that it reached a queue.</summary>
internal sealed class BrokerSink(IBus bus) : IEventSink
{
    public Task Publish(OutboxEvent outgoing, CancellationToken cancel)
    {
        var message = EventTypes.Read(outgoing.WireName, outgoing.Body);
        return bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = outgoing.EventId;
            if (BrokerTopology.MustReachQueue(message.GetType()) && context.TryGetPayload(out RabbitMqSendContext? send)) send.Mandatory = true;
        }), cancel);
    }
}
