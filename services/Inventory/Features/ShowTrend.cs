using System.ComponentModel.DataAnnotations;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>The stock of a place over time: what came, what was wasted, and what was on hand.</summary>
internal static class ShowTrend
{
    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/trend/{facilityId}", Handle)
        .WithName("ShowStockTrend")
        .WithSummary("Deliveries, wastage and stock of a place and a vaccine by day, week (from Monday) or month.")
        .Produces<InventoryTrend>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        string facilityId, InventoryStore store, Places places, TimeProvider clock, CancellationToken cancel,
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
        if (places.Tree.Find(facilityId) is null) return Refusal.NotFound("facility", facilityId).ToResult();
        if (!await places.Knows(store, Named.Vaccine(vaccineId!), cancel)) return Refusal.NotFound("vaccine", vaccineId!).ToResult();

        var before = from is { } first && first > DateOnly.MinValue
            ? (await PlaceBooks.Read(store, facilityId, vaccineId!, first.AddDays(-1), cancel)).GetValueOrDefault(Measure.OnHand)
            : 0;
        var onHand = before;
        var points = new List<StockTrendPoint>();
        var days = await PlaceBooks.Days(store, facilityId, vaccineId!, from, to, cancel);
        foreach (var group in days.GroupBy(day => TrendBy.StepOf(day.Key, step)))
        {
            long Sum(string measure) => group.Sum(day => day.Value.GetValueOrDefault(measure));
            var (delivered, wasted, change) = (Sum(Measure.Received) - Sum(Measure.Incoming), Sum(Measure.Wasted), Sum(Measure.OnHand));
            if (delivered == 0 && wasted == 0 && change == 0) continue;
            onHand += change;
            points.Add(new StockTrendPoint(group.Key, delivered, onHand, wasted));
        }

        return Results.Ok(new InventoryTrend(clock.GetUtcNow(), facilityId, vaccineId!, step, before, points));
    }
}
