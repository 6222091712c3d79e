namespace Distribution.SharedKernel.Rules;

/// <summary>The time zones of places, by their IANA names.</summary>
public static class TimeZones
{
    /// <summary>What a name of a time zone must be.</summary>
    public const string Rule = "must be a time zone of the IANA database, such as Africa/Addis_Ababa";

    /// <summary>Whether a text names a time zone.</summary>
    public static bool Is(string text) => Exact(text) is not null;

    /// <summary>The zone of this name; UTC where there is none.</summary>
    public static TimeZoneInfo Of(string? name) =>
        name is not null && Exact(name) is { } zone ? zone : TimeZoneInfo.Utc;

    // A machine has names of its own beside those of the database: its local time, and copies in other folders.
    private static TimeZoneInfo? Exact(string name) =>
        name is not "localtime" && !name.StartsWith("posix", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("right/", StringComparison.OrdinalIgnoreCase)
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;
}
