using System.Collections.Concurrent;
using System.Text.Json;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Takes events to the broker. "Published" means that the broker has confirmed it and, where a service must get the
/// event, that it reached a queue.
/// </summary>
internal sealed class BrokerSink(IBus bus, BrokerTopology topology, TimeProvider clock) : IEventSink
{
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<Type, long> _unansweredSince = new();

    /// <summary>
    /// For how long a channel of the bus has had no answer at all, each time that an event of some kind was tried, while the
    /// broker declared everything over another channel.
    /// </summary>
    public TimeSpan Unanswered => _unansweredSince.Values.Select(since => clock.GetElapsedTime(since)).DefaultIfEmpty().Max();

    /// <inheritdoc />
    public Task Publish(OutboxEvent outgoing, CancellationToken cancel)
    {
        var message = EventTypes.Read(outgoing);
        return Send(message, BrokerTopology.MustReachQueue(message.GetType()), context => context.Describe(outgoing), cancel);
    }

    /// <summary>Publishes pages of events that are sent in pages. Where that fails they go one by one, which knows what to do about
    /// it.</summary>
    public async Task<bool> PublishPage(string wireName, IReadOnlyList<OutboxEvent> outgoing, CancellationToken cancel)
    {
        var went = false;
        try
        {
            foreach (var page in EventPages.Of(wireName, outgoing))
            {
                await Send(page, BrokerTopology.MustReachQueue(page.GetType().GetGenericArguments()[0]), context =>
                    context.Headers.Set(EventHeaders.WireName, BrokerTopology.PagesOf(wireName)), cancel);
                went = true;
            }

            return went;
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && failure is BrokerUnavailableException or JsonException)
        {
            return false;
        }
    }

    private async Task Send(object message, bool mustReachQueue, Action<PublishContext> describe, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ConfirmLimit);
        var brokerAnswers = false;
        try
        {
            await topology.Ensure(limit.Token);
            brokerAnswers = true;
            await bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
            {
                describe(context);
                if (mustReachQueue && context.TryGetPayload(out RabbitMqSendContext? send)) send.Mandatory = true;
            }), limit.Token).WaitAsync(limit.Token);
            _unansweredSince.TryRemove(message.GetType(), out _);
        }
        catch (Exception failure) when (failure is not JsonException && !cancel.IsCancellationRequested)
        {
            // Nothing in a readable event can make its publish fail: it is the broker that is away, or has lost a queue.
            topology.DeclareAgain();
            // The client's own limit for an answer is shorter than ours for the confirmation, which may be late for want of a majority.
            if (brokerAnswers && failure is OperationCanceledException && !limit.IsCancellationRequested)
                _unansweredSince.TryAdd(message.GetType(), clock.GetTimestamp());
            else _unansweredSince.TryRemove(message.GetType(), out _);
            throw new BrokerUnavailableException(failure);
        }
    }
}
