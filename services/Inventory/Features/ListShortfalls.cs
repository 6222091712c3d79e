using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
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
    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/shortfalls", Handle)
        .WithName("ListShortfalls").Needs(Right.StockRead).IsDear()
        .WithSummary("Days on which more had been given or sent than is known to have come by then.")
        .Produces<Page<ShortfallView>>().ProducesProblem(StatusCodes.Status404NotFound);

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel,
        string? facilityId = null, bool? only = null, string? country = null, string? vaccineId = null, string? after = null,
        int? limit = null)
    {
        await places.CatchUp(store, cancel);
        if (facilityId is not null && !places.Tree.Shows(caller.ReachOf(Right.StockRead), facilityId))
            return Refusal.NotFound("facility", facilityId).ToResult();
        var now = clock.GetUtcNow();
        return await CardPages.List(
            store, places, Names.Shortfalls, new(facilityId, only, country, vaccineId, after, limit, caller.ReachOf(Right.StockRead)),
            CardPages.MarksMax, Of, cancel);

        async ValueTask<IReadOnlyList<ShortfallView>> Of(Document marked)
        {
            if (await store.Find<StockCard>(Names.Cards, marked.Partition, marked.Id, cancel) is not { } card) return [];
            var table = await CardTables.Read(store, card, cancel);
            return [.. Shortfalls.Of(table, card.Terms).Select(shortfall => View(card, shortfall, places.Today(card.FacilityId, now)))];
        }
    }

    private static ShortfallView View(StockCard card, Shortfall shortfall, DateOnly today) => new(
        card.FacilityId, card.VaccineId, shortfall.Lot.Length == 0 ? null : shortfall.Lot, shortfall.From, shortfall.Until, shortfall.Doses,
        shortfall.WorstOn, (shortfall.Until ?? today).DayNumber - shortfall.From.DayNumber + 1,
        shortfall.Until is null ? null : shortfall.EndedByCount ? "count" : "supply");
}
