using Distribution.Screens.Asking;

namespace Distribution.Screens.Parts;

/// <summary>In which order places are listed: the worst first, by what is asked.</summary>
public static class Ranking
{
    /// <summary>The orders, the usual one first.</summary>
    public static IReadOnlyList<string> All { get; } = ["percent", "people", "dropout", "stock", "silent"];

    /// <summary>The order that is asked for, or the usual one.</summary>
    public static string Of(string? asked) => asked is not null && All.Contains(asked) ? asked : All[0];

    /// <summary>Places in an order: those of which the figure is not known come after the others, and what is in no place last.</summary>
    /// <param name="rows">The places.</param>
    /// <param name="rank">The order.</param>
    public static IReadOnlyList<PlaceFigures> By(IEnumerable<PlaceFigures> rows, string rank) =>
    [
        .. rows.OrderBy(row => row.Remainder).ThenBy(row => Badness(row, rank) is null)
            .ThenByDescending(row => Badness(row, rank)).ThenBy(row => row.FacilityId, StringComparer.Ordinal),
    ];

    private static decimal? Badness(PlaceFigures row, string rank) => rank switch
    {
        "people" => row.WithoutFirstDose,
        "dropout" => row.Dropout,
        "stock" => -row.DaysOfStock,
        "silent" => row.Silent,
        _ => -row.FullyVaccinatedCoverage,
    };
}
