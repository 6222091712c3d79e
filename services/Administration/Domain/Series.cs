using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;

namespace Distribution.Administration.Domain;

/// <summary>Which dose numbers of a vaccine's series coverage and dropout are measured by.</summary>
internal static class Series
{
    /// <summary>
    /// Reads a series in the order of its schedule. People begin with the dose numbers that say so, or else with the first, unless it says
    /// that it begins none: that of a product for second doses, say. Dropout is measured to the dose numbers that complete the series, as
    /// many of them as begin one, because those after them complete boosters; where none completes, to the last. A dose that begins and
    /// completes at once has no dropout of its own, and the only dose of a single-dose vaccine does both, flagged or not: not counting it
    /// is a known fault of other systems.
    /// </summary>
    public static MeasuredSeries Of(IReadOnlyList<SeriesDose> doses)
    {
        if (doses.Count == 0) return new MeasuredSeries(null, null, [], [], []);
        var first = doses[0].DoseNumber;
        var startsNone = doses[0].StartsSeries == false;
        if (doses.Count == 1) return new MeasuredSeries(first, null, [first], startsNone ? [] : [first], startsNone ? [first] : []);
        var completing = Numbers(dose => dose.CompletesSeries);
        var starting = Numbers(dose => dose.StartsSeries == true);
        if (starting.Length == 0 && !startsNone) starting = [first];
        string[] ending = completing.Length > 0 ? completing : [doses[^1].DoseNumber];
        var last = ending.Except(starting).Take(starting.Length == 0 ? 1 : starting.Except(ending).Count()).ToArray();
        return last.Length == 0
            ? new MeasuredSeries(first, null, completing, starting, [])
            : new MeasuredSeries(first, last[0], completing, starting, [.. last, .. starting.Intersect(ending)]);

        string[] Numbers(Func<SeriesDose, bool> which) => [.. doses.Where(which).Select(dose => dose.DoseNumber)];
    }

    /// <summary>What several vaccines are measured by together: every dose number that one of them is measured by.</summary>
    public static MeasuredSeries Together(IReadOnlyList<MeasuredSeries> series)
    {
        if (series is [var only]) return only;
        return new MeasuredSeries(
            Common(each => each.First), Common(each => each.Last), All(each => each.Completing), All(each => each.Starting!),
            All(each => each.Lasts!));

        string? Common(Func<MeasuredSeries, string?> number) =>
            series.Select(number).Distinct().Take(2).ToArray() is [var one] ? one : null;
        string[] All(Func<MeasuredSeries, IReadOnlyList<string>> numbers) => [.. series.SelectMany(numbers).Distinct()];
    }

    /// <summary>
    /// Adds up what doses of vaccines are in the series of each: dose 1 of one product may complete what dose 1 of another begins.
    /// </summary>
    /// <param name="given">Doses by dose number, with the series of their vaccine.</param>
    public static SeriesDoses Count(IReadOnlyCollection<(MeasuredSeries Series, IReadOnlyDictionary<string, long> Doses)> given)
    {
        return new SeriesDoses(
            Sum(series => series.Starting!), Sum(series => series.Completing),
            given.Any(vaccine => vaccine.Series.Lasts!.Count > 0) ? Sum(Ending) : null);

        long? Sum(Func<MeasuredSeries, IEnumerable<string>> numbers) => given
            .SelectMany(vaccine => numbers(vaccine.Series).Select(number => (long?)vaccine.Doses.GetValueOrDefault(number)))
            .Aggregate((long?)null, (sum, doses) => (sum ?? 0) + doses);

        // Beside products with a dropout, who got a whole series at once is among those who did not drop out.
        static IEnumerable<string> Ending(MeasuredSeries series) =>
            series.Lasts!.Count > 0 ? series.Lasts : series.Starting!.Intersect(series.Completing);
    }

    /// <summary>
    /// The dose number that doses count as which were reported under another one: where a series has a single number, a dose of which
    /// nobody said the number is that one. Found whenever it is asked, from the series as it is then, so that it does not matter what
    /// came first.
    /// </summary>
    public static string NumberOf(IReadOnlyList<SeriesDose> series, string reported) =>
        reported == NoDoseNumber.Unspecified && series is [var only] ? only.DoseNumber : reported;

    /// <summary>Sums by dose number in the order of the schedule, every dose number of it there; others follow, by text.</summary>
    public static Dictionary<string, long> InOrder(IReadOnlyList<SeriesDose> series, IReadOnlyDictionary<string, long> doses)
    {
        var ordered = new Dictionary<string, long>();
        foreach (var dose in series) ordered[dose.DoseNumber] = doses.GetValueOrDefault(dose.DoseNumber);
        foreach (var (number, count) in doses.Where(dose => dose.Value != 0 && !ordered.ContainsKey(dose.Key))
            .OrderBy(dose => dose.Key, StringComparer.Ordinal))
            ordered[number] = count;
        return ordered;
    }
}
