namespace Distribution.SharedKernel.Places;

/// <summary>The levels of the tree of places, from the top. Each level but the lowest is optional in a country.</summary>
public static class PlaceLevel
{
    /// <summary>The highest.</summary>
    public const string Country = "country";

    /// <summary>The levels by rank: a parent's rank is below its child's.</summary>
    public static IReadOnlyList<string> All { get; } = [Country, "region", "district", "facility"];

    /// <summary>The level right below one; the lowest has itself.</summary>
    public static string Below(string level) => All[Math.Min(Rank(level) + 1, All.Count - 1)];

    /// <summary>0 for a country, rising downwards; −1 for a text that is no level.</summary>
    public static int Rank(string? level) => level switch { Country => 0, "region" => 1, "district" => 2, "facility" => 3, _ => -1 };
}
