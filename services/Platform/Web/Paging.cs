namespace Distribution.Platform.Web;

/// <summary>A page of a list.</summary>
/// <param name="Items">The items of this page, in the order of the list.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>How long a page of a list is.</summary>
public static class Paging
{
    /// <summary>Items of a page when no limit is asked for.</summary>
    public const int LimitDefault = 100;

    /// <summary>The most items of a page.</summary>
    public const int LimitMax = 1_000;

    /// <summary>The most documents that one request looks at; a page may be short, and still have a next one.</summary>
    public const int DocumentsMax = 20_000;

    /// <summary>The limit that was asked for, or the default; one out of range is noted.</summary>
    public static int Limit(int? asked, FieldErrors errors)
    {
        errors.Require(asked is null or (>= 1 and <= LimitMax), "limit", $"must be a number from 1 to {LimitMax}");
        return asked ?? LimitDefault;
    }

    /// <summary>The limit that holds, or a refusal.</summary>
    public static Refusal? Check(int? asked, out int limit)
    {
        var errors = new FieldErrors();
        limit = Limit(asked, errors);
        return errors.ToRefusal();
    }
}
