using System.Text.RegularExpressions;

namespace Distribution.Administration.Domain;

/// <summary>
/// Age bands by their names, as target populations and reports have them: <c>12-15</c>, <c>80+</c>, <c>&lt;5</c> in whole years,
/// <c>0-11m</c>, <c>12m+</c>, <c>&lt;12m</c> in whole months.
/// </summary>
internal static partial class AgeBands
{
    private const int MonthsOfYear = 12;

    /// <summary>The band of somebody's age on a day; null where none of those that can be read holds it.</summary>
    /// <param name="bornOn">The day of birth.</param>
    /// <param name="on">The day.</param>
    /// <param name="bands">The bands that there are.</param>
    public static string? Of(DateOnly bornOn, DateOnly on, IEnumerable<string> bands)
    {
        var age = MonthsOf(bornOn, on);
        return age < 0 ? null : bands.FirstOrDefault(band => MonthsIn(band) is var (from, until) && from <= age && age < until);
    }

    /// <summary>The ages that a band holds, in whole months, from the first up to the second; null where its name cannot be read.</summary>
    public static (int From, int Until)? MonthsIn(string band)
    {
        var match = Ages().Match(band);
        if (!match.Success) return null;
        var size = match.Groups["months"].Success ? 1 : MonthsOfYear;
        var from = match.Groups["below"].Success ? 0 : Number("from") * size;
        var until = match.Groups["below"].Success ? Number("below") * size
            : match.Groups["to"].Success ? (Number("to") + 1) * size
            : int.MaxValue;
        return from < until ? (from, until) : null;

        int Number(string group) => int.Parse(match.Groups[group].Value, null);
    }

    private static int MonthsOf(DateOnly bornOn, DateOnly on) =>
        ((on.Year - bornOn.Year) * MonthsOfYear) + on.Month - bornOn.Month - (on.Day < bornOn.Day ? 1 : 0);

    [GeneratedRegex(
        """
        ^(?:<\s*(?<below>[0-9]{1,3})(?<months>m)?
          |(?<from>[0-9]{1,3})\s*[-–]\s*(?<to>[0-9]{1,3})(?<months>m)?
          |(?<from>[0-9]{1,3})m\s*[-–]\s*(?<to>[0-9]{1,3})(?<months>m)
          |(?<from>[0-9]{1,3})(?<months>m)?\+)\z
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Ages();
}
