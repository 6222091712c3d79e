using Distribution.Inventory.Reference;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Http;

namespace Distribution.Inventory.Features;

/// <summary>Which stock cards a list is asked for, and where its page begins.</summary>
/// <param name="FacilityId">The place, with all below it; null for all.</param>
/// <param name="Only">True for that place without those below it.</param>
/// <param name="Country">The country, or null for all.</param>
/// <param name="VaccineId">The vaccine, or null for all.</param>
/// <param name="After">The next of an earlier page, or null.</param>
/// <param name="Limit">The most items, or null for the default.</param>
/// <param name="Reach">Where the caller may see stock.</param>
internal readonly record struct CardQuery(
    string? FacilityId, bool? Only, string? Country, string? VaccineId, string? After, int? Limit, Reach Reach);

/// <summary>Lists what stock cards have to tell, page by page, in the order of the cards: a page may end within a card.</summary>
internal static class CardPages
{
    /// <summary>Marks of cards that one request looks at: each of them is a table of days to be read.</summary>
    public const int MarksMax = 1_000;

    private const int PageDocumentsMax = 500;

    /// <summary>Answers with a page.</summary>
    /// <param name="store">The store.</param>
    /// <param name="places">The tree, caught up with.</param>
    /// <param name="collection">Documents by facility and vaccine: the cards themselves, or marks of cards.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="documentsMax">The most documents that one request looks at.</param>
    /// <param name="rows">What a document has to tell, always in the same order.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="written">Writes the page, where it is not to be JSON.</param>
    public static async Task<IResult> List<T>(
        IStore store, Places places, string collection, CardQuery query, int documentsMax,
        Func<Document, ValueTask<IReadOnlyList<T>>> rows, CancellationToken cancel, Func<Page<T>, IResult>? written = null)
    {
        if (Paging.Check(query.Limit, out var items) is { } invalid) return invalid.ToResult();
        if (CardCursor.Parse(query.After) is not { } cursor)
            return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        var scope = PlaceScope.Of(places.Tree, query.FacilityId, query.Only, query.Reach);
        if (cursor.At is { } at && !scope.Contains(at.Partition)) return Refusal.Field("after", "is of another facility").ToResult();
        var found = new List<T>();
        var from = cursor.At;

        // A page may end within a card, which is then read again from the row after the last one shown.
        if (from is { } first && cursor.Shown > 0 && await store.Find(collection, first.Partition, first.Id, cancel) is { } rest)
        {
            if (await Take(rest, cursor.Shown)) return Full();
        }

        for (var looked = 0; ;)
        {
            var (page, next) = await scope.Read(store, collection, from, PageDocumentsMax, cancel);
            foreach (var document in page)
            {
                if ((query.VaccineId is null || document.Id == query.VaccineId)
                    && (query.Country is null || places.Tree.Find(document.Partition)?.Country == query.Country)
                    && await Take(document, 0)) return Full();
            }

            if (next is null) return Answer(new(found, null));
            (from, looked) = (next, looked + PageDocumentsMax);
            if (looked >= documentsMax) return Answer(new(found, new CardCursor(from, 0).ToString()));
        }

        async ValueTask<bool> Take(Document document, int skip)
        {
            var all = await rows(document);
            var shown = Math.Min(all.Count, skip + items - found.Count);
            for (var i = skip; i < shown; i++) found.Add(all[i]);
            if (found.Count < items) return false;
            cursor = new CardCursor(new DocumentAddress(document.Partition, document.Id), shown < all.Count ? shown : 0);
            return true;
        }

        IResult Full() => Answer(new(found, cursor.ToString()));

        IResult Answer(Page<T> page) => written is null ? Results.Ok(page) : written(page);
    }
}
