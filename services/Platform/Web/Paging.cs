using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>A page of a list.</summary>
/// <param name="Items">The items of this page, in the order of the list.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>How long a page of a list is.</summary>
public static class Paging
{
    /// <summary>Items of a page when no limit is asked for.</summary>
    private const int LimitDefault = 100;

    /// <summary>The most items of a page.</summary>
    private const int LimitMax = 1_000;

    private static readonly string Rule = $"must be 1 to {LimitMax}";

    /// <summary>The most documents that one request looks at; a page may be short, and still have a next one.</summary>
    public const int DocumentsMax = 20_000;

    /// <summary>The limit that was asked for, or the default; one out of range is noted.</summary>
    public static int Limit(int? asked, FieldErrors errors)
    {
        errors.Require(Holds(asked), "limit", Rule);
        return asked ?? LimitDefault;
    }

    /// <summary>The limit that holds, or a refusal.</summary>
    public static Refusal? Check(int? asked, out int limit)
    {
        limit = asked ?? LimitDefault;
        return Holds(asked) ? null : Refusal.Field("limit", Rule);
    }

    /// <summary>A page of the documents of a partition, by id.</summary>
    /// <param name="store">The store.</param>
    /// <param name="collection">The collection.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="after">The id after which it begins; null for the first page.</param>
    /// <param name="limit">The limit that was asked for.</param>
    /// <param name="view">What is shown of a document.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<IResult> PageOf<T>(
        this IStore store, string collection, string partition, string? after, int? limit, Func<Document, T> view, CancellationToken cancel)
    {
        if (Check(limit, out var items) is { } invalid) return invalid.ToResult();
        var page = await store.Scan(collection, partition, after, items, cancel);
        return Results.Ok(new Page<T>([.. page.Select(view)], page.Count == items ? page[^1].Id : null));
    }

    private static bool Holds(int? asked) => asked is null or (>= 1 and <= LimitMax);
}
