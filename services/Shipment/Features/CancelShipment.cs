using System.ComponentModel.DataAnnotations;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>Calls a shipment off before it leaves. Saying so again, for whatever reason, gets the first answer.</summary>
/// <param name="Reason">Why it was done, in a person's words.</param>
internal sealed record CancelShipment([Required] string? Reason)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/{shipmentId}/cancel", Handle)
        .WithName("CancelShipment").Needs(Right.ShipmentSend).WithSummary("Calls a shipment off before it leaves.")
        .WithExample("""
            {"reason": "asked for twice"}
            """, ("shipmentId", "IT-2021-0022"))
        .Produces<ShipmentView>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shipmentId, CancelShipment request, ShipmentStore store, ShipmentPlaces places, Caller caller, CancellationToken cancel)
    {
        if (Limits.ReasonProblem(request.Reason) is { } problem) return Refusal.Field("reason", problem).ToResult();

        var known = await store.FindShipment(shipmentId, cancel);
        var rights = await places.RightsOf(caller, Right.ShipmentSend, cancel);
        if (rights.RefuseSending(known, shipmentId) is { } hidden) return hidden.ToResult();
        var lots = await store.FindLots(known?.Lines, cancel);
        var committed = await store.Change(ShipmentStore.Cause("cancel", shipmentId, known), shipmentId, lots, (shipment, now) =>
            ShipmentDecisions.Cancel(shipment, request.Reason!, new Stamp(now, caller.Subject)), cancel);

        return committed.Refusal is { } refusal
            ? refusal.ToResult()
            : TypedResults.Ok(committed.Shown());
    }
}
