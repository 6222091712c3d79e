using System.Collections.Concurrent;
using System.Text.Json;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Takes events to the broker. "Published" means that the broker has confirmed it and, where a service must get the
/// event, that it reached a queue.
/// </summary>
internal sealed class BrokerSink(IBus bus, BrokerTopology topology, TimeProvider time) : IEventSink
{
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<Type, long> _unansweredSince = new();

    /// <summary>
    /// For how long a channel of the bus has had no answer at all, each time that an event of some kind was tried, while the
    /// broker declared everything over another channel.
    /// </summary>
    public TimeSpan Unanswered => _unansweredSince.Values.Select(since => time.GetElapsedTime(since)).DefaultIfEmpty().Max();

    public async Task Publish(OutboxEvent outgoing, CancellationToken cancel)
    {
        var message = EventTypes.Read(outgoing);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ConfirmLimit);
        var brokerAnswers = false;
        try
        {
            await topology.Ensure(limit.Token);
            brokerAnswers = true;
            await bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
            {
                context.Describe(outgoing);
                if (BrokerTopology.MustReachQueue(message.GetType()) && context.TryGetPayload(out RabbitMqSendContext? send)) send.Mandatory = true;
            }), limit.Token).WaitAsync(limit.Token);
            _unansweredSince.TryRemove(message.GetType(), out _);
        }
        catch (Exception failure) when (failure is not JsonException && !cancel.IsCancellationRequested)
        {
            // Nothing in a readable event can make its publish fail: it is the broker that is away, or has lost a queue.
            topology.Doubt();
            // The client's own limit for an answer is shorter than ours for the confirmation, which may be late for want of a majority.
            if (brokerAnswers && failure is OperationCanceledException && !limit.IsCancellationRequested)
                _unansweredSince.TryAdd(message.GetType(), time.GetTimestamp());
            else _unansweredSince.TryRemove(message.GetType(), out _);
            throw new BrokerUnavailableException(failure);
        }
    }
}

/// <summary>The broker did not confirm an event. It is tried again until it does.</summary>
public sealed class BrokerUnavailableException(Exception inner) : Exception("The broker did not confirm the event: " + inner.Message, inner);
