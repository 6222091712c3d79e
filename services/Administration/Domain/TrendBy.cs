namespace Distribution.Administration.Domain;

/// <summary>The steps of a trend.</summary>
internal static class TrendBy
{
    /// <summary>The first day of the step that a day belongs to; weeks begin on Monday (ISO 8601).</summary>
    public static DateOnly StepOf(DateOnly day, string by) => by switch
    {
        "week" => day.AddDays(-((int)day.DayOfWeek + 6) % 7),
        "month" => new DateOnly(day.Year, day.Month, 1),
        _ => day,
    };
}
