namespace Distribution.Inventory.Domain;

/// <summary>When something happened, and the day on which it stands: that of the clock where it happened.</summary>
/// <param name="OccurredAt">When it happened, with the offset of the clock there.</param>
internal readonly record struct FactTime(DateTimeOffset OccurredAt)
{
    /// <summary>The day.</summary>
    public DateOnly Day => DateOnly.FromDateTime(OccurredAt.DateTime);

    /// <summary>The time of day, without its seconds.</summary>
    public TimeOnly Minute => new(OccurredAt.Hour, OccurredAt.Minute);

    /// <summary>A day of which the time is not known.</summary>
    public static FactTime OfDay(DateOnly day) => new(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
}
