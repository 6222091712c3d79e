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
/// <param name="smallestAt">The smallest count of some people that is told of a place; 0 where all is told.</param>
internal sealed class Export(
    AdministrationStore store, ReferenceData reference, DataSet set, StoredMapping mapping, ExportQuery query, Func<string, int> smallestAt)
{
    // Doses of an element that are in none of its cells; no combination has this uid.
    private const string NoCell = "";

    private static readonly MappedCell NoneOf = new(NoCell);

    private readonly Dictionary<Cell, long> _doses = [];
    private readonly HashSet<(int Place, int Period, string Element)> _told = [];
    private readonly Dictionary<string, long> _unmapped = new(StringComparer.Ordinal);
    private readonly Dictionary<DateOnly, int> _periodOf = [];

    /// <summary>What is asked for, in documents that are read.</summary>
    public static long Cost(StoredMapping mapping, ExportQuery query) =>
        (long)query.Places.Count * mapping.Elements.Select(element => element.VaccineId).Distinct().Count();

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
            foreach (var ofVaccine in mapping.Elements.GroupBy(element => element.VaccineId!))
                if (reference.Vaccine(ofVaccine.Key) is { } vaccine) await Add(at, area, vaccine, [.. ofVaccine], first, until, cancel);
        }

        var hidden = Hidden();
        var left = new List<LeftOutDoses>();
        if (hidden.Count > 0)
        {
            left.Add(new LeftOutDoses(
                $"{hidden.Count(cell => cell.Combo != NoCell)} values",
                "they are counts of so few people that one could guess who they are, or would tell such counts: who may see lines there "
                    + "(lines.read) is sent them", null));
        }

        var all = query.Places.All(place => smallestAt(place.Id) == 0);
        left.AddRange(_unmapped.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => new LeftOutDoses(
            each.Key, "they are in no cell of the mapping: map them, or leave them out", all ? each.Value : null)));
        return Answer(now, hidden, left);
    }

    private async ValueTask Add(
        int place, Area area, VaccineDocument vaccine, IReadOnlyList<MappedElement> elements, string first, string until,
        CancellationToken cancel)
    {
        foreach (var counter in await area.Counters(store, Cells.Days, vaccine.VaccineId, first, until, cancel))
        {
            if (counter.Value == 0) continue;
            var period = PeriodOf(Cells.DateOf(counter.Key));
            Tell(place, period, elements);
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

    /// <summary>The cells that are not told: within an element's breakdown, and then among the places beside each other.</summary>
    private HashSet<Cell> Hidden()
    {
        var smallest = query.Places.Select(place => smallestAt(place.Id)).ToArray();
        var hidden = new HashSet<Cell>();
        if (smallest.All(count => count == 0)) return hidden;
        var brokenDown = _doses.Where(cell => cell.Key.Combo is not null).ToList();
        foreach (var breakdown in brokenDown.GroupBy(cell => cell.Key with { Combo = null }))
            if (smallest[breakdown.Key.Place] is > 0 and var least) hidden.UnionWith(SmallCells.HiddenIn([.. breakdown], least));
        foreach (var beside in brokenDown.Where(cell => smallest[cell.Key.Place] > 0).GroupBy(
            cell => (query.Places[cell.Key.Place].ParentId, cell.Key.Period, cell.Key.Element, cell.Key.Combo)))
        {
            var among = beside.Where(cell => hidden.Contains(cell.Key)).Select(cell => cell.Key).ToHashSet();
            SmallCells.Cover([.. beside], among, beside.Max(cell => smallest[cell.Key.Place]));
            hidden.UnionWith(among);
        }

        return hidden;
    }

    private MappedDoses Answer(DateTimeOffset now, HashSet<Cell> hidden, List<LeftOutDoses> left)
    {
        var names = new List<MappedElementName>();
        var values = new List<MappedValue>();
        foreach (var element in set.Elements)
        {
            var feeding = mapping.Elements.Where(each => each.DataElement == element.Id).ToList();
            if (feeding.Count == 0) continue;
            var isBrokenDown = feeding.Exists(each => each.Cells!.Count > 0);
            // The data set may have been sent again since, without some of them.
            CategoryOptionCombo[] cells = [.. feeding.SelectMany(each => each.Cells!).Select(cell => cell!.CategoryOptionCombo).Distinct()
                .Select(cell => set.ComboOf(element)?.OptionCombo(cell)).OfType<CategoryOptionCombo>()];
            names.Add(new MappedElementName(new OutsideName(element.Id, element.Code), [.. cells.Select(NameOf)]));
            for (var place = 0; place < query.Places.Count; place++)
            {
                for (var period = 0; period < query.Periods.Count; period++)
                {
                    if (!_told.Contains((place, period, element.Id))) continue;
                    for (var at = isBrokenDown ? 0 : -1; at < cells.Length; at++)
                    {
                        var cell = new Cell(place, period, element.Id, at < 0 ? null : cells[at].Id);
                        var doses = _doses.GetValueOrDefault(cell);
                        if (hidden.Contains(cell) || (doses == 0 && !SendsZero(element))) continue;
                        values.Add(new MappedValue(place, query.Periods[period].Id, names.Count - 1, at, doses));
                    }
                }
            }
        }

        return new MappedDoses(
            now, new OutsideName(set.Id, set.Code), names, [.. query.Places.Select(PlaceOf)], values, left);
    }

    private static bool SendsZero(DataElement element) => element is { ZeroIsSignificant: true, ValueType: not "INTEGER_POSITIVE" };

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

    private readonly record struct Cell(int Place, int Period, string Element, string? Combo) : IComparable<Cell>
    {
        public int CompareTo(Cell other) =>
            (Place, Period, Element, Combo).CompareTo((other.Place, other.Period, other.Element, other.Combo));
    }
}
