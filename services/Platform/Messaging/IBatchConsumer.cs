using Distribution.Contracts;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Platform.Messaging;

/// <summary>
/// A consumer that can also take many events in one go: where they come by the thousands a second, one commit for a page
/// of them costs a fraction of one for each. Whenever that fails they come one by one. The event is <see cref="InPagesAttribute"/>.
/// </summary>
/// <typeparam name="TEvent">The event.</typeparam>
public interface IBatchConsumer<TEvent> : IConsumer<TEvent> where TEvent : class, IEvent
{
    /// <summary>Consumes events. Each of them may have been consumed before, in other company or alone.</summary>
    /// <exception cref="Exception">Not all were: each comes again by itself.</exception>
    Task Consume(IReadOnlyList<PagedEvent<TEvent>> events, CancellationToken cancel);
}

/// <summary>Recognises repeats of events that may come together.</summary>
public static class ConsumedEvents
{
    private const string Space = "consumed ";

    /// <summary>Notes events as consumed by a change, and tells which of them had been noted before: those change nothing.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="consumer">The consumer's name in its service.</param>
    /// <param name="cause">The cause of the change, kept with each event's id.</param>
    /// <param name="eventIds">The events.</param>
    /// <returns>The places in the list of those that had been noted; null when all are new.</returns>
    public static async ValueTask<HashSet<int>?> RememberConsumed(
        this ITransaction tx, string consumer, string cause, IReadOnlyList<Guid> eventIds)
    {
        HashSet<int>? before = null;
        var kept = System.Text.Encoding.UTF8.GetBytes(cause);
        var keys = new InsertOnceKey[eventIds.Count];
        for (var index = 0; index < keys.Length; index++)
            keys[index] = new InsertOnceKey(eventIds[index].ToByteArray(bigEndian: true), kept);
        await tx.InsertOnce(Space + consumer, keys, (index, _) => (before ??= []).Add(index));
        return before;
    }
}
