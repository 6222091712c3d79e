namespace Distribution.Inventory.Domain;

/// <summary>When something happened, and the day on which it stands.</summary>
/// <param name="OccurredAt">When it happened.</param>
internal readonly record struct FactTime(DateTimeOffset OccurredAt)
{
    /// <summary>The day, in UTC.</summary>
    public DateOnly Day => DateOnly.FromDateTime(OccurredAt.UtcDateTime);

    /// <summary>The time of day in UTC, without its seconds.</summary>
    public TimeOnly Minute => new(OccurredAt.UtcDateTime.Hour, OccurredAt.UtcDateTime.Minute);

    /// <summary>A day of which the time is not known.</summary>
    public static FactTime OfDay(DateOnly day) => new(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
}
