using Distribution.Platform.Storage;

namespace Distribution.Platform.Messaging;

/// <summary>Where the relay takes events to: the consumers in this process, or a broker.</summary>
public interface IEventSink
{
    /// <summary>
    /// Publishes one event and returns when it is safe to forget it: consumed, or confirmed by a broker.
    /// </summary>
    /// <exception cref="Exception">It could not be; the relay tries again, and parks an event that never can be.</exception>
    Task Publish(OutboxEvent outgoing, CancellationToken cancel);

    /// <summary>Publishes events of one type in one go, where that can be done and works.</summary>
    /// <param name="wireName">Their type.</param>
    /// <param name="outgoing">The events.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>True when it is safe to forget them all; else each is to be published by itself.</returns>
    Task<bool> PublishPage(string wireName, IReadOnlyList<OutboxEvent> outgoing, CancellationToken cancel) => Task.FromResult(false);
}
