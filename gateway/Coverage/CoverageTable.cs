using System.Globalization;
using System.Text.Json.Serialization;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Services;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Coverage;

/// <summary>The three services' contributions.</summary>
/// <param name="Administration">Doses given and target populations.</param>
/// <param name="Inventory">Stock and the ledger's figures.</param>
/// <param name="Shipment">Doses on the way.</param>
public sealed record CoverageParts(PartState Administration, PartState Inventory, PartState Shipment);

/// <summary>The figures of a place, or of all places together. Counts are doses, or people where the name says so.</summary>
public record CoverageFigures
{
    /// <summary>People in the target group.</summary>
    public long? TargetPopulation { get; init; }

    /// <summary>The year for which the target population holds; null in totals over different years.</summary>
    public int? PopulationYear { get; init; }

    /// <summary>Who says so; null in totals over different sources.</summary>
    public string? PopulationSource { get; init; }

    /// <summary>Doses given.</summary>
    public long? Doses { get; init; }

    /// <summary>Doses given, by dose number in the series.</summary>
    public IReadOnlyDictionary<string, long>? ByDoseNumber { get; init; }

    /// <summary>Percent of the target population, by dose number; never clamped.</summary>
    public IReadOnlyDictionary<string, decimal?>? Coverage { get; init; }

    /// <summary>People who got a dose that completes the series.</summary>
    public long? FullyVaccinated { get; init; }

    /// <summary>The same in percent of the target population.</summary>
    public decimal? FullyVaccinatedCoverage { get; init; }

    /// <summary>Percent of first doses that no last dose followed; null for a single-dose series.</summary>
    public decimal? Dropout { get; init; }

    /// <summary>Doses received from outside the place, less what left it again.</summary>
    public long? Delivered { get; init; }

    /// <summary>Doses on hand.</summary>
    public long? OnHand { get; init; }

    /// <summary>Doses on their way to the place.</summary>
    public long? Incoming { get; init; }

    /// <summary>The same as <see cref="Incoming"/>, under its name of before: the ledger's doses in transit are others.</summary>
    public long? InTransit => Incoming;

    /// <summary>Doses wasted.</summary>
    public long? Wasted { get; init; }

    /// <summary>Doses reported beyond the known stock.</summary>
    public long? Discrepancy { get; init; }

    /// <summary>Days up to the day asked for, on which more had been given or sent than is known to have come by then; null in
    /// totals.</summary>
    public int? ShortfallDays { get; init; }

    /// <summary>Percent of the delivered doses that were given; null in a view of some people only or of an earlier day.</summary>
    public decimal? Utilisation { get; init; }

    /// <summary>Days that the stock on hand lasts; null in a view of some people only or of an earlier day.</summary>
    public decimal? DaysOfStock { get; init; }
}

/// <summary>The figures of one place.</summary>
public sealed record CoverageRow : CoverageFigures
{
    /// <summary>The place.</summary>
    [JsonPropertyOrder(-4)]
    public required string FacilityId { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyOrder(-3)]
    public required string Name { get; init; }

    /// <summary>Its level in the tree of places.</summary>
    [JsonPropertyOrder(-2)]
    [ValuesOf(typeof(PlaceLevel))]
    public required string Level { get; init; }

    /// <summary>Its country.</summary>
    [JsonPropertyOrder(-1)]
    public required string Country { get; init; }
}

/// <summary>A coverage view.</summary>
/// <param name="Country">The country asked for, or null for all.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Level">The level of the rows, or null when they differ.</param>
/// <param name="AsOf">Doses given up to and on this day are counted.</param>
/// <param name="Parts">How each service contributed.</param>
/// <param name="Rows">By place.</param>
/// <param name="Totals">Over the rows.</param>
public sealed record CoverageAnswer(
    string? Country, string VaccineId, [ValuesOf(typeof(PlaceLevel))] string? Level, DateOnly AsOf, CoverageParts Parts,
    IReadOnlyList<CoverageRow> Rows, CoverageFigures Totals);

