namespace Distribution.Inventory.Domain;

/// <summary>When something happened, and the day and time of day on which it stands where it happened.</summary>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="Day">The day.</param>
/// <param name="Time">The time of day.</param>
internal readonly record struct FactTime(DateTimeOffset OccurredAt, DateOnly Day, TimeOnly Time)
{
    /// <summary>The time of day without its seconds.</summary>
    public TimeOnly Minute => new(Time.Hour, Time.Minute);

    /// <summary>The day, when it is another than that of <see cref="OccurredAt"/> in UTC.</summary>
    public DateOnly? LocalDay => Day == DateOnly.FromDateTime(OccurredAt.UtcDateTime) ? null : Day;

    /// <summary>A moment, where it was the time of day that its offset says.</summary>
    public static FactTime Of(DateTimeOffset at) => new(at, DateOnly.FromDateTime(at.DateTime), TimeOnly.FromDateTime(at.DateTime));

    /// <summary>A day of which the time is not known.</summary>
    public static FactTime OfDay(DateOnly day) => new(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero), day, TimeOnly.MinValue);
}
