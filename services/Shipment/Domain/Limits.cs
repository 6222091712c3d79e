namespace Distribution.Shipment.Domain;

/// <summary>The bounds of what callers may say.</summary>
internal static class Limits
{
    /// <summary>Most lines in a shipment or receipt.</summary>
    public const int LinesMax = 1000;

    /// <summary>Most doses in one line as it is given.</summary>
    public const long DosesMax = 1_000_000_000;

    /// <summary>Longest free text, in characters.</summary>
    public const int TextCharsMax = 200;

    /// <summary>How far ahead of ours a caller's clock may be.</summary>
    public static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(5);

    /// <summary>The earliest day that is taken for a real one.</summary>
    public static readonly DateOnly Earliest = new(1900, 1, 1);

    /// <summary>What is wrong with the moment at which something is said to have happened, or null.</summary>
    public static string? TimeProblem(DateTimeOffset? at, DateTimeOffset now) => at switch
    {
        null => "is missing: say when, such as 2021-01-31T08:00:00Z",
        { } time when time.UtcDateTime < Earliest.ToDateTime(TimeOnly.MinValue) => $"{time:O} is before {Earliest:yyyy-MM-dd}: correct the year",
        { } time when time > now + ClockSkewMax => $"{time:O} is in the future: say when it really happened",
        _ => null,
    };

    /// <summary>What is wrong with a free text, or null.</summary>
    public static string? TextProblem(string? text) =>
        string.IsNullOrWhiteSpace(text) ? $"is missing: say it in 1 to {TextCharsMax} characters"
        : text.Length > TextCharsMax ? $"has {text.Length} characters: at most {TextCharsMax}"
        : null;
}
