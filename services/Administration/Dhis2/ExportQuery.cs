using System.Globalization;
using Distribution.Interop.Dhis2;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Dhis2;

/// <summary>Which periods, and which places, values are asked for.</summary>
/// <param name="Periods">The periods, in order, one right after the other.</param>
/// <param name="Places">The places, the one that was named first.</param>
/// <param name="HasChildren">Whether each place is without those below it, which are there too; else the one place is with all of
/// them.</param>
internal sealed record ExportQuery(IReadOnlyList<Period> Periods, IReadOnlyList<Place> Places, bool HasChildren)
{
    /// <summary>Most periods of an answer: each day of a year.</summary>
    public const int PeriodsMax = 366;

    /// <summary>Reads which periods are asked for.</summary>
    /// <param name="type">The periods of the data set.</param>
    /// <param name="period">One of them, as DHIS2 writes it; or the next two.</param>
    /// <param name="startDate">The first day.</param>
    /// <param name="endDate">The last day.</param>
    public static (IReadOnlyList<Period> Periods, Refusal? Refusal) ReadPeriods(
        PeriodType type, string? period, string? startDate, string? endDate)
    {
        var errors = new FieldErrors();
        if (period is not null)
        {
            errors.Require(startDate is null && endDate is null, "period", "stands instead of startDate and endDate: send one of them");
            var one = Period.Parse(period);
            errors.Require(one is not null, "period", Period.Rule);
            errors.Require(
                one is null || one.Value.Type == type, "period", $"the data set is {type}: ask for such a period, as {Example(type)}");
            return errors.ToRefusal() is { } wrong ? ([], wrong) : ([one!.Value], null);
        }

        var (first, last) = (Day(startDate), Day(endDate));
        errors.Require(first is not null, "startDate", "is missing, or no day as YYYY-MM-DD: send period, or startDate and endDate");
        errors.Require(last is not null, "endDate", "is missing, or no day as YYYY-MM-DD: send period, or startDate and endDate");
        errors.Require(!(first > last), "endDate", "must not be before startDate");
        if (errors.ToRefusal() is { } refusal) return ([], refusal);
        var periods = Period.Within(type, first!.Value, last!.Value, PeriodsMax + 1);
        if (periods.Count == 0)
            return ([], Refusal.Field("startDate", $"no whole period of the data set, which is {type}, lies in these days"));
        return periods.Count > PeriodsMax
            ? ([], Refusal.Field("endDate", $"more than {PeriodsMax} periods lie in these days: ask for fewer"))
            : (periods, null);
    }

    /// <summary>The place that a name stands for: a uid of DHIS2, else a code of it, else a code of ours.</summary>
    public static Place? FindPlace(PlaceTree tree, string name) =>
        tree.FindNamed($"{Coding.Dhis2Unit}|{name}") ?? tree.FindNamed($"{Coding.Dhis2UnitCode}|{name}") ?? tree.Find(name);

    private static string Example(PeriodType type) => Period.Of(type, new DateOnly(2026, 3, 2)).Id;

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day >= Limits.Earliest ? day : null;
}