/// <summary>Puts the services' summaries together, place by place. A summary that is missing leaves its figures null.</summary>
/// <param name="administration">Doses and target populations, or null.</param>
/// <param name="inventory">The ledger's figures, or null.</param>
/// <param name="incoming">Doses on the way to each place and all below it, or null when that is unknown.</param>
/// <param name="comparable">
/// Doses and ledger speak of the same: all people. Otherwise what compares the two is unknown.
/// </param>
public sealed class CoverageTable(
    AdministrationSummary? administration, InventorySummary? inventory, IReadOnlyDictionary<string, long>? incoming, bool comparable)
{
    private readonly MeasuredSeries? _series = administration?.Series;
    private readonly string[] _doseNumbers = DoseNumbersOf(administration);

    /// <summary>The dose numbers of the view in order.</summary>
    public IReadOnlyList<string> DoseNumbers => _doseNumbers;

    /// <summary>The rows by place id, and the totals over them.</summary>
    public (IReadOnlyList<CoverageRow> Rows, CoverageFigures Totals) Compose()
    {
        var given = administration?.Rows.ToDictionary(row => row.FacilityId) ?? [];
        var stock = inventory?.Rows.ToDictionary(row => row.FacilityId) ?? [];
        var rows = given.Keys.Union(stock.Keys).Order(StringComparer.Ordinal)
            .Select(id => Row(id, given.GetValueOrDefault(id), stock.GetValueOrDefault(id))).ToArray();
        return (rows, Totals(rows, [.. rows.Select(row => given.GetValueOrDefault(row.FacilityId)?.Recent)]));
    }

    private CoverageRow Row(string id, AdministrationSummaryRow? given, InventorySummaryRow? stock)
    {
        var row = new CoverageRow
        {
            FacilityId = id,
            Name = given?.Name ?? stock!.Name,
            Level = given?.Level ?? stock!.Level,
            Country = given?.Country ?? stock!.Country,
            TargetPopulation = given?.TargetPopulation,
            PopulationYear = given?.PopulationYear,
            PopulationSource = given?.PopulationSource,
            Doses = given?.Doses,
            ByDoseNumber = given is null ? null : _doseNumbers.ToDictionary(number => number, given.ByDoseNumber.GetValueOrDefault),
            Delivered = stock?.Delivered,
            OnHand = stock?.OnHand,
            Incoming = incoming is null ? null : incoming.GetValueOrDefault(id),
            Wasted = stock?.Wasted,
            Discrepancy = stock?.Discrepancy,
            ShortfallDays = stock?.ShortfallDays,
        };
        return Measure(row, row.TargetPopulation, given?.Recent);
    }

    private CoverageFigures Totals(CoverageRow[] rows, RecentDoses?[] recent)
    {
        // A place without a target population would put its doses, but not its people, into the ratio.
        var populations = rows.Select(row => row.TargetPopulation);
        var known = recent.Length > 0 && recent.All(each => each is not null);
        var totals = new CoverageFigures
        {
            TargetPopulation = CoverageFormulas.SumOfKnown(populations),
            PopulationYear = Common(rows.Where(row => row.TargetPopulation is not null).Select(row => row.PopulationYear)),
            PopulationSource = Common(rows.Where(row => row.TargetPopulation is not null).Select(row => row.PopulationSource)),
            Doses = CoverageFormulas.Sum(rows.Select(row => row.Doses)),
            ByDoseNumber = rows.Length == 0 || rows.Any(row => row.ByDoseNumber is null)
                ? null
                : _doseNumbers.ToDictionary(number => number, number => rows.Sum(row => row.ByDoseNumber![number])),
            Delivered = CoverageFormulas.Sum(rows.Select(row => row.Delivered)),
            OnHand = CoverageFormulas.Sum(rows.Select(row => row.OnHand)),
            Incoming = CoverageFormulas.Sum(rows.Select(row => row.Incoming)),
            Wasted = CoverageFormulas.Sum(rows.Select(row => row.Wasted)),
            Discrepancy = CoverageFormulas.Sum(rows.Select(row => row.Discrepancy)),
        };
        return Measure(totals, CoverageFormulas.Sum(populations),
            known ? new RecentDoses(recent.Sum(each => each!.Doses), recent.Max(each => each!.Days)) : null);
    }

    private T Measure<T>(T figures, long? population, RecentDoses? recent) where T : CoverageFigures
    {
        var doses = figures.ByDoseNumber;
        var fully = doses is null || _series?.Completing is not { Count: > 0 } completing
            ? (long?)null
            : completing.Distinct().Sum(doses.GetValueOrDefault);
        return figures with
        {
            Coverage = doses?.ToDictionary(each => each.Key, each => CoverageFormulas.Coverage(each.Value, population)),
            FullyVaccinated = fully,
            FullyVaccinatedCoverage = CoverageFormulas.Coverage(fully, population),
            Dropout = doses is null || _series is not { First: { } first, Last: { } last } || first == last
                ? null
                : CoverageFormulas.Dropout(doses.GetValueOrDefault(first), doses.GetValueOrDefault(last)),
            Utilisation = comparable ? CoverageFormulas.Utilisation(figures.Doses, figures.Delivered) : null,
            DaysOfStock = comparable ? CoverageFormulas.DaysOfStock(figures.OnHand, recent?.Doses, recent?.Days) : null,
        };
    }

    /// <summary>Every dose number that is in the series or was given, so that one that was never given is 0 and not unknown.</summary>
    private static string[] DoseNumbersOf(AdministrationSummary? summary)
    {
        if (summary is null) return [];
        var numbers = new HashSet<string>(summary.Rows.SelectMany(row => row.ByDoseNumber.Keys));
        if (summary.Series?.First is { } first) numbers.Add(first);
        if (summary.Series?.Last is { } last) numbers.Add(last);
        numbers.UnionWith(summary.Series?.Completing ?? []);
        return [.. numbers
            .OrderBy(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var rank) ? rank : int.MaxValue)
            .ThenBy(number => number, StringComparer.Ordinal)];
    }

    private static T? Common<T>(IEnumerable<T?> values)
    {
        var distinct = values.Distinct().Take(2).ToArray();
        return distinct.Length == 1 ? distinct[0] : default;
    }
}
