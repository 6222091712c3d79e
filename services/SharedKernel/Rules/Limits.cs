namespace Distribution.SharedKernel.Rules;

/// <summary>The bounds of what callers may say, the same for every service.</summary>
public static class Limits
{
    /// <summary>Most lines in a shipment, a receipt or a stock command.</summary>
    public const int LinesMax = 1_000;

    /// <summary>Most doses in one line.</summary>
    public const long DosesMax = 1_000_000_000;

    /// <summary>Longest name of a place, a person or a maker, in characters.</summary>
    public const int NameCharsMax = 200;

    /// <summary>Longest reason, in characters.</summary>
    public const int ReasonCharsMax = 500;

    /// <summary>How far ahead of ours a caller's clock may be.</summary>
    public static readonly TimeSpan ClockSkewMax = TimeSpan.FromMinutes(5);

    /// <summary>The earliest day that is taken for a real one.</summary>
    public static readonly DateOnly Earliest = new(1900, 1, 1);

    /// <summary>What is wrong with the moment at which something is said to have happened, or null.</summary>
    public static string? TimeProblem(DateTimeOffset? at, DateTimeOffset now) => at switch
    {
        null => "is missing: say when, such as 2021-01-31T08:00:00Z",
        { } time when time.UtcDateTime < Earliest.ToDateTime(TimeOnly.MinValue) =>
            $"{time:O} is before {Earliest:yyyy-MM-dd}: correct the year",
        { } time when time > now + ClockSkewMax => $"{time:O} is in the future: say when it really happened",
        _ => null,
    };

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? NameProblem(string? text) => TextProblem(text, NameCharsMax);

    /// <summary>What is wrong with a reason, or null.</summary>
    public static string? ReasonProblem(string? text) => TextProblem(text, ReasonCharsMax);

    private static string? TextProblem(string? text, int charsMax) =>
        string.IsNullOrWhiteSpace(text) ? $"is missing: say it in 1 to {charsMax} characters"
        : text.Length > charsMax ? $"has {text.Length} characters: at most {charsMax}"
        : !PlainText.Is(text) ? PlainText.Rule
        : null;
}
