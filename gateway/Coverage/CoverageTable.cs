using System.Globalization;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Sharing;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Coverage;

/// <summary>Puts the services' summaries together, place by place. A summary that is missing leaves its figures null.</summary>
/// <param name="administration">Doses and target populations, or null.</param>
/// <param name="inventory">The ledger's figures, or null.</param>
/// <param name="incoming">Doses on the way to each place and all below it; what is not in it is unknown.</param>
/// <param name="comparable">
/// Doses and ledger speak of the same: all people. Otherwise what compares the two is unknown.
/// </param>
public sealed class CoverageTable(
    AdministrationSummary? administration, InventorySummary? inventory, Dictionary<string, long> incoming, bool comparable)
{
    private readonly MeasuredSeries? _series = administration?.Series;
    private readonly IReadOnlyList<string> _starting = administration?.Series?.Starting ?? OneOrNone(administration?.Series?.First);
    private readonly IReadOnlyList<string> _lasts = administration?.Series?.Lasts ?? OneOrNone(administration?.Series?.Last);
    private readonly string[] _doseNumbers = DoseNumbersOf(administration);

    /// <summary>The dose numbers of the view in order.</summary>
    public IReadOnlyList<string> DoseNumbers => _doseNumbers;

    /// <summary>What lies at places above those of the view and in none of them.</summary>
    public IReadOnlyList<Remainder> Remainders { get; init; } = [];

    /// <summary>The level of the view, where one was asked for.</summary>
    public string? Level { get; init; }

    /// <summary>Which allied country shares the figures of a place, by its id, and which of them; null where nobody need share
    /// any.</summary>
    public Func<string, SharedCountry?>? SharedBy { get; init; }

    /// <summary>The rows by place id, then those of what lies in no place of the view; and the totals over them.</summary>
    public (IReadOnlyList<CoverageRow> Rows, CoverageFigures Totals) Compose()
    {
        var given = administration?.Rows.ToDictionary(row => row.FacilityId) ?? [];
        var stock = inventory?.Rows.ToDictionary(row => row.FacilityId) ?? [];
        var parts = given.Keys.Union(stock.Keys).Order(StringComparer.Ordinal)
            .Select(id => (Given: given.GetValueOrDefault(id),
                Row: Row(id, SharedBy?.Invoke(id), given.GetValueOrDefault(id), stock.GetValueOrDefault(id))))
            .Concat(OfRemainders()).ToArray();
        CoverageRow[] rows = [.. parts.Select(part => part.Row)];
        return (rows, Totals(rows, [.. parts.Select(part => part.Given)]));
    }

    private IEnumerable<(AdministrationSummaryRow? Given, CoverageRow Row)> OfRemainders()
    {
        var given = administration?.Remainders?.ToDictionary(row => row.FacilityId) ?? [];
        var stock = Remainders.ToDictionary(remainder => remainder.Place.Id);
        var ids = given.Keys.Union(
            Remainders.Where(remainder => remainder.IsAny(SharedBy?.Invoke(remainder.Place.Id))).Select(remainder => remainder.Place.Id));
        foreach (var id in ids.Order(StringComparer.Ordinal))
        {
            var (lying, sharedBy) = (stock.GetValueOrDefault(id), SharedBy?.Invoke(id));
            var doses = given.GetValueOrDefault(id) ?? (administration?.Remainders is null || !sharedBy.Has(ShareMeasure.Coverage)
                ? null
                : NoDoses(lying!.Place));
            var row = Row(id, sharedBy, doses, lying?.Stock, lying?.Place);
            yield return (doses, row with
            {
                Name = $"{row.Name}: not in any {Level ?? "of these places"}",
                Remainder = true,
                Incoming = sharedBy.Has(ShareMeasure.Pipeline) ? lying?.Incoming : null,
            });
        }
    }

    private static AdministrationSummaryRow NoDoses(Place place) => new(
        place.Id, place.Name, place.Level, place.Country, null, null, null, 0, new Dictionary<string, long?>(), new RecentDoses(0, 0),
        Facilities: 0, ReportingFacilities: 0);

    private CoverageRow Row(
        string id, SharedCountry? sharedBy, AdministrationSummaryRow? given, InventorySummaryRow? stock, Place? place = null)
    {
        var (hasStock, hasWastage) = (sharedBy.Has(ShareMeasure.Stock), sharedBy.Has(ShareMeasure.Wastage));
        var row = new CoverageRow
        {
            FacilityId = id,
            Name = given?.Name ?? place?.Name ?? stock!.Name,
            Level = given?.Level ?? place?.Level ?? stock!.Level,
            Country = given?.Country ?? place?.Country ?? stock!.Country,
            SharedBy = sharedBy?.Owner,
            TargetPopulation = given?.TargetPopulation,
            TargetPopulationMissing = given?.TargetPopulationMissing,
            PopulationYear = given?.PopulationYear,
            PopulationSource = given?.PopulationSource,
            Facilities = given?.Facilities,
            ReportingFacilities = given?.ReportingFacilities,
            Doses = given?.Doses,
            ByDoseNumber = given is null ? null : _doseNumbers.ToDictionary(number => number, number => DosesOf(given, number)),
            Suppressed = given?.Suppressed == true,
            Delivered = hasStock ? stock?.Delivered : null,
            OnHand = hasStock ? stock?.OnHand : null,
            Usable = hasStock ? stock?.Usable : null,
            Expired = hasStock ? stock?.Expired : null,
            Incoming = sharedBy.Has(ShareMeasure.Pipeline) && incoming.TryGetValue(id, out var coming) ? coming : null,
            Wasted = hasWastage ? stock?.Wasted : null,
            WastedOpenVials = hasWastage ? stock?.WastedOpen : null,
            Lost = hasWastage ? stock?.Lost : null,
            Adjusted = hasStock ? stock?.Adjusted : null,
            Discrepancy = hasStock ? stock?.Discrepancy : null,
            ShortfallDays = hasStock ? stock?.ShortfallDays : null,
            Lasting = hasStock ? stock?.Lasting : null,
        };
        return Measure(row, number => PopulationOf(given, number), given?.Recent, BySeries(given));
    }

    /// <summary>What the doses of a place are in the series; a service of before leaves that to be found from its one vaccine's.</summary>
    private SeriesDoses BySeries(AdministrationSummaryRow? given)
    {
        return given?.BySeries ?? new SeriesDoses(SumOf(_starting), SumOf(_series?.Completing), SumOf(_lasts));

        long? SumOf(IReadOnlyCollection<string>? numbers) =>
            given is null || numbers is not { Count: > 0 }
                ? null
                : CoverageFormulas.Sum(numbers.Distinct().Select(number => DosesOf(given, number)));
    }

    // One that is not there was never given; one that is there and unknown is suppressed.
    private static long? DosesOf(AdministrationSummaryRow given, string number) =>
        given.ByDoseNumber.TryGetValue(number, out var doses) ? doses : 0;

    /// <summary>The target population of a dose number: its own where it has one.</summary>
    private static long? PopulationOf(AdministrationSummaryRow? given, string number) =>
        given?.PopulationByDoseNumber?.TryGetValue(number, out var own) == true ? own : given?.TargetPopulation;

    private CoverageFigures Totals(CoverageRow[] rows, AdministrationSummaryRow?[] given)
    {
        var totals = new CoverageFigures
        {
            TargetPopulation = Population(row => row?.TargetPopulation),
            TargetPopulationMissing = rows.Any(row => row.TargetPopulationMissing is null)
                ? null
                : rows.Sum(row => row.TargetPopulationMissing),
            PopulationYear = Common(rows.Where(row => row.TargetPopulation is not null).Select(row => row.PopulationYear)),
            PopulationSource = Common(rows.Where(row => row.TargetPopulation is not null).Select(row => row.PopulationSource)),
            Facilities = (int?)CoverageFormulas.Sum(rows.Select(row => (long?)row.Facilities)),
            ReportingFacilities = (int?)CoverageFormulas.Sum(rows.Select(row => (long?)row.ReportingFacilities)),
            Doses = CoverageFormulas.Sum(rows.Select(row => row.Doses)),
            ByDoseNumber = rows.Length == 0 || rows.Any(row => row.ByDoseNumber is null)
                ? null
                : _doseNumbers.ToDictionary(
                    number => number, number => CoverageFormulas.Sum(rows.Select(row => row.ByDoseNumber![number]))),
            Suppressed = rows.Any(row => row.Suppressed),
            Delivered = CoverageFormulas.Sum(rows.Select(row => row.Delivered)),
            OnHand = CoverageFormulas.Sum(rows.Select(row => row.OnHand)),
            Usable = CoverageFormulas.Sum(rows.Select(row => row.Usable)),
            Expired = CoverageFormulas.Sum(rows.Select(row => row.Expired)),
            Incoming = CoverageFormulas.Sum(rows.Select(row => row.Incoming)),
            Wasted = CoverageFormulas.Sum(rows.Select(row => row.Wasted)),
            WastedOpenVials = CoverageFormulas.Sum(rows.Select(row => row.WastedOpenVials)),
            Lost = CoverageFormulas.Sum(rows.Select(row => row.Lost)),
            Adjusted = CoverageFormulas.Sum(rows.Select(row => row.Adjusted)),
            Discrepancy = CoverageFormulas.Sum(rows.Select(row => row.Discrepancy)),
            Lasting = rows.All(row => row.Lasting is not null) ? rows.SelectMany(row => row.Lasting!) : null,
        };
        var bySeries = given.Select(BySeries).ToArray();
        // Of places whose doses are not shared it is not known how many they give a day.
        var recent = rows.Any(row => !(SharedBy?.Invoke(row.FacilityId)).Has(ShareMeasure.Coverage)) ? null : administration?.Recent;
        return Measure(
            totals, number => Population(row => PopulationOf(row, number)), recent,
            new SeriesDoses(Sum(doses => doses.Starting), Sum(doses => doses.Completing), Sum(doses => doses.Ending)));

        long? Sum(Func<SeriesDoses, long?> which) => CoverageFormulas.Sum(bySeries.Select(which));

        // A place that gave doses and has no target population would put its doses, but not its people, into the ratio; one that gave none
        // is left out, as it is in a row of the places above it. Whom a place above the others gave doses is among the people of these.
        long? Population(Func<AdministrationSummaryRow?, long?> of) => CoverageFormulas.Sum(rows.Zip(given)
            .Where(row => row.Second is null || of(row.Second) is not null
                || (row.First.Remainder ? row.Second.TargetPopulationMissing : row.Second.Doses) != 0)
            .Select(row => of(row.Second)));
    }

    private T Measure<T>(T figures, Func<string, long?> populationOf, RecentDoses? recent, SeriesDoses bySeries)
        where T : CoverageFigures
    {
        var (daysOfStock, expiringUnused) = comparable
            ? CoverageFormulas.DaysOfStock(figures.Usable, recent?.Doses, recent?.Days, figures.Lasting)
            : default;
        var wastage = comparable ? CoverageFormulas.Wastage(figures.Doses, figures.Wasted, figures.WastedOpenVials) : default;
        return figures with
        {
            WastageRate = wastage.All,
            OpenVialWastageRate = wastage.Open,
            ClosedVialWastageRate = wastage.Closed,
            Coverage = figures.ByDoseNumber?.Where(each => !NoDoseNumber.Is(each.Key)).ToDictionary(
                each => each.Key, each => CoverageFormulas.Coverage(each.Value, populationOf(each.Key))),
            AtLeastOneDose = bySeries.Starting,
            FullyVaccinated = bySeries.Completing,
            FullyVaccinatedCoverage = CoverageFormulas.Coverage(
                bySeries.Completing, _series?.Completing is [var only] ? populationOf(only) : figures.TargetPopulation),
            Dropout = CoverageFormulas.Dropout(bySeries.Starting, bySeries.Ending),
            AverageDailyUse = CoverageFormulas.AverageDailyUse(recent?.Doses, recent?.Days),
            LastReportedOn = recent?.LastReportedOn,
            Utilisation = comparable ? CoverageFormulas.Utilisation(figures.Doses, figures.Delivered) : null,
            DaysOfStock = daysOfStock,
            ExpiringUnused = expiringUnused,
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
        numbers.UnionWith(summary.Series?.Starting ?? []);
        return [.. numbers
            .OrderBy(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var rank) ? rank : int.MaxValue)
            .ThenBy(number => number, StringComparer.Ordinal)];
    }

    private static IReadOnlyList<string> OneOrNone(string? number) => number is null ? [] : [number];

    private static T? Common<T>(IEnumerable<T?> values)
    {
        var distinct = values.Distinct().Take(2).ToArray();
        return distinct.Length == 1 ? distinct[0] : default;
    }
}
