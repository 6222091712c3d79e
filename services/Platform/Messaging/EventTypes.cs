using System.Text.Json;
using Distribution.Contracts;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Messaging;

/// <summary>Events as they lie in an outbox.</summary>
public static class EventTypes
{
    /// <summary>The event in an outbox row.</summary>
    /// <exception cref="JsonException">The wire name is unknown here, or the body is not such an event.</exception>
    public static object Read(OutboxEvent outgoing)
    {
        if (outgoing.Event is { } here) return here;
        return WireNames.Find(outgoing.WireName) is { } type
            ? JsonSerializer.Deserialize(outgoing.Body.Span, type, StoreJson.Options) ?? throw new JsonException(
                $"The event {outgoing.WireName} is null.")
            : throw new JsonException($"No event type is named {outgoing.WireName}.");
    }
}
