using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;

namespace Distribution.Administration.Domain;

/// <summary>Which dose numbers of a vaccine's series coverage and dropout are measured by.</summary>
internal static class Series
{
    /// <summary>
    /// Reads a series in the order of its schedule. Dropout is measured to the first dose number that completes the series, or else the
    /// last; where that is the first one there is no dropout. The only dose of a single-dose vaccine completes it, flagged or not: not
    /// counting it is a known fault of other systems.
    /// </summary>
    public static MeasuredSeries Of(IReadOnlyList<SeriesDose> doses)
    {
        if (doses.Count == 0) return new MeasuredSeries(null, null, []);
        var first = doses[0].DoseNumber;
        if (doses.Count == 1) return new MeasuredSeries(first, null, [first]);
        var completing = doses.Where(dose => dose.CompletesSeries).Select(dose => dose.DoseNumber).ToArray();
        var last = completing.Length > 0 ? completing[0] : doses[^1].DoseNumber;
        return new MeasuredSeries(first, last == first ? null : last, completing);
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
