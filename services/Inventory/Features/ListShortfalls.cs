using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>A time during which more had been given, sent or taken off at a facility than is known to have come by then.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null where the reports left it open.</param>
/// <param name="From">The first day at whose end it was so.</param>
/// <param name="Until">The last such day; null while it goes on.</param>
/// <param name="Doses">Doses that were wanting at the worst.</param>
/// <param name="WorstOn">The first day on which so many were.</param>
/// <param name="Days">Its days; up to today while it goes on.</param>
/// <param name="EndedBy">What ended it: <c>supply</c> for stock that came or a report that was taken back, or <c>count</c>; null while it
/// goes on.</param>
internal sealed record ShortfallView(
    string FacilityId, string VaccineId, string? LotNumber, DateOnly From, DateOnly? Until, long Doses, DateOnly WorstOn, int Days,
    string? EndedBy);

/// <summary>Lists, by card, when doses were given or sent that had not come by then: deliveries that were recorded late, or
/// never.</summary>
internal static class ListShortfalls
{
    private const int PageCardsMax = 100;

    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/shortfalls", Handle)
        .WithName("ListShortfalls").WithSummary("Days on which more had been given or sent than is known to have come by then.")
        .Produces<Page<ShortfallView>>().ProducesProblem(StatusCodes.Status404NotFound);

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, TimeProvider clock, CancellationToken cancel,
        string? facilityId = null, string? country = null, string? vaccineId = null, string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        if (CardCursor.Parse(after) is not { } cursor) return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        await places.CatchUp(store, cancel);
        if (facilityId is not null && places.Tree.Find(facilityId) is null) return Refusal.NotFound("facility", facilityId).ToResult();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var found = new List<ShortfallView>();
        var (from, skip) = cursor;
        for (var looked = 0; ;)
        {
            var page = await store.ScanAll(Names.Shortfalls, from, PageCardsMax, cancel);
            foreach (var marked in page)
            {
                var at = new DocumentAddress(marked.Partition, marked.Id);
                if (IsAskedFor(at))
                {
                    var all = await Of(at);
                    found.AddRange(all.Skip(skip).Take(items - found.Count));
                    if (found.Count == items && all.Count > skip) return Full(from, at, all.Count);
                }

                (from, skip) = (at, 0);
            }

            looked += page.Count;
            if (page.Count < PageCardsMax) return Results.Ok(new Page<ShortfallView>(found, null));
            if (looked >= Paging.DocumentsMax) return Results.Ok(new Page<ShortfallView>(found, new CardCursor(from, 0).ToString()));
        }

        bool IsAskedFor(DocumentAddress card) =>
            (vaccineId is null || card.Id == vaccineId)
            && (country is null || places.Tree.Find(card.Partition)?.Country == country)
            && (facilityId is null || places.Tree.PathOf(card.Partition).Contains(facilityId));

        async ValueTask<List<ShortfallView>> Of(DocumentAddress at)
        {
            if (await store.Find<StockCard>(Names.Cards, at.Partition, at.Id, cancel) is not { } card) return [];
            var table = await places.Tables.Load(store, card, cancel);
            return [.. Shortfalls.Of(table, card.Terms).Select(shortfall => View(card, shortfall, today))];
        }

        // A page may end within a card, which is then read again.
        IResult Full(DocumentAddress? before, DocumentAddress at, int all)
        {
            var shown = skip + found.Count(view => view.FacilityId == at.Partition && view.VaccineId == at.Id);
            var next = shown < all ? new CardCursor(before, shown) : new CardCursor(at, 0);
            return Results.Ok(new Page<ShortfallView>(found, next.ToString()));
        }
    }

    private static ShortfallView View(StockCard card, Shortfall shortfall, DateOnly today) => new(
        card.FacilityId, card.VaccineId, shortfall.Lot.Length == 0 ? null : shortfall.Lot, shortfall.From, shortfall.Until, shortfall.Doses,
        shortfall.WorstOn, (shortfall.Until ?? today).DayNumber - shortfall.From.DayNumber + 1,
        shortfall.Until is null ? null : shortfall.EndedByCount ? "count" : "supply");
}
