namespace Distribution.Platform.Identity;

/// <summary>What a country lets an allied country see of its figures, as the gateways know it.</summary>
/// <param name="ShareId">Names it.</param>
/// <param name="Owner">The country whose figures they are, by the code of its place.</param>
/// <param name="Ally">The country that sees them, likewise: whoever may see the coverage of the whole of it.</param>
/// <param name="Measures">What is seen.</param>
/// <param name="Depth">The lowest level of which places are seen.</param>
/// <param name="VaccineIds">Of which vaccines; null for all.</param>
/// <param name="Dimensions">By what of people one may ask.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends; null where that is not said.</param>
/// <param name="MinimumCell">The smallest number of doses that is shown of some people only.</param>
/// <param name="ChangedAt">When it was given, or changed last.</param>
public sealed record KnownShare(
    string ShareId, string Owner, string Ally, IReadOnlyList<string> Measures, string Depth, IReadOnlyList<string>? VaccineIds,
    IReadOnlyList<string> Dimensions, DateTimeOffset From, DateTimeOffset? Until, int MinimumCell,
    DateTimeOffset ChangedAt)
{
    /// <summary>The same text as long as it says the same.</summary>
    public string Key => $"{ShareId}@{ChangedAt.UtcTicks}";

    /// <summary>Whether it holds at a moment.</summary>
    public bool Holds(DateTimeOffset at) => From <= at && !(at >= Until);

    /// <summary>Whether it is of all these vaccines.</summary>
    public bool IsOf(IEnumerable<string> vaccineIds) => VaccineIds is null || vaccineIds.All(VaccineIds.Contains);
}
