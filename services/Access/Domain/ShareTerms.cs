using Distribution.Contracts;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Access.Domain;

/// <summary>What a share is to be.</summary>
/// <param name="Owner">The country whose figures they are.</param>
/// <param name="Ally">The country that is to see them.</param>
/// <param name="Measures">What is to be seen.</param>
/// <param name="Depth">The lowest level of which places are to be seen.</param>
/// <param name="SaysWhich">Whether it is said of which vaccines.</param>
/// <param name="VaccineIds">Of which vaccines; null for all.</param>
/// <param name="Dimensions">By what of people one may ask.</param>
/// <param name="From">Since when, where that is said.</param>
/// <param name="Until">Until when, where that is said.</param>
/// <param name="MinimumCell">The smallest number of doses that is shown of some people only, where that is said.</param>
/// <param name="Reason">Why.</param>
internal sealed record ShareTerms(
    string? Owner, string? Ally, IReadOnlyList<string?>? Measures, string? Depth, bool SaysWhich, IReadOnlyList<string?>? VaccineIds,
    IReadOnlyList<string?>? Dimensions, DateTimeOffset? From, DateTimeOffset? Until, int? MinimumCell, string? Reason)
{
    /// <summary>The most vaccines that a share names.</summary>
    public const int VaccinesMax = 200;

    /// <summary>What is wrong with it, field by field.</summary>
    public IEnumerable<(string Field, string Problem)> Problems(DateTimeOffset now)
    {
        if (!Ids.IsId(Owner)) yield return ("owner", Ids.Rule);
        if (!Ids.IsId(Ally)) yield return ("ally", Ids.Rule);
        if (Owner is not null && Owner == Ally) yield return ("ally", "must be another country than the owner");
        if (Measures is null or { Count: 0 } || !Measures.All(ShareMeasure.All.Contains))
            yield return ("measures", $"must name what is shared, of {string.Join(", ", ShareMeasure.All)}");
        if (!ShareDepth.All.Contains(Depth))
            yield return ("depth", $"must be one of {string.Join(", ", ShareDepth.All)}: facilities are never shared");
        if (!SaysWhich || VaccineIds is { Count: 0 })
            yield return ("vaccineIds", "say of which vaccines: a list of their codes, or null for all, also those to come");
        if (VaccineIds is { Count: > VaccinesMax }) yield return ("vaccineIds", $"are more than {VaccinesMax}: say null for all");
        if (VaccineIds?.All(Ids.IsId) == false) yield return ("vaccineIds", $"each {Ids.Rule}");
        if (Dimensions?.All(ShareDimension.All.Contains) == false)
            yield return ("dimensions", $"may name {string.Join(", ", ShareDimension.All)}");
        if (MinimumCell is < ShareCell.Least or > ShareCell.Most)
            yield return ("minimumCell", $"must be {ShareCell.Least} to {ShareCell.Most} doses");
        if (Until <= now || Until <= From) yield return ("until", "must be after now and after from");
        if (Limits.ReasonProblem(Reason) is { } problem) yield return ("reason", problem);
    }
}
