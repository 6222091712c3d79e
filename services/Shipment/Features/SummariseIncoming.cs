using System.ComponentModel.DataAnnotations;
using Distribution.Contracts;
using Distribution.Contracts.Shipment.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Shipment.Features;

/// <summary>What is on the way, for the coverage that the gateway composes.</summary>
internal static class SummariseIncoming
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/summary", Handle)
        .WithName("SummariseInTransit").Needs(Right.CoverageRead)
        .WithSummary("Doses of a vaccine dispatched and not yet received, by destination facility.")
        .Produces<IncomingSummary>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Required] string? vaccineId, ShipmentStore store, ShipmentPlaces places,
        [FromKeyedServices(ShipmentStore.Name)] EventProgress events, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        if (!Ids.IsId(vaccineId)) return Refusal.Field("vaccineId", Ids.Rule).ToResult();
        var reach = caller.ReachOf(Right.CoverageRead);
        if (!reach.IsEverywhere) await places.CatchUp(cancel);
        var asOf = clock.GetUtcNow();
        var published = await events.Published(cancel);
        var counters = await store.Counters(ShipmentStore.InTransitFamily, vaccineId!, cancel: cancel);
        return TypedResults.Ok(new IncomingSummary(
            asOf, published.UpTo, published.By, published.Parked,
            [.. counters.Where(counter => counter.Value != 0 && places.Tree.IsIn(reach, counter.Key))
                .Select(counter => new IncomingSummaryRow(counter.Key, counter.Value))]));
    }
}
