namespace Distribution.Inventory.Domain;

/// <summary>When something happened, and the day on which it stands: that of the clock where it happened.</summary>
/// <param name="OccurredAt">When it happened, with the offset of the clock there.</param>
internal readonly record struct FactTime(DateTimeOffset OccurredAt)
{
    /// <summary>The day.</summary>
    public DateOnly Day => DateOnly.FromDateTime(OccurredAt.DateTime);

    /// <summary>
    /// Minutes from midnight UTC of its day, so that what happened on a day is in order whatever clocks it was told by: below 0 where the
    /// clock is ahead of UTC, above 1,439 where it is behind.
    /// </summary>
    public int Minute => (int)Math.Floor((OccurredAt.UtcDateTime - Day.ToDateTime(TimeOnly.MinValue)).TotalMinutes);

    /// <summary>
    /// When something happened that followed on something else. Where the clocks of two places would make the later one of an earlier day,
    /// as across the date line, it is told by the clock of the first.
    /// </summary>
    public static FactTime After(DateTimeOffset earlier, DateTimeOffset at)
    {
        var own = new FactTime(at);
        return own.Day < new FactTime(earlier).Day ? new FactTime(at.ToOffset(earlier.Offset)) : own;
    }

    /// <summary>A day of which the time is not known.</summary>
    public static FactTime OfDay(DateOnly day) => new(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
}
