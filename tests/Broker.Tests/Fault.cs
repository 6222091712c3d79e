namespace Distribution.Broker.Tests;

/// <summary>Something that goes wrong, and then is over.</summary>
/// <param name="Name">What goes wrong.</param>
/// <param name="Times">How often in CI.</param>
/// <param name="TimesLong">How often in the long form.</param>
/// <param name="Inject">Makes it go wrong once under load, and puts everything right again.</param>
internal sealed record Fault(string Name, int Times, int TimesLong, Func<Campaign, Load, Task> Inject);
