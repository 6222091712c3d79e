using Distribution.Platform.Storage;
using MassTransit;
using MassTransit.Mediator;

namespace Distribution.Platform.Messaging;

/// <summary>
/// Takes events to the consumers of this process through MassTransit's Mediator: its <c>Publish</c> returns after they
/// have finished and throws what they throw, so an event that was forgotten has been consumed.
/// </summary>
public sealed class InProcessSink(IMediator mediator) : IEventSink
{
    /// <inheritdoc />
    public Task Publish(OutboxEvent outgoing, CancellationToken cancel)
    {
        var message = EventTypes.Read(outgoing.WireName, outgoing.Body);
        return mediator.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context => context.Describe(outgoing)), cancel);
    }
}
