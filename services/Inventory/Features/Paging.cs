using Distribution.Platform.Hosting;

namespace Distribution.Inventory.Features;

/// <summary>A page of a list.</summary>
/// <param name="Items">What was found.</param>
/// <param name="Next">What to pass as <c>after</c> for the next page, or null when there is none.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>What all lists share.</summary>
internal static class Paging
{
    /// <summary>Items of a page when no limit is asked for.</summary>
    public const int LimitDefault = 100;

    /// <summary>The most items of a page.</summary>
    public const int LimitMax = 1000;

    /// <summary>The most documents that one request looks at; a page may be short, and still have a next one.</summary>
    public const int DocumentsMax = 20_000;

    /// <summary>The limit that holds, or a refusal.</summary>
    public static Refusal? Check(int? asked, out int limit)
    {
        limit = asked ?? LimitDefault;
        return limit is >= 1 and <= LimitMax ? null : Refusal.Field("limit", $"must be 1 to {LimitMax}");
    }
}
