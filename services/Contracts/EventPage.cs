namespace Distribution.Contracts;

/// <summary>
/// Many events of one type in one message between processes: where they come by the thousands a second, one message for a
/// page of them costs a fraction of one for each. Only events that are <see cref="InPagesAttribute">sent in pages</see> come so.
/// </summary>
/// <param name="Events">The events, in the order in which they were committed.</param>
/// <remarks>Its name and namespace are how it travels: it never moves.</remarks>
public sealed record EventPage<TEvent>(IReadOnlyList<PagedEvent<TEvent>> Events) where TEvent : class, IEvent;

/// <summary>An event in a page.</summary>
/// <param name="EventId">Unique for ever; what a repeat is recognised by, in whatever page it comes, or alone.</param>
/// <param name="RecordedAt">When it was committed.</param>
/// <param name="Event">The event.</param>
public readonly record struct PagedEvent<TEvent>(Guid EventId, DateTimeOffset RecordedAt, TEvent Event) where TEvent : class, IEvent;

/// <summary>Events of this type may come many at once: every consumer of it can take them so. A test compares it with the consumers that
/// there are.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class InPagesAttribute : Attribute;
