using System.Diagnostics;
using System.Globalization;
using Distribution.Platform.Observability;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Platform.Messaging;

/// <summary>What an event carries besides itself, the same through every sink: its id, its wire name and when it was committed.</summary>
internal static class EventHeaders
{
    private const string RecordedAt = "Distribution-Recorded-At";
    /// <summary>The header that names the event by its wire name.</summary>
    public const string WireName = "Distribution-Event";

    /// <summary>Puts an outbox row's particulars on the message.</summary>
    public static void Describe(this SendContext context, OutboxEvent outgoing) =>
        context.Describe(outgoing.EventId, outgoing.WireName, outgoing.RecordedAt);

    /// <summary>Puts an event's particulars on the message.</summary>
    public static void Describe(this SendContext context, Guid eventId, string wireName, DateTimeOffset recordedAt)
    {
        context.MessageId = eventId;
        context.Headers.Set(RecordedAt, recordedAt.ToString("O", CultureInfo.InvariantCulture));
        context.Headers.Set(WireName, wireName);
    }

    /// <summary>When the event was committed, or null for a message that came from no outbox.</summary>
    public static DateTimeOffset? EventRecordedAt(this MessageContext context) =>
        context.Headers.Get<string>(RecordedAt) is { } text
        && DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    /// <summary>The event's wire name, or null for a message that came from no outbox.</summary>
    public static string? EventName(this MessageContext context) => context.Headers.Get<string>(WireName);

    /// <summary>Whether somebody records the trace that a commit was part of.</summary>
    public static bool IsRecorded(string? traceParent) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, null, out var context) && context.TraceFlags.HasFlag(
            ActivityTraceFlags.Recorded);

    /// <summary>Begins the span of an event on its way out, in the trace that its commit was part of; null when nobody listens.</summary>
    public static Activity? StartRelaying(OutboxEvent outgoing, string service)
    {
        if (!Measures.Spans.HasListeners()) return null;
        ActivityContext.TryParse(outgoing.TraceParent, null, isRemote: true, out var parent);
        var span = Measures.Spans.StartActivity("relay " + outgoing.WireName, ActivityKind.Producer, parent);
        span?.SetTag("messaging.message.id", outgoing.EventId.ToString()).SetTag(Measures.Event, outgoing.WireName)
            .SetTag(Measures.Service, service);
        return span;
    }
}
