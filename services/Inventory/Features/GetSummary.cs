using System.ComponentModel.DataAnnotations;
using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Inventory.Features;

/// <summary>The stock of the places of a view, for the coverage that the gateway composes.</summary>
internal static class GetSummary
{
    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/summary", Handle)
        .WithName("GetInventorySummary").Needs(Right.CoverageRead).WithSummary(
            "Deliveries and stock of the places of a country, level or area, and of those above them, now or at the end of a day.")
        .Produces<InventorySummary>().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        InventoryStore store, [FromKeyedServices(InventoryStore.Name)] EventProgress events,
        Places places, TimeProvider clock, Caller caller, CancellationToken cancel,
        [Required] string? vaccineId = null, string? country = null, [ValuesOf(typeof(PlaceLevel))] string? level = null,
        string? within = null, DateOnly? asOf = null)
    {
        if (vaccineId is null) return Refusal.Field("vaccineId", "is required").ToResult();
        await places.CatchUp(store, cancel);
        if (!await places.Knows(store, Named.Vaccine(vaccineId), cancel)) return Refusal.NotFound("vaccine", vaccineId).ToResult();
        var now = clock.GetUtcNow();
        var reach = caller.ReachOf(Right.CoverageRead);
        var consumed = await events.Consumed(cancel);
        return Results.Ok(new InventorySummary(
            now, consumed.UpTo, consumed.Errored, await Rows(places.Tree.Select(country, level, within, reach)),
            await Rows(places.Tree.Above(country, level, within, reach).Select(above => above.Place))));

        async ValueTask<IReadOnlyList<InventorySummaryRow>> Rows(IEnumerable<Place> shown)
        {
            var rows = new List<InventorySummaryRow>();
            foreach (var place in shown) rows.Add(await Row(store, place, vaccineId, asOf, places.Today(place.Id, now), cancel));
            return rows;
        }
    }

    private static async ValueTask<InventorySummaryRow> Row(
        IStore store, Place place, string vaccineId, DateOnly? asOf, DateOnly today, CancellationToken cancel)
    {
        var (sums, shortfallDays) = await PlaceBooks.ReadWithShortfall(store, place.Id, vaccineId, asOf, today, cancel);
        var (expired, recalled, lasting) = LimitedDoses.On(asOf ?? today, PlaceBooks.Limited(sums));
        var balance = Balance.Of(sums);
        return new InventorySummaryRow(
            place.Id, place.Name, place.Level, place.Country, balance.Received - sums.GetValueOrDefault(Measure.Incoming),
            balance.Received, balance.OnHand, balance.Quarantined, balance.InTransit, balance.Administered, balance.Wasted,
            balance.Lost, balance.Adjusted, balance.Discrepancy, shortfallDays,
            balance.OnHand - expired - recalled, expired, lasting,
            balance.InTransit + sums.GetValueOrDefault(Measure.Arriving) - sums.GetValueOrDefault(Measure.Leaving),
            sums.GetValueOrDefault(Measure.WastedOpen));
    }
}
