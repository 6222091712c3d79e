using System.Collections.Frozen;
using System.Reflection;

namespace Distribution.Contracts;

/// <summary>The event types of the contracts by their stable wire names, and back.</summary>
public static class WireNames
{
    private static readonly FrozenDictionary<string, Type> ByName = typeof(IEvent).Assembly.GetTypes()
        .Where(type => type.IsClass && typeof(IEvent).IsAssignableFrom(type))
        .ToFrozenDictionary(type => type.GetCustomAttribute<WireNameAttribute>()?.Name
            ?? throw new InvalidOperationException($"The event {type} has no wire name."));

    private static readonly FrozenDictionary<Type, string> ByType = ByName.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Every event type.</summary>
    public static IEnumerable<Type> Types => ByName.Values;

    /// <summary>The event type of a wire name, or null.</summary>
    public static Type? Find(string wireName) => ByName.GetValueOrDefault(wireName);

    /// <summary>The wire name of an event.</summary>
    /// <exception cref="InvalidOperationException">The object is not an event of the contracts.</exception>
    public static string Of(object outgoing) => Of(outgoing.GetType());

    /// <summary>The wire name of an event type.</summary>
    /// <exception cref="InvalidOperationException">The type is not an event of the contracts.</exception>
    public static string Of(Type type) => ByType.TryGetValue(type, out var name)
        ? name
        : throw new InvalidOperationException($"{type} is not an event of the contracts.");
}
