using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using Distribution.Contracts;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Messaging;

/// <summary>Puts events of an outbox into pages.</summary>
internal static class EventPages
{
    private const int PageBytesMax = 1024 * 1024;
    private static readonly FrozenDictionary<string, Func<IReadOnlyList<OutboxEvent>, object>> Makers = WireNames.Types
        .Where(AreSent)
        .ToFrozenDictionary(WireNames.Of, type => typeof(EventPages).GetMethod(nameof(OneOf))!.MakeGenericMethod(type)
            .CreateDelegate<Func<IReadOnlyList<OutboxEvent>, object>>());

    /// <summary>Whether events of a type are sent in pages.</summary>
    public static bool AreSent(Type eventType) => eventType.GetCustomAttribute<InPagesAttribute>() is not null;

    /// <summary>The events of one type as pages of a bounded size; none where such events are sent one by one.</summary>
    /// <exception cref="JsonException">A body is no such event.</exception>
    public static IEnumerable<object> Of(string wireName, IReadOnlyList<OutboxEvent> events)
    {
        if (!Makers.TryGetValue(wireName, out var make)) yield break;
        var page = new List<OutboxEvent>();
        long bytes = 0;
        foreach (var outgoing in events)
        {
            if (page.Count > 0 && bytes + outgoing.Body.Length > PageBytesMax)
            {
                yield return make(page);
                page.Clear();
                bytes = 0;
            }

            page.Add(outgoing);
            bytes += outgoing.Body.Length;
        }

        if (page.Count > 0) yield return make(page);
    }

    /// <summary>Events of one type as one page.</summary>
    /// <exception cref="JsonException">A body is no such event.</exception>
    public static EventPage<TEvent> OneOf<TEvent>(IReadOnlyList<OutboxEvent> events) where TEvent : class, IEvent
    {
        var paged = new PagedEvent<TEvent>[events.Count];
        for (var index = 0; index < paged.Length; index++)
            paged[index] = new PagedEvent<TEvent>(events[index].EventId, events[index].RecordedAt, (TEvent)EventTypes.Read(events[index]));
        return new EventPage<TEvent>(paged);
    }
}
