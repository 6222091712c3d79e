namespace Distribution.Contracts;

/// <summary>
/// A past-tense fact that one service publishes and others consume. Events are flat, immutable and additive:
/// a new meaning is a new type in a new version namespace, never a changed field.
/// </summary>
public interface IEvent;

/// <summary>The name under which an event type travels and is stored. It never changes, wherever the type moves.</summary>
/// <param name="name">A lower-case dotted name that ends in the version, such as <c>inventory.lot-changed.v1</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WireNameAttribute(string name) : Attribute
{
    /// <summary>The stable wire name.</summary>
    public string Name { get; } = name;
}
