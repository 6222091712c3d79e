using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.SharedKernel.Places;

namespace Distribution.Administration.Features;

/// <summary>Reads what a view shows of places: the doses of its vaccines, added up, and the people who are to get them.</summary>
/// <param name="store">The coverage cells.</param>
/// <param name="reference">Places and what was set for them.</param>
/// <param name="targets">Target populations.</param>
/// <param name="recentDays">Recent consumption.</param>
/// <param name="facilities">Which facilities have reported.</param>
/// <param name="vaccines">One vaccine, or several against the same.</param>
internal sealed class PlaceFigures(
    AdministrationStore store, ReferenceData reference, TargetTotals targets, RecentDays recentDays, ReportingFacilities facilities,
    IReadOnlyList<VaccineDocument> vaccines)
{
    private readonly string[] _vaccineIds = [.. vaccines.Select(vaccine => vaccine.VaccineId)];
    private readonly MeasuredSeries[] _series = [.. vaccines.Select(vaccine => Domain.Series.Of(vaccine.Series))];
    private readonly SeriesDose[] _schedule = [.. vaccines.SelectMany(vaccine => vaccine.Series)];
    private readonly string[] _ofTheirOwn =
        [.. vaccines.SelectMany(vaccine => reference.DoseNumbersWithTargetPopulations(vaccine.VaccineId)).Distinct()];
    private readonly List<(Area Area, string VaccineId, Recent Recent)> _recents = [];
    private readonly ViewCounters _counters = new(store, reference.Tree);

    /// <summary>The first day whose doses are counted; null for all up to <see cref="AsOf"/>.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day that is looked at; null for the newest.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>The newest day there can be.</summary>
    public required DateOnly Newest { get; init; }

    /// <summary>The year whose target populations hold.</summary>
    public required int Year { get; init; }

    /// <summary>Only this age band, or null.</summary>
    public string? AgeBand { get; init; }

    /// <summary>Only this sex, or null.</summary>
    public string? Sex { get; init; }

    /// <summary>Only this priority group, or null.</summary>
    public string? PriorityGroup { get; init; }

    /// <summary>What hides small counts, in a view of some people; null where all is told.</summary>
    public HiddenCells? Hidden { get; init; }

    /// <summary>The dose numbers that the view is measured by.</summary>
    public MeasuredSeries Series => Domain.Series.Together(_series);

    private Period Days => new(From is { } first ? Cells.DateKey(first) : null, AsOf is { } last ? Cells.DateKey(last.AddDays(1)) : null);

    private bool IsOfAllPeople => AgeBand is null && Sex is null && PriorityGroup is null;

    /// <summary>The row of a place.</summary>
    public ValueTask<AdministrationSummaryRow> Of(Place place, CancellationToken cancel) =>
        Of(place, place.ParentId, new Area(place.Id, []), [place], number => TargetOf(place.Id, number), cancel);

    /// <summary>
    /// What places above those of a view have in no place of it. These are read before the rows: doses that come meanwhile are in a row.
    /// </summary>
    public async ValueTask<IReadOnlyList<AdministrationSummaryRow>> Remainders(IReadOnlyList<PlaceAbove> above, CancellationToken cancel)
    {
        var rows = new List<AdministrationSummaryRow>();
        foreach (var (place, shown, loose) in above)
        {
            if (loose.Count == 0 && !await HasMore(place.Id, shown, cancel)) continue;
            rows.Add(await Of(
                place, place.Id, new Area(place.Id, [.. shown.Select(part => part.Id)]), loose,
                number => Target.Together(loose.Select(part => TargetOf(part.Id, number))), cancel));
        }

        return rows;
    }

    private async ValueTask<bool> HasMore(string place, IReadOnlyList<Place> parts, CancellationToken cancel)
    {
        foreach (var vaccine in _vaccineIds)
            if (await _counters.HasMore(place, parts, vaccine, cancel)) return true;
        return false;
    }

    /// <summary>The days up to the last one looked at on which none were reported given.</summary>
    private async ValueTask<IReadOnlyList<DateOnly>> Nones(Area area, string vaccine, Period days, CancellationToken cancel)
    {
        var nones = await _counters.Nones(area.PlaceId, vaccine, cancel);
        if (nones.Count == 0) return [];
        if (!area.IsWhole) nones = await area.Counters(store, Cells.Nones, vaccine, null, days.Until, cancel);
        return [.. nones.Where(none => none.Value != 0 && !(Cells.DateOf(none.Key) > AsOf)).Select(none => Cells.DateOf(none.Key))];
    }

    private async ValueTask<AdministrationSummaryRow> Of(
        Place place, string? partOf, Area area, IReadOnlyList<Place> parts, Func<string?, Target> targetOf, CancellationToken cancel)
    {
        var days = Days;
        var told = new HiddenCells.Given[vaccines.Count];
        var doses = new Dictionary<string, long>();
        var given = new (MeasuredSeries, IReadOnlyDictionary<string, long>)[vaccines.Count];
        var recents = new (Area, string, Recent)[vaccines.Count];
        for (var index = 0; index < vaccines.Count; index++)
        {
            var vaccine = _vaccineIds[index];
            var (byDoseNumber, hidden) = await ByDoseNumber(area, vaccines[index], days, cancel);
            told[index] = new(byDoseNumber, hidden);
            foreach (var (number, count) in byDoseNumber) Cells.Add(doses, number, count);
            given[index] = (_series[index], byDoseNumber);
            var nones = await Nones(area, vaccine, days, cancel);
            var nothing = byDoseNumber.Count == 0 && nones.Count == 0 && days.IsAll && IsOfAllPeople;
            recents[index] = (area, vaccine, nothing ? default : await recentDays.Read(
                area, vaccine, nones, AsOf, Newest, cancel));
        }

        _recents.AddRange(recents);
        var target = await Whole(targetOf(null), days, cancel);
        var populations = _ofTheirOwn.Length == 0 ? null : new Dictionary<string, long?>();
        foreach (var number in _ofTheirOwn) populations![number] = (await Whole(targetOf(number), days, cancel)).People;
        var reporting = 0;
        foreach (var part in parts) reporting += await facilities.Reporting(part.Id, _vaccineIds, From, AsOf, Newest, _counters, cancel);
        var row = new AdministrationSummaryRow(
            place.Id, place.Name, place.Level, place.Country, target.People, target.Year, target.Source, doses.Values.Sum(),
            Domain.Series.InOrder(_schedule, doses).ToDictionary(each => each.Key, each => (long?)each.Value),
            Contract(await recentDays.Together(recents, cancel)), target.Missing, populations,
            Domain.Series.Count(given), parts.Sum(part => facilities.In(part.Id)), reporting);
        Hidden?.Add(row, partOf, told);
        return row;
    }

    /// <summary>Recent consumption of all places that were read, over the same days.</summary>
    public async ValueTask<RecentDoses> Recent(CancellationToken cancel) => Contract(await recentDays.Together(_recents, cancel));

    private static RecentDoses Contract(Recent recent) => new(recent.Doses, recent.Days, recent.Last);

    // Nobody says how large a priority group is, so with that filter the target population is unknown.
    private Target TargetOf(string place, string? doseNumber) =>
        PriorityGroup is null ? targets.Of(place, _vaccineIds, doseNumber, Year, AgeBand, Sex) : Target.Together([]);

    /// <summary>A target population, unknown where parts that gave doses have none; and how many these are.</summary>
    private async ValueTask<(long? People, int? Year, string? Source, int Missing)> Whole(
        Target target, Period days, CancellationToken cancel)
    {
        var missing = 0;
        foreach (var part in target.Bare)
            if (await HasDoses(part, days, cancel)) missing++;
        return missing > 0 ? (null, null, null, missing) : (target.People, target.Year, target.Source, 0);
    }

    /// <summary>Whether doses of a period were reported at all: a place that gave none lacks no target population.</summary>
    private async ValueTask<bool> HasDoses(string place, Period days, CancellationToken cancel)
    {
        foreach (var vaccine in _vaccineIds)
        {
            var counters = days.IsAll
                ? await _counters.Totals(place, vaccine, cancel)
                : await store.Counters(Cells.Dates, Cells.Partition(place, vaccine), days.From, days.Until, cancel);
            if (counters.Any(counter => counter.Value != 0)) return true;
        }

        return false;
    }

    private async ValueTask<(Dictionary<string, long> Doses, HashSet<string> Hidden)> ByDoseNumber(
        Area area, VaccineDocument vaccine, Period days, CancellationToken cancel)
    {
        var family = (IsOfAllPeople, days.IsAll) switch
        {
            (true, true) => Cells.DoseTotals,
            (true, false) => Cells.DoseDays,
            (false, true) => Cells.Totals,
            (false, false) => Cells.Days,
        };
        var doses = new Dictionary<string, long>();
        var beside = Hidden is null ? null : new Beside(AgeBand, Sex, PriorityGroup);
        var counters = area.IsWhole && family == Cells.DoseTotals
            ? await _counters.Totals(area.PlaceId, vaccine.VaccineId, cancel)
            : await area.Counters(store, family, vaccine.VaccineId, days.From, days.Until, cancel);
        foreach (var counter in counters)
        {
            var key = days.IsAll ? counter.Key : Cells.WithoutDate(counter.Key);
            if (IsOfAllPeople)
            {
                Cells.Add(doses, vaccine.NumberOf(key), counter.Value);
                continue;
            }

            var cell = Cells.Parts(key);
            cell.DoseNumber = vaccine.NumberOf(cell.DoseNumber);
            if (Takes(cell)) Cells.Add(doses, cell.DoseNumber, counter.Value);
            beside?.Add(cell, counter.Value);
        }

        return (doses, beside is null ? [] : Hidden!.Of(area.PlaceId, beside.Breakdowns()));
    }

    /// <summary>Whether a cell is of the people who were asked for.</summary>
    private bool Takes((string DoseNumber, string AgeBand, string Sex, string PriorityGroup) cell) =>
        (AgeBand is null || AgeBand == cell.AgeBand) && (Sex is null || Sex == cell.Sex)
        && (PriorityGroup is null || PriorityGroup == cell.PriorityGroup);

    /// <summary>The people who were asked for, and those beside them: others by one of what the view is narrowed by, the same by the
    /// rest.</summary>
    private sealed class Beside(params string?[] askedFor)
    {
        private readonly Dictionary<(string DoseNumber, int By), Dictionary<string, long>> _sums = [];

        public void Add((string DoseNumber, string AgeBand, string Sex, string PriorityGroup) cell, long doses)
        {
            ReadOnlySpan<string> its = [cell.AgeBand, cell.Sex, cell.PriorityGroup];
            for (var by = 0; by < its.Length; by++)
            {
                if (askedFor[by] is null || !IsSameBut(by, its)) continue;
                if (!_sums.TryGetValue((cell.DoseNumber, by), out var sums)) _sums[(cell.DoseNumber, by)] = sums = [];
                Cells.Add(sums, its[by], doses);
            }
        }

        public IEnumerable<HiddenCells.Breakdown> Breakdowns() =>
            _sums.Select(sum => new HiddenCells.Breakdown(sum.Key.DoseNumber, askedFor[sum.Key.By]!, sum.Value));

        private bool IsSameBut(int by, ReadOnlySpan<string> its)
        {
            for (var other = 0; other < its.Length; other++)
                if (other != by && askedFor[other] is { } wanted && wanted != its[other]) return false;
            return true;
        }
    }

    /// <summary>The days of which doses are counted, as the beginnings of keys: from the first on, before the second.</summary>
    private readonly record struct Period(string? From, string? Until)
    {
        /// <summary>Whether it is all days that there are.</summary>
        public bool IsAll => From is null && Until is null;
    }
}
