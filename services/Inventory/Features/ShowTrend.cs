using System.ComponentModel.DataAnnotations;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>The stock of a place over time: what came, what was wasted, and what was on hand.</summary>
internal static class ShowTrend
{
    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/trend/{facilityId}", Handle)
        .WithName("ShowStockTrend").Needs(Right.CoverageRead)
        .WithSummary("Deliveries, wastage and stock of a place and a vaccine by day, week (from Monday) or month.")
        .Produces<InventoryTrend>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string facilityId, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel,
        [Required] string? vaccineId = null, DateOnly? from = null, DateOnly? to = null,
        [ValuesOf(typeof(TrendSteps))] string? by = null)
    {
        var step = by ?? TrendSteps.All[0];
        var errors = new FieldErrors();
        errors.Require(vaccineId is not null, "vaccineId", "is missing: name one vaccine");
        errors.Require(TrendSteps.All.Contains(step), "by", $"must be one of {string.Join(", ", TrendSteps.All)}");
        errors.Require(from is null || to is null || from <= to, "to", "must not be before from");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        await places.CatchUp(store, cancel);
        if (!places.Tree.Shows(caller.ReachOf(Right.CoverageRead), facilityId)) return Refusal.NotFound("facility", facilityId).ToResult();
        if (!await places.Knows(store, Named.Vaccine(vaccineId!), cancel)) return Refusal.NotFound("vaccine", vaccineId!).ToResult();

        var before = (await StockSteps.Before(store, facilityId, vaccineId!, from, cancel)).OnHand;
        var onHand = before;
        var points = new List<StockTrendPoint>();
        var steps = await StockSteps.Read(store, facilityId, vaccineId!, from, to, step, cancel);
        foreach (var (date, change) in steps.OrderBy(each => each.Key))
        {
            if (change with { Given = 0 } == default) continue;
            onHand += change.OnHand;
            points.Add(new StockTrendPoint(date, change.Delivered, onHand, change.Wasted));
        }

        return Results.Ok(new InventoryTrend(clock.GetUtcNow(), facilityId, vaccineId!, step, before, points));
    }
}
