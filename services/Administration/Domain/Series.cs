using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;

namespace Distribution.Administration.Domain;

/// <summary>Which dose numbers of a vaccine's series coverage and dropout are measured by.</summary>
internal static class Series
{
    /// <summary>
    /// Reads a series in the order of its schedule. People begin with the dose numbers that say so, or else with the first. Dropout is
    /// measured to the dose numbers that complete the series, as many of them as begin one, because those after them complete boosters;
    /// where none completes, to the last. A dose that begins and completes at once has no dropout of its own, and the only dose of a
    /// single-dose vaccine does both, flagged or not: not counting it is a known fault of other systems.
    /// </summary>
    public static MeasuredSeries Of(IReadOnlyList<SeriesDose> doses)
    {
        if (doses.Count == 0) return new MeasuredSeries(null, null, [], [], []);
        var first = doses[0].DoseNumber;
        if (doses.Count == 1) return new MeasuredSeries(first, null, [first], [first], []);
        var completing = Numbers(dose => dose.CompletesSeries);
        var starting = Numbers(dose => dose.StartsSeries == true);
        if (starting.Length == 0) starting = [first];
        string[] ending = completing.Length > 0 ? completing : [doses[^1].DoseNumber];
        var last = ending.Except(starting).Take(starting.Except(ending).Count()).ToArray();
        return last.Length == 0
            ? new MeasuredSeries(first, null, completing, starting, [])
            : new MeasuredSeries(first, last[0], completing, starting, [.. last, .. starting.Intersect(ending)]);

        string[] Numbers(Func<SeriesDose, bool> which) => [.. doses.Where(which).Select(dose => dose.DoseNumber)];
    }

    /// <summary>Sums by dose number in the order of the schedule, every dose number of it there; others follow, by text.</summary>
    public static Dictionary<string, long> InOrder(IReadOnlyList<SeriesDose> series, IReadOnlyDictionary<string, long> doses)
    {
        var ordered = new Dictionary<string, long>();
        foreach (var dose in series) ordered[dose.DoseNumber] = doses.GetValueOrDefault(dose.DoseNumber);
        foreach (var (number, count) in doses.OrderBy(dose => dose.Key, StringComparer.Ordinal))
            if (count != 0) ordered.TryAdd(number, count);
        return ordered;
    }
}
