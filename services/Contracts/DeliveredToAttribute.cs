namespace Distribution.Contracts;

/// <summary>
/// The services that must get an event, even when they have never run yet: their queues are declared before anything is
/// published, and a publish that reaches none of them is an error. A test compares it with the consumers that there are.
/// </summary>
/// <param name="services">Short service names, such as <c>inventory</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DeliveredToAttribute(params string[] services) : Attribute
{
    /// <summary>Short service names.</summary>
    public IReadOnlyList<string> Services { get; } = services;
}
