using System.Globalization;
using System.Text.Json.Serialization;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
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
    /// <summary>People in the target group; null where that is not known of a part that gave doses.</summary>
    public long? TargetPopulation { get; init; }

    /// <summary>Parts that gave doses and have no target population.</summary>
    public int? TargetPopulationMissing { get; init; }

    /// <summary>The year for which the target population holds; null in totals over different years.</summary>
    public int? PopulationYear { get; init; }

    /// <summary>Who says so; null in totals over different sources.</summary>
    public string? PopulationSource { get; init; }

    /// <summary>Places in which no other lies, this one perhaps: the facilities that may report.</summary>
    public int? Facilities { get; init; }

    /// <summary>Of which reported, if only that none were given, up to the day asked for or in the period. The others are silent.</summary>
    public int? ReportingFacilities { get; init; }

    /// <summary>Doses given.</summary>
    public long? Doses { get; init; }

    /// <summary>Doses given, by dose number in the series; null where they are suppressed.</summary>
    public IReadOnlyDictionary<string, long?>? ByDoseNumber { get; init; }

    /// <summary>True where counts of some people are null because they are so few that one could guess who they are, or would give such
    /// counts away; left out of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Suppressed { get; init; }

    /// <summary>Percent of the target population, or of the dose number's own, by dose number; never clamped.</summary>
    public IReadOnlyDictionary<string, decimal?>? Coverage { get; init; }

    /// <summary>People who got a dose that starts the series.</summary>
    public long? AtLeastOneDose { get; init; }

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

    /// <summary>Of which neither expired nor recalled; null for a day gone by.</summary>
    public long? Usable { get; init; }

    /// <summary>Of which past their expiry; null for a day gone by.</summary>
    public long? Expired { get; init; }

    /// <summary>Doses on their way to the place; null for a day gone by.</summary>
    public long? Incoming { get; init; }

    /// <summary>The same as <see cref="Incoming"/>, under its name of before: the ledger's doses in transit are others.</summary>
    public long? InTransit => Incoming;

    /// <summary>Doses wasted.</summary>
    public long? Wasted { get; init; }

    /// <summary>Doses lost on the way.</summary>
    public long? Lost { get; init; }

    /// <summary>Doses that adjustments and counts took off, less what they added.</summary>
    public long? Adjusted { get; init; }

    /// <summary>Doses reported beyond the known stock.</summary>
    public long? Discrepancy { get; init; }

    /// <summary>Days up to the day asked for, on which more had been given or sent than is known to have come by then; null in
    /// totals.</summary>
    public int? ShortfallDays { get; init; }

    /// <summary>Percent of the delivered doses that were given; null in a view of some people or of a period.</summary>
    public decimal? Utilisation { get; init; }

    /// <summary>Doses a day, whoever got them, over the 28 days up to the last one reported, or since the first report if it is later.
    /// </summary>
    public decimal? AverageDailyUse { get; init; }

    /// <summary>The last day that was reported, if only that none were given.</summary>
    public DateOnly? LastReportedOn { get; init; }

    /// <summary>Days that the usable stock lasts at the average daily use, without what expires before; null in a view of some people, of
    /// a period or of a day gone by.</summary>
    public decimal? DaysOfStock { get; init; }

    /// <summary>Usable doses that expire before they can be used at the average daily use, first expiry first; null where
    /// <see cref="DaysOfStock"/> is.</summary>
    public long? ExpiringUnused { get; init; }

    /// <summary>Of the usable doses, those that may be used for some days alone.</summary>
    [JsonIgnore]
    internal IEnumerable<LastingDoses>? Lasting { get; init; }
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

    /// <summary>True in a row of what was given, or lies, at this place and in none of the view's places below it; left out of others.
    /// </summary>
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Remainder { get; init; }

    /// <summary>The allied country that shares it, by the code of its place: what is not shared is null. Left out of own rows.</summary>
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SharedBy { get; init; }
}

/// <summary>A coverage view.</summary>
/// <param name="Country">The country asked for, or null for all.</param>
/// <param name="VaccineId">The vaccine; null in a view of an antigen.</param>
/// <param name="Level">The level of the rows, or null when they differ.</param>
/// <param name="AsOf">Doses given up to and on this day are counted.</param>
/// <param name="Parts">How each service contributed.</param>
/// <param name="Rows">By place.</param>
/// <param name="Totals">Over the rows.</param>
public sealed record CoverageAnswer(
    string? Country, string? VaccineId, [ValuesOf(typeof(PlaceLevel))] string? Level, DateOnly AsOf, CoverageParts Parts,
    IReadOnlyList<CoverageRow> Rows, CoverageFigures Totals)
{
    /// <summary>What the vaccines protect against, where that was asked for; null in a view of one vaccine.</summary>
    public string? Antigen { get; init; }

    /// <summary>The vaccines whose figures are added up.</summary>
    public IReadOnlyList<string> VaccineIds { get; init; } = [];

    /// <summary>The first day of the period whose doses are counted, or null: all up to <see cref="AsOf"/> are.</summary>
    public DateOnly? From { get; init; }

    /// <summary>What allied countries share of this view, where rows of theirs may be in it; left out of other answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SharedCountry>? Shared { get; init; }
}

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
            Incoming = incoming is null || !sharedBy.Has(ShareMeasure.Pipeline) ? null : incoming.GetValueOrDefault(id),
            Wasted = hasWastage ? stock?.Wasted : null,
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
            Lost = CoverageFormulas.Sum(rows.Select(row => row.Lost)),
            Adjusted = CoverageFormulas.Sum(rows.Select(row => row.Adjusted)),
            Discrepancy = CoverageFormulas.Sum(rows.Select(row => row.Discrepancy)),
            Lasting = rows.SelectMany(row => row.Lasting ?? []),
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
        return figures with
        {
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
