using Distribution.Contracts.Inventory.V1;
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

/// <summary>What lies at each place by vaccine, for the alerts that the gateway makes of it and of what is given.</summary>
internal static class ListStockConditions
{
    private const int BatchMax = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/inventory/stock-conditions", Handle)
        .WithName("ListStockConditions").Needs(Right.StockRead).IsDear().ExcludeFromDescription();

    private static async Task<IResult> Handle(
        string? facilityId, bool? only, string? vaccineId, InventoryStore store, Places places, TimeProvider clock, Caller caller,
        CancellationToken cancel)
    {
        await places.CatchUp(store, cancel);
        var reach = caller.ReachOf(Right.StockRead);
        if (facilityId is not null) facilityId = places.Tree.NowAt(facilityId);
        if (facilityId is not null && !places.Tree.Shows(reach, facilityId)) return Refusal.NotFound("facility", facilityId).ToResult();
        var now = clock.GetUtcNow();
        var scope = PlaceScope.Of(places.Tree, facilityId, only, reach);
        var rows = new List<StockCondition>();
        DocumentAddress? from = null;
        for (var read = 0; read < Paging.DocumentsMax;)
        {
            var (page, next) = await scope.Read(store, Names.Cards, from, BatchMax, cancel);
            read += page.Count;
            foreach (var document in page)
            {
                if (vaccineId is not null && document.Id != vaccineId) continue;
                // What was merged into another place lies there.
                if (places.Tree.Find(document.Partition)?.MergedInto is not null) continue;
                rows.Add(Of(document.As<StockCard>(), places.Today(document.Partition, now)));
            }

            if ((from = next) is null) return Results.Ok(new StockConditions(now, true, rows));
        }

        return Results.Ok(new StockConditions(now, false, rows));
    }

    private static StockCondition Of(StockCard card, DateOnly today)
    {
        var lots = card.Lots.Where(lot => lot.OnHand > 0).ToList();
        var (expired, recalled, lasting) = LimitedDoses.On(today, lots.Where(lot => lot.UsableUntil is not null)
            .Select(lot => new LimitedDoses(lot.UsableUntil!.Value, lot.ExpirationDate, lot.OnHand)));
        return new(
            card.FacilityId, card.VaccineId, today, card.OnHand - expired - recalled, expired, recalled, card.Discrepancy,
            lots.Where(lot => lot.ExpirationDate < today).Min(lot => lot.ExpirationDate), lasting);
    }
}
