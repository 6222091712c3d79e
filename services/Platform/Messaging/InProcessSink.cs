using Distribution.Platform.Storage;
using MassTransit;
using MassTransit.Mediator;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Messaging;

/// <summary>
/// Takes events to the consumers of this process through MassTransit's Mediator: its <c>Publish</c> returns after they
/// have finished and throws what they throw, so an event that was forgotten has been consumed. Events of which all
/// consumers take many at once go to them in one go.
/// </summary>
internal sealed class InProcessSink(IMediator mediator, EventBatches batches, ILogger<InProcessSink> log) : IEventSink
{
    /// <inheritdoc />
    public Task Publish(OutboxEvent outgoing, CancellationToken cancel)
    {
        var message = EventTypes.Read(outgoing);
        return mediator.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context => context.Describe(outgoing)), cancel);
    }

    /// <inheritdoc />
    public async Task<bool> PublishPage(string wireName, IReadOnlyList<OutboxEvent> outgoing, CancellationToken cancel)
    {
        try
        {
            return await batches.Consume(wireName, outgoing, cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            log.LogDebug(
                failure, "{Count} events {WireName} could not be consumed in one go; they are one by one.", outgoing.Count, wireName);
            return false;
        }
    }
}
