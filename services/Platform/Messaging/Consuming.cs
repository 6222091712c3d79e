using Distribution.Contracts;
using MassTransit;

namespace Distribution.Platform.Messaging;

/// <summary>What consumers share.</summary>
public static class Consuming
{
    /// <summary>
    /// The cause to commit a consumed event under: the consumer's name and the event's id, so that a repeat is
    /// recognised, and two consumers of one event in one service are told apart.
    /// </summary>
    /// <exception cref="InvalidOperationException">The event came without an id: it did not come from an outbox.</exception>
    public static string Cause(this ConsumeContext context, string consumer) =>
        Cause(consumer, context.MessageId ?? throw new InvalidOperationException("the event has no id"));

    /// <summary>The same cause for an event that comes together with others.</summary>
    public static string Cause<TEvent>(this PagedEvent<TEvent> incoming, string consumer) where TEvent : class, IEvent =>
        Cause(consumer, incoming.EventId);

    private static string Cause(string consumer, Guid eventId) => $"{consumer}:{eventId}";
}
