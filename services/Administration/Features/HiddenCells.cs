using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;

namespace Distribution.Administration.Features;

/// <summary>
/// Hides the small counts of a view of some people, for who may not see lines. A count is not told where it is small itself or has to cover
/// one that is: among the other age bands, sexes or groups of its place, and among the places beside it. Nor is what it is added up to in
/// its row.
/// </summary>
/// <param name="smallestAt">The smallest count that is told of a place; 0 where all is told.</param>
/// <param name="vaccines">The series of each vaccine of the view.</param>
internal sealed class HiddenCells(Func<string, int> smallestAt, IReadOnlyList<MeasuredSeries> vaccines)
{
    private readonly List<Noted> _rows = [];

    /// <summary>The dose numbers of a vaccine that are not told of a place, as far as its own people show.</summary>
    /// <param name="place">The place.</param>
    /// <param name="breakdowns">For each dose number, the doses of the people that were asked for and of those beside them: by age band,
    /// where an age band was asked for, and so on.</param>
    public HashSet<string> Of(string place, IEnumerable<Breakdown> breakdowns)
    {
        var smallest = smallestAt(place);
        return smallest == 0
            ? []
            : [.. breakdowns.Where(each => SmallCells.HiddenIn(each.Doses, smallest).Contains(each.AskedFor))
                .Select(each => each.DoseNumber)];
    }

    /// <summary>Notes a row, for <see cref="Hide"/>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="partOf">The place above: what lies in it together adds up to its figures, which may be known.</param>
    /// <param name="given">What was given of each vaccine.</param>
    public void Add(AdministrationSummaryRow row, string? partOf, IReadOnlyList<Given> given) =>
        _rows.Add(new Noted(row, partOf, given));

    /// <summary>The rows that were noted, in their order, without what is not told.</summary>
    public IReadOnlyList<AdministrationSummaryRow> Hide()
    {
        foreach (var beside in _rows.Where(noted => noted.PartOf is not null).GroupBy(noted => noted.PartOf))
        {
            var rows = beside.Where(noted => smallestAt(noted.Row.FacilityId) > 0).ToDictionary(noted => noted.Id);
            for (var vaccine = 0; vaccine < vaccines.Count; vaccine++)
                foreach (var number in rows.Values.SelectMany(noted => noted.Given[vaccine].Hidden).Distinct().ToList())
                    Cover(rows, vaccine, number);
        }

        return [.. _rows.Select(Told)];
    }

    private void Cover(Dictionary<(string, int), Noted> rows, int vaccine, string number)
    {
        var hidden = rows.Where(noted => noted.Value.Given[vaccine].Hidden.Contains(number)).Select(noted => noted.Key).ToHashSet();
        SmallCells.Cover(
            [.. rows.Select(noted => KeyValuePair.Create(noted.Key, noted.Value.Given[vaccine].Doses.GetValueOrDefault(number)))],
            hidden, rows.Values.Max(noted => smallestAt(noted.Row.FacilityId)));
        foreach (var id in hidden) rows[id].Given[vaccine].Hidden.Add(number);
    }

    private AdministrationSummaryRow Told(Noted noted)
    {
        var hidden = noted.Given.SelectMany(vaccine => vaccine.Hidden).ToHashSet();
        if (hidden.Count == 0) return noted.Row;
        var series = noted.Row.BySeries!;
        // What is another with one more of what is hidden would tell it.
        var more = Series.Count([.. vaccines.Zip(noted.Given, (own, given) => (own, (IReadOnlyDictionary<string, long>)
            given.Doses.ToDictionary(doses => doses.Key, doses => doses.Value + (given.Hidden.Contains(doses.Key) ? 1 : 0))))]);
        return noted.Row with
        {
            Doses = null,
            ByDoseNumber = noted.Row.ByDoseNumber.ToDictionary(each => each.Key, each => hidden.Contains(each.Key) ? null : each.Value),
            BySeries = new SeriesDoses(
                series.Starting == more.Starting ? series.Starting : null,
                series.Completing == more.Completing ? series.Completing : null,
                series.Ending == more.Ending ? series.Ending : null),
            Suppressed = true,
        };
    }

    /// <summary>The doses of a number by what the view is narrowed by.</summary>
    /// <param name="DoseNumber">The number.</param>
    /// <param name="AskedFor">The age band, sex or group that was asked for.</param>
    /// <param name="Doses">Its doses, and those of the others.</param>
    public sealed record Breakdown(string DoseNumber, string AskedFor, IReadOnlyCollection<KeyValuePair<string, long>> Doses);

    /// <summary>The doses of a vaccine that were given at a place.</summary>
    /// <param name="Doses">By dose number.</param>
    /// <param name="Hidden">The numbers that are not told.</param>
    public sealed record Given(IReadOnlyDictionary<string, long> Doses, HashSet<string> Hidden);

    private sealed record Noted(AdministrationSummaryRow Row, string? PartOf, IReadOnlyList<Given> Given)
    {
        // A place has a row of its own, or one of what lies in none of its parts.
        public (string, int) Id => (Row.FacilityId, PartOf == Row.FacilityId ? 1 : 0);
    }
}
