namespace Distribution.Administration.Domain;

/// <summary>The values that reports of a country's places may have; null where they may have any. Nothing needs to be said.</summary>
/// <param name="Sexes">Sexes.</param>
/// <param name="AgeBands">Age bands, from the youngest as a rule.</param>
/// <param name="PriorityGroups">Priority groups.</param>
/// <param name="RetractionReasons">Why what was reported may be taken back.</param>
internal sealed record CountryLists(
    IReadOnlyList<string>? Sexes, IReadOnlyList<string>? AgeBands, IReadOnlyList<string>? PriorityGroups,
    IReadOnlyList<string>? RetractionReasons)
{
    /// <summary>Values of one list at most.</summary>
    public const int ValuesMax = 200;

    /// <summary>Nothing is said.</summary>
    public static CountryLists None { get; } = new(null, null, null, null);

    /// <summary>Whether a list allows a value.</summary>
    public static bool Allows(IReadOnlyList<string>? list, string? value) =>
        list is null || string.IsNullOrEmpty(value) || list.Contains(value, StringComparer.Ordinal);

    /// <summary>Whether another says the same, in the same order.</summary>
    public bool SaysTheSameAs(CountryLists other) => IsSame(Sexes, other.Sexes) && IsSame(AgeBands, other.AgeBands)
        && IsSame(PriorityGroups, other.PriorityGroups) && IsSame(RetractionReasons, other.RetractionReasons);

    private static bool IsSame(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        one is null || other is null ? one is null && other is null : one.SequenceEqual(other, StringComparer.Ordinal);
}
