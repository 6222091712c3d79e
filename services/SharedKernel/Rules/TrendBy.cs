namespace Distribution.SharedKernel.Rules;

/// <summary>The steps that a trend goes in.</summary>
public static class TrendBy
{
    /// <summary>The first day of the step that a day belongs to; weeks begin on Monday (ISO 8601).</summary>
    /// <param name="day">The day.</param>
    /// <param name="by"><c>day</c>, <c>week</c>, <c>month</c>, <c>quarter</c> or <c>year</c>.</param>
    public static DateOnly StepOf(DateOnly day, string by) => by switch
    {
        "week" => day.AddDays(-((int)day.DayOfWeek + 6) % 7),
        "month" => new DateOnly(day.Year, day.Month, 1),
        "quarter" => new DateOnly(day.Year, day.Month - ((day.Month - 1) % 3), 1),
        "year" => new DateOnly(day.Year, 1, 1),
        _ => day,
    };
}
