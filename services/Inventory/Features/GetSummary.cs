using System.ComponentModel.DataAnnotations;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Inventory.Features;

/// <summary>One place of a summary, with all below it, in doses.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level.</param>
/// <param name="Country">Its country.</param>
/// <param name="Delivered">Received, and no longer on the way in.</param>
/// <param name="Received">Entered from outside the place, less what left it again.</param>
/// <param name="OnHand">Usable stock.</param>
/// <param name="Quarantined">Set apart.</param>
/// <param name="InTransit">On the way.</param>
/// <param name="Administered">Given, drawn from known stock.</param>
/// <param name="Wasted">Wasted.</param>
/// <param name="Lost">Lost on the way.</param>
/// <param name="Adjusted">Corrected away; below 0 where more was found.</param>
/// <param name="Discrepancy">Given or sent beyond known stock.</param>
internal sealed record SummaryRow(
    string FacilityId, string Name, [ValuesOf(typeof(PlaceLevel))] string Level, string Country, long Delivered, long Received, long OnHand, long Quarantined,
    long InTransit, long Administered, long Wasted, long Lost, long Adjusted, long Discrepancy);

/// <summary>The stock of many places.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="ConsumedUpTo">Every event that had been sent to it before this moment is in it; null when that is not known.</param>
/// <param name="Errored">Events that it could not consume and that wait for a person.</param>
/// <param name="Rows">By place.</param>
internal sealed record Summary(
    DateTimeOffset AsOf, DateTimeOffset? ConsumedUpTo, long Errored, IReadOnlyList<SummaryRow> Rows);

/// <summary>The stock of the places of a view, for the coverage that the gateway composes.</summary>
internal static class GetSummary
{
    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/summary", Handle)
        .WithName("GetInventorySummary").WithSummary("Deliveries and stock of the places of a country, level or area.")
        .Produces<Summary>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        [FromKeyedServices(InventoryModule.StoreName)] IStore store, [FromKeyedServices(InventoryModule.StoreName)] EventProgress events,
        Places places, TimeProvider clock, CancellationToken cancel,
        [Required] string? vaccineId = null, string? country = null, [ValuesOf(typeof(PlaceLevel))] string? level = null, string? within = null)
    {
        if (vaccineId is null) return Refusal.Field("vaccineId", "is required").ToResult();
        await places.CatchUp(store, cancel);
        if (!await places.Knows(store, Named.Vaccine(vaccineId), cancel)) return Refusal.NotFound("vaccine", vaccineId).ToResult();
        var asOf = clock.GetUtcNow();
        var consumed = await events.Consumed(cancel);
        var rows = new List<SummaryRow>();
        foreach (var place in places.Tree.Select(country, level, within))
        {
            var counters = await store.Counters(Names.Sums, Names.Pair(place.Id, vaccineId), cancel: cancel);
            var sums = counters.ToDictionary(sum => sum.Key, sum => sum.Value);
            var balance = Balance.Of(sums);
            rows.Add(new SummaryRow(
                place.Id, place.Name, place.Level, place.Country, balance.Received - sums.GetValueOrDefault(Measure.Incoming),
                balance.Received, balance.OnHand, balance.Quarantined, balance.InTransit, balance.Administered, balance.Wasted,
                balance.Lost, balance.Adjusted, balance.Discrepancy));
        }

        return Results.Ok(new Summary(asOf, consumed.UpTo, consumed.Errored, rows));
    }
}
