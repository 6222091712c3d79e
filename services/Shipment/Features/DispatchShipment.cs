using System.ComponentModel.DataAnnotations;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Requests;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>
/// Says that a shipment leaves. From a facility Inventory looks first whether what was allocated may still go: until it has, the answer is
/// 202, and the same request again tells what came of it.
/// </summary>
/// <param name="OccurredAt">When it left.</param>
internal sealed record DispatchShipment([Required] Moment? OccurredAt)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/{shipmentId}/dispatch", Handle)
        .WithName("DispatchShipment").Needs(Right.ShipmentSend)
        .WithSummary("Records that an allocated shipment has left, if what was allocated may still go.")
        .WithExample("""
            {"occurredAt": "2021-05-11T05:00:00Z"}
            """, ("shipmentId", "IT-2021-0021"))
        .Produces<ShipmentView>().Produces<ShipmentView>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shipmentId, DispatchShipment request, HttpRequest http, ShipmentStore store, ShipmentPlaces places, Settlement settlement,
        TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var known = await store.FindShipment(shipmentId, cancel);
        var rights = await places.RightsOf(caller, Right.ShipmentSend, cancel);
        if (rights.RefuseSending(known, shipmentId) is { } hidden) return hidden.ToResult();
        var at = await places.At(request.OccurredAt, cancel, known?.Route.FromFacilityId, known?.Route.ToFacilityId);
        var occurredAt = ShipmentContent.Time(at, "occurredAt", clock.GetUtcNow(), errors);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var lots = await store.FindLots(known?.Lines, cancel);
        var decided = await store.Change(shipmentId, lots, (shipment, now) =>
            Departures.Dispatch(shipment, occurredAt, lots, new Stamp(now, caller.Subject)), cancel);
        if (decided.Refusal is { } refusal) return refusal.ToResult();

        var shipment = await Answered(store, shipmentId, clock, Patience.Of(http), cancel);
        await settlement.Settle([Missing.Step(shipmentId)], cancel);
        var view = ShipmentView.Of(shipment, lots, clock.GetUtcNow()) with { Repeated = decided.Answer.Repeated };
        if (!shipment.Counts) return Refusal.Conflict(shipment.WrongState("dispatched").Detail).ToResult();
        if (shipment.Asked is not null) return TypedResults.Accepted($"{ShipmentModule.Path}/{shipmentId}", view);
        return shipment.DispatchRefusal is { } reason
            ? Refusal.Conflict($"Shipment '{shipmentId}' cannot leave: {reason}.").ToResult()
            : TypedResults.Ok(view);
    }

    /// <summary>The shipment once Inventory has answered, or as it is when the client waits no longer.</summary>
    private static async Task<ShipmentRecord> Answered(
        ShipmentStore store, string shipmentId, TimeProvider clock, TimeSpan patience, CancellationToken cancel)
    {
        var waits = new Waits(clock, patience);
        while (true)
        {
            var shipment = (await store.FindShipment(shipmentId, cancel))!;
            if (shipment.Asked is null || !await waits.Next(cancel)) return shipment;
        }
    }
}
