using System.ComponentModel.DataAnnotations;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>Takes back all that followed from a shipment that was entered wrong, each at its own date. It stays readable.</summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
internal sealed record MarkEnteredInError([Required] string? RequestId, [Required] string? Reason)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/{shipmentId}/entered-in-error", Handle)
        .WithName("MarkShipmentEnteredInError").Needs(Right.ShipmentSend)
        .WithSummary("Takes back every effect of a shipment, in any state. The right one is sent under another id that says corrects.")
        .WithExample("""
            {"requestId": "error-2021-05-13", "reason": "typed 1170 for 117"}
            """, ("shipmentId", "IT-2021-0021"))
        .Produces<ShipmentView>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shipmentId, MarkEnteredInError request, ShipmentStore store, ShipmentPlaces places, Settlement settlement,
        Caller caller, CancellationToken cancel)
    {
        if (new FieldErrors().RequireReasoned(request.RequestId, request.Reason).ToRefusal() is { } invalid) return invalid.ToResult();

        var known = await store.FindShipment(shipmentId, cancel);
        var rights = await places.RightsOf(caller, Right.ShipmentSend, cancel);
        if (rights.RefuseSending(known, shipmentId) is { } hidden) return hidden.ToResult();
        var lots = await store.FindLots(known?.Lines, cancel);
        var committed = await store.Change($"entered-in-error:{request.RequestId}", shipmentId, lots, (shipment, now) =>
            ShipmentDecisions.EnterInError(shipment, request.Reason!, new Stamp(now, caller.Subject)), cancel,
            content: new { ShipmentId = shipmentId, Body = request });
        if (committed.Refusal is { } refusal) return refusal.ToResult();
        await settlement.Settle([Missing.Step(shipmentId)], cancel);
        return TypedResults.Ok(committed.Shown());
    }
}
