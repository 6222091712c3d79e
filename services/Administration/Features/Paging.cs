using Distribution.Platform.Hosting;

namespace Distribution.Administration.Features;

/// <summary>A page of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null where there is none.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>What lists share.</summary>
internal static class Paging
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;

    /// <summary>The limit that was asked for, or the default; a limit out of range is noted.</summary>
    public static int Limit(int? limit, FieldErrors errors)
    {
        errors.Require(limit is null or (>= 1 and <= LimitMax), "limit", $"must be a number from 1 to {LimitMax}");
        return limit ?? LimitDefault;
    }
}
