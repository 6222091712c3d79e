using System.Text.RegularExpressions;

namespace Distribution.Administration.Domain;

/// <summary>Age bands by their names, as target populations have them: <c>12-15</c>, <c>80+</c>, <c>&lt;5</c>, in whole years.</summary>
internal static partial class AgeBands
{
    /// <summary>The band of somebody's age on a day; null where none of those that can be read holds it.</summary>
    /// <param name="bornOn">The day of birth.</param>
    /// <param name="on">The day.</param>
    /// <param name="bands">The bands that there are.</param>
    public static string? Of(DateOnly bornOn, DateOnly on, IEnumerable<string> bands)
    {
        var age = YearsOf(bornOn, on);
        return age < 0 ? null : bands.FirstOrDefault(band => Range(band) is var (from, to) && from <= age && age <= to);
    }

    /// <summary>Whole years of age; below 0 before the birth.</summary>
    public static int YearsOf(DateOnly bornOn, DateOnly on) =>
        on.Year - bornOn.Year - (on.Month < bornOn.Month || (on.Month == bornOn.Month && on.Day < bornOn.Day) ? 1 : 0);

    private static (int From, int To)? Range(string band)
    {
        var match = Years().Match(band);
        if (!match.Success) return null;
        return match.Groups["below"].Success ? (0, Number("below") - 1)
            : match.Groups["from"].Success ? (Number("from"), match.Groups["to"].Success ? Number("to") : int.MaxValue)
            : null;

        int Number(string group) => int.Parse(match.Groups[group].Value, null);
    }

    [GeneratedRegex(
        """^(?:<\s*(?<below>[0-9]{1,3})|(?<from>[0-9]{1,3})\s*(?:[-–]\s*(?<to>[0-9]{1,3})|\+))$""", RegexOptions.CultureInvariant)]
    private static partial Regex Years();
}
