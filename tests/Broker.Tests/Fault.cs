namespace Distribution.Broker.Tests;

/// <summary>Something that goes wrong, and then is over.</summary>
/// <param name="Name">What goes wrong.</param>
/// <param name="Times">How often in the short form, which CI runs; 0 where another fault there does the same.</param>
/// <param name="TimesLong">How often in the long form.</param>
/// <param name="Inject">Makes it go wrong once under load, and puts everything right again.</param>
/// <param name="Kind">What it is together with others like it; null where it is like none.</param>
internal sealed record Fault(string Name, int Times, int TimesLong, Func<Campaign, Load, Task> Inject, string? Kind = null);
