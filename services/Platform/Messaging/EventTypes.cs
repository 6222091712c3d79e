using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using Distribution.Contracts;
using Distribution.Platform.Storage;

namespace Distribution.Platform.Messaging;

/// <summary>Event types by their stable wire names, and back.</summary>
public static class EventTypes
{
    private static readonly FrozenDictionary<string, Type> ByName = typeof(IEvent).Assembly.GetTypes()
        .Where(type => type.IsClass && typeof(IEvent).IsAssignableFrom(type))
        .ToFrozenDictionary(type => type.GetCustomAttribute<WireNameAttribute>()?.Name
            ?? throw new InvalidOperationException($"The event {type} has no wire name."));

    private static readonly FrozenDictionary<Type, string> ByType = ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Every event type.</summary>
    public static IEnumerable<Type> All => ByName.Values;

    /// <summary>Whether an event of the contracts has this wire name.</summary>
    public static bool IsName(string wireName) => ByName.ContainsKey(wireName);

    /// <summary>The wire name of an event.</summary>
    /// <exception cref="InvalidOperationException">The object is no event of the contracts.</exception>
    public static string WireName(object outgoing) => WireName(outgoing.GetType());

    /// <summary>The wire name of an event type.</summary>
    /// <exception cref="InvalidOperationException">The type is no event of the contracts.</exception>
    public static string WireName(Type type) => ByType.TryGetValue(type, out var name)
        ? name
        : throw new InvalidOperationException($"{type} is no event of the contracts.");

    /// <summary>The event in an outbox row.</summary>
    /// <exception cref="JsonException">The wire name is unknown here, or the body is no such event.</exception>
    public static object Read(OutboxEvent outgoing)
    {
        if (outgoing.Event is { } here) return here;
        return ByName.TryGetValue(outgoing.WireName, out var type)
            ? JsonSerializer.Deserialize(outgoing.Body.Span, type, StoreJson.Options) ?? throw new JsonException($"The event {outgoing.WireName} is null.")
            : throw new JsonException($"No event type is named {outgoing.WireName}.");
    }
}
