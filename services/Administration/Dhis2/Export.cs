using System.Runtime.InteropServices;
using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Interop.Dhis2;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Dhis2;

/// <summary>
/// Counts the doses of places as the values of a data set. A place that reported nothing of a vaccine in a period has no value for it: what
/// nobody said is not 0.
/// </summary>
/// <param name="store">The coverage cells.</param>
/// <param name="reference">Places and vaccines.</param>
/// <param name="set">The data set.</param>
/// <param name="mapping">What it is fed from.</param>
/// <param name="query">Which periods and places.</param>
/// <param name="tellsAllAt">Whether all may be told of a place, however few people it is of.</param>
internal sealed class Export(
    AdministrationStore store, ReferenceData reference, DataSet set, StoredMapping mapping, ExportQuery query,
    Func<string, bool> tellsAllAt)
{
    // Doses of an element that are in none of its cells; no combination has this uid.
    private const string NoCell = "";

    private const int LeftOutMax = 1_000;

    private static readonly MappedCell NoneOf = new(NoCell);

    // Values of other places, periods, elements and data sets are asked for beside these, and sums of all: what is hidden in one answer
    // is found out from two. So who may not see lines gets no breakdown at all.
    private readonly bool _isWithheld = !query.Places.All(place => tellsAllAt(place.Id));

    private readonly Dictionary<Cell, long> _doses = [];
    private readonly HashSet<(int Place, int Period, string Element)> _told = [];
    private readonly Dictionary<string, long> _unmapped = new(StringComparer.Ordinal);
    private readonly Dictionary<DateOnly, int> _periodOf = [];

    /// <summary>What is asked for, in documents that are read.</summary>
    public static long Cost(StoredMapping mapping, ExportQuery query) =>
        (long)query.Places.Count * mapping.Elements.Select(element => (element.VaccineId, element.IsOfDoses)).Distinct().Count();

    /// <summary>How many values there may be.</summary>
    public static long ValuesOf(StoredMapping mapping, ExportQuery query) =>
        (long)query.Places.Count * query.Periods.Count * mapping.Elements.Sum(element => Math.Max(1, element.Cells!.Count));

    /// <summary>Counts them.</summary>
    public async ValueTask<MappedDoses> Count(DateTimeOffset now, CancellationToken cancel)
    {
        var (first, until) = (Cells.DateKey(query.Periods[0].First), Cells.DateKey(query.Periods[^1].Last.AddDays(1)));
        foreach (var (at, place) in query.Places.Index())
        {
            var area = new Area(place.Id, query.HasChildren ? [.. reference.Tree.PartsOf(place.Id).Select(part => part.Id)] : []);
            foreach (var ofVaccine in mapping.Elements.Where(element => element.IsOfDoses).GroupBy(element => element.VaccineId!))
                if (reference.Vaccine(ofVaccine.Key) is { } vaccine) await Add(at, area, vaccine, [.. ofVaccine], first, until, cancel);
        }

        var left = new List<LeftOutDoses>();
        if (_isWithheld)
        {
            left.Add(new LeftOutDoses(
                "what is broken down by age, sex or group",
                "a few people could be found out from it: who may see lines (lines.read) at every place of the answer is sent it", null));
        }
        else
        {
            left.AddRange(_unmapped.OrderBy(each => each.Key, StringComparer.Ordinal).Take(LeftOutMax).Select(each => new LeftOutDoses(
                each.Key, "they are in no cell of the mapping: map them, or leave them out", each.Value)));
            if (_unmapped.Count > LeftOutMax)
                left.Add(new LeftOutDoses($"{_unmapped.Count - LeftOutMax} more groups", "they are in no cell of the mapping", null));
        }

        return Answer(now, left);
    }

    private async ValueTask Add(
        int place, Area area, VaccineDocument vaccine, IReadOnlyList<MappedElement> elements, string first, string until,
        CancellationToken cancel)
    {
        foreach (var counter in await area.Counters(store, Cells.Days, vaccine.VaccineId, first, until, cancel))
        {
            var period = PeriodOf(Cells.DateOf(counter.Key));
            Tell(place, period, elements);
            // All of it was taken back.
            if (counter.Value == 0) continue;
            var (number, ageBand, sex, group) = Cells.Parts(Cells.WithoutDate(counter.Key));
            number = vaccine.NumberOf(number);
            var taken = false;
            foreach (var element in elements.Where(element => element.Takes(number)))
            {
                var cell = element.Cells is [] ? null
                    : element.CellOf(ageBand, sex, group) is >= 0 and var at ? element.Cells![at]
                    : NoneOf;
                CollectionsMarshal.GetValueRefOrAddDefault(
                    _doses, new Cell(place, period, element.DataElement!, cell?.CategoryOptionCombo), out _) += counter.Value;
                taken |= cell != NoneOf;
            }

            if (!taken) Cells.Add(_unmapped, Described(vaccine, number, ageBand, sex, group), counter.Value);
        }

        // Who says that none were given has said it of the elements, too.
        foreach (var none in await area.Counters(store, Cells.Nones, vaccine.VaccineId, first, until, cancel))
            if (none.Value != 0) Tell(place, PeriodOf(Cells.DateOf(none.Key)), elements);
    }

    private void Tell(int place, int period, IReadOnlyList<MappedElement> elements)
    {
        foreach (var element in elements) _told.Add((place, period, element.DataElement!));
    }

    // Periods follow each other without a gap.
    private int PeriodOf(DateOnly day)
    {
        if (_periodOf.TryGetValue(day, out var known)) return known;
        var at = 0;
        while (query.Periods[at].Last < day) at++;
        return _periodOf[day] = at;
    }

    private MappedDoses Answer(DateTimeOffset now, List<LeftOutDoses> left)
    {
        var names = new List<MappedElementName>();
        var values = new List<MappedValue>();
        var stock = new List<MappedStock>();
        foreach (var element in set.Elements)
        {
            var feeding = mapping.Elements.Where(each => each.DataElement == element.Id).ToList();
            if (feeding.Count == 0) continue;
            var isBrokenDown = feeding.Exists(each => each.Cells!.Count > 0);
            if (isBrokenDown && _isWithheld) continue;
            // The data set may have been sent again since, without some of them.
            CategoryOptionCombo[] cells = [.. feeding.SelectMany(each => each.Cells!).Select(cell => cell!.CategoryOptionCombo).Distinct()
                .Select(cell => set.ComboOf(element)?.OptionCombo(cell)).OfType<CategoryOptionCombo>()];
            names.Add(new MappedElementName(new OutsideName(element.Id, element.Code), [.. cells.Select(NameOf)]));
            stock.AddRange(feeding.Where(each => !each.IsOfDoses).Select(each => new MappedStock(
                names.Count - 1, each.Measure!, each.VaccineId!, SendsZero(element), SendsNegative(element))));
            for (var place = 0; place < query.Places.Count; place++)
            {
                for (var period = 0; period < query.Periods.Count; period++)
                {
                    if (!_told.Contains((place, period, element.Id))) continue;
                    for (var at = isBrokenDown ? 0 : -1; at < cells.Length; at++)
                    {
                        var cell = new Cell(place, period, element.Id, at < 0 ? null : cells[at].Id);
                        var doses = _doses.GetValueOrDefault(cell);
                        if (doses == 0 && !SendsZero(element)) continue;
                        values.Add(new MappedValue(place, query.Periods[period].Id, names.Count - 1, at, doses));
                    }
                }
            }
        }

        return new MappedDoses(
            now, new OutsideName(set.Id, set.Code), names, [.. query.Places.Select(PlaceOf)], values, left,
            [.. query.Periods.Select(period => period.Id)], stock);
    }

    private static bool SendsZero(DataElement element) => element is { ZeroIsSignificant: true, ValueType: not "INTEGER_POSITIVE" };

    private static bool SendsNegative(DataElement element) => element.ValueType is "NUMBER" or "INTEGER";

    private static MappedCellName NameOf(CategoryOptionCombo option)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var isWhole = option.Options.Count > 0 && option.Options.All(
            each => each is { CategoryCode: { } category, Code: { } code } && options.TryAdd(category, code));
        return new MappedCellName(new OutsideName(option.Id, option.Code), isWhole ? options : null);
    }

    private static MappedPlace PlaceOf(Place place)
    {
        var uid = Named(Coding.Dhis2Unit);
        return new MappedPlace(place.Id, new OutsideName(uid ?? "", Named(Coding.Dhis2UnitCode)));

        string? Named(string system) => place.Identifiers?.Where(identifier => identifier.System == system)
            .Select(identifier => identifier.Code).FirstOrDefault();
    }

    private static string Described(VaccineDocument vaccine, string number, string ageBand, string sex, string group)
    {
        string[] people = [.. new[] { ageBand, sex, group }.Where(text => text.Length > 0)];
        var whom = people.Length == 0 ? "people of whom nothing is said" : string.Join(", ", people);
        return $"doses of {vaccine.VaccineId}, number {number}, {whom}";
    }

    private readonly record struct Cell(int Place, int Period, string Element, string? Combo);
}
