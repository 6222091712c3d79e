using System.Globalization;

namespace Distribution.Interop.Dhis2;

/// <summary>How long the periods of a data set are. DHIS2 has more of them; these are the ones that are known here.</summary>
public enum PeriodType
{
    /// <summary>A day: <c>20260301</c>.</summary>
    Daily,

    /// <summary>A week of ISO 8601, from Monday: <c>2026W10</c>.</summary>
    Weekly,

    /// <summary>A month: <c>202603</c>.</summary>
    Monthly,

    /// <summary>Three months from January, April, July or October: <c>2026Q1</c>.</summary>
    Quarterly,

    /// <summary>A calendar year: <c>2026</c>.</summary>
    Yearly,
}

/// <summary>A period as DHIS2 names it.</summary>
/// <param name="Type">How long it is.</param>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day.</param>
public readonly record struct Period(PeriodType Type, DateOnly First, DateOnly Last)
{
    private const int FirstYear = 1900;
    private const int LastYear = 2200;

    /// <summary>What a period must look like, for messages.</summary>
    public const string Rule = "must be a period of DHIS2: 20260301, 2026W10, 202603, 2026Q1 or 2026";

    /// <summary>As DHIS2 writes it.</summary>
    public string Id => Type switch
    {
        PeriodType.Daily => Text($"{First:yyyyMMdd}"),
        PeriodType.Weekly => Text($"{ISOWeek.GetYear(Noon)}W{ISOWeek.GetWeekOfYear(Noon)}"),
        PeriodType.Monthly => Text($"{First:yyyyMM}"),
        PeriodType.Quarterly => Text($"{First.Year:0000}Q{((First.Month - 1) / 3) + 1}"),
        _ => Text($"{First.Year:0000}"),
    };

    /// <summary>As ADX writes it: the first day and the duration (ISO 8601). A week has seven days there, as DHIS2 reads it.</summary>
    public string Adx => Text($"{First:yyyy-MM-dd}/{DurationOf(Type)}");

    private DateTime Noon => First.ToDateTime(new TimeOnly(12, 0));

    /// <summary>The period that has a day.</summary>
    public static Period Of(PeriodType type, DateOnly day)
    {
        var first = type switch
        {
            PeriodType.Daily => day,
            PeriodType.Weekly => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            PeriodType.Monthly => new DateOnly(day.Year, day.Month, 1),
            PeriodType.Quarterly => new DateOnly(day.Year, day.Month - ((day.Month - 1) % 3), 1),
            _ => new DateOnly(day.Year, 1, 1),
        };
        return new Period(type, first, type switch
        {
            PeriodType.Daily => first,
            PeriodType.Weekly => first.AddDays(6),
            PeriodType.Monthly => first.AddMonths(1).AddDays(-1),
            PeriodType.Quarterly => first.AddMonths(3).AddDays(-1),
            _ => first.AddYears(1).AddDays(-1),
        });
    }

    /// <summary>The periods that lie in some days with all of theirs, in order.</summary>
    /// <param name="type">How long they are.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="most">How many are given at most.</param>
    public static IReadOnlyList<Period> Within(PeriodType type, DateOnly from, DateOnly to, int most)
    {
        var periods = new List<Period>();
        if (!IsYear(from.Year) || !IsYear(to.Year)) return periods;
        for (var period = Of(type, from); period.Last <= to && periods.Count < most; period = Of(type, period.Last.AddDays(1)))
            if (period.First >= from) periods.Add(period);
        return periods;
    }

    /// <summary>The type of a name such as <c>Monthly</c>; null of one that is not known here.</summary>
    public static PeriodType? TypeOf(string? name) =>
        name is not null && Enum.GetNames<PeriodType>().Contains(name, StringComparer.Ordinal) ? Enum.Parse<PeriodType>(name) : null;

    /// <summary>Reads a period as DHIS2 writes it; null where it is none that is known here.</summary>
    public static Period? Parse(string? text)
    {
        if (text is null || text.Length is < 4 or > 8 || !Year(text, out var year)) return null;
        var rest = text.AsSpan(4);
        return rest switch
        {
            [] => Of(PeriodType.Yearly, new DateOnly(year, 1, 1)),
            ['Q', >= '1' and <= '4'] => Of(PeriodType.Quarterly, new DateOnly(year, ((rest[1] - '1') * 3) + 1, 1)),
            ['W', ..] => Digits(rest[1..], 1, ISOWeek.GetWeeksInYear(year)) is { } week && rest[1] != '0'
                ? Of(PeriodType.Weekly, DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday)))
                : null,
            { Length: 2 } => Digits(rest, 1, 12) is { } month ? Of(PeriodType.Monthly, new DateOnly(year, month, 1)) : null,
            { Length: 4 } => Digits(rest[..2], 1, 12) is { } month && Digits(rest[2..], 1, DateTime.DaysInMonth(year, month)) is { } day
                ? Of(PeriodType.Daily, new DateOnly(year, month, day))
                : null,
            _ => null,
        };
    }

    /// <summary>Reads a period as ADX writes it; null where it is none that is known here.</summary>
    public static Period? ParseAdx(string? text)
    {
        if (text?.Split('/') is not [var day, var duration]
            || !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            || !IsYear(first.Year)) return null;
        foreach (var type in Enum.GetValues<PeriodType>())
            if (DurationOf(type) == duration) return Of(type, first) is var period && period.First == first ? period : null;
        return null;
    }

    private static string DurationOf(PeriodType type) => type switch
    {
        PeriodType.Daily => "P1D",
        PeriodType.Weekly => "P7D",
        PeriodType.Monthly => "P1M",
        PeriodType.Quarterly => "P3M",
        _ => "P1Y",
    };

    private static bool Year(string text, out int year)
    {
        year = Digits(text.AsSpan(0, 4), FirstYear, LastYear) ?? 0;
        return year > 0;
    }

    private static bool IsYear(int year) => year is >= FirstYear and <= LastYear;

    private static int? Digits(ReadOnlySpan<char> text, int from, int to) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
            ? number
            : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
