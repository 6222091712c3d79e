using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>One shipment, with its history.</summary>
internal static class GetShipment
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/{shipmentId}", Handle)
        .WithName("GetShipment").Needs(Right.StockRead).WithSummary("One shipment: its state, lines, history and warnings.")
        .Produces<ShipmentView>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Handle(
        string shipmentId, ShipmentStore store, ShipmentPlaces places, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var rights = await places.RightsOf(caller, Right.StockRead, cancel);
        if (await store.FindShipment(shipmentId, cancel) is not { } shipment || !rights.Sees(shipment))
            return Refusal.NotFound("shipment", shipmentId).ToResult();
        var lots = await store.FindLots(shipment.Lines, cancel);
        return TypedResults.Ok(ShipmentView.Of(shipment, lots, clock.GetUtcNow()));
    }
}
