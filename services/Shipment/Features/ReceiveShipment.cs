using System.ComponentModel.DataAnnotations;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Requests;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>
/// A proof of delivery: accepted + rejected + missing = shipped on every line. A second one, at its own time, takes in what comes later of
/// what was missing.
/// </summary>
/// <param name="OccurredAt">When it arrived.</param>
/// <param name="ReceivedBy">Who took it in, or null.</param>
/// <param name="FacilityId">The facility where it arrived, when that is another than it was addressed to.</param>
/// <param name="Returned">True when it was turned back on the way and is with its sender again.</param>
/// <param name="Lines">What arrived, a line for everything that was shipped; later, of what was missing.</param>
internal sealed record ReceiveShipment(
    [Required] Moment? OccurredAt, string? ReceivedBy, string? FacilityId,
    bool? Returned, [Required] IReadOnlyList<ReceiptLine?>? Lines)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/{shipmentId}/receive", Handle)
        .WithName("ReceiveShipment").Needs(Right.ShipmentReceive).WithSummary("Records the proof of delivery of a dispatched shipment.")
        .WithExample("""
            {
              "occurredAt": "2021-05-12T09:30:00Z", "receivedBy": "M. Rossi",
              "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "accepted": 1164, "rejected": 6, "reason": "a vial was broken"}]
            }
            """, ("shipmentId", "IT-2021-0021"))
        .Produces<ShipmentView>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shipmentId, ReceiveShipment request, ShipmentStore store, ShipmentPlaces places, TimeProvider clock,
        Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var known = await store.FindShipment(shipmentId, cancel);
        var rights = await places.RightsOf(caller, Right.ShipmentReceive, cancel);
        if (rights.RefuseReceiving(known, shipmentId, ArrivesAt(known)) is { } hidden) return hidden.ToResult();
        var at = await places.At(
            request.OccurredAt, cancel, request.FacilityId, request.Returned is true ? null : known?.Route.ToFacilityId,
            known?.Route.FromFacilityId);
        var occurredAt = ShipmentContent.Time(at, "occurredAt", clock.GetUtcNow(), errors);
        if (request.ReceivedBy is not null && Limits.NameProblem(request.ReceivedBy) is { } problem) errors.Add("receivedBy", problem);
        if (request.FacilityId is not null) errors.RequireId(request.FacilityId, "facilityId");
        errors.Require(
            request.FacilityId is null || request.Returned is not true, "facilityId", "is the sender when it was returned: say one");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var receipt = new Receipt(occurredAt, request.ReceivedBy, request.FacilityId, request.Returned is true, request.Lines);
        var lots = await store.FindLots(known?.Lines, cancel);
        var committed = await store.Change(ShipmentStore.Cause("receive", shipmentId, known), shipmentId, lots, (shipment, now) =>
            Receipts.Receive(shipment, receipt, new Stamp(now, caller.Subject)), cancel);

        if (committed.Refusal is { } refusal)
        {
            // A consignment of the past was never received by a request.
            return known?.ReceivedAt is null ? refusal.ToResult() : await Later();
        }

        return committed.Repeated && await store.FindShipment(shipmentId, cancel) is { } received && !Receipts.IsRepeat(received, receipt)
            ? await Later()
            : TypedResults.Ok(committed.Shown());

        string? ArrivesAt(ShipmentRecord? shipment) =>
            shipment is null ? null : Receipts.ArrivesAt(shipment, request.FacilityId, request.Returned is true);

        async Task<IResult> Later()
        {
            var now = await store.FindShipment(shipmentId, cancel);
            if (rights.RefuseReceiving(now, shipmentId, ArrivesAt(now)) is { } elsewhere) return elsewhere.ToResult();
            var later = await store.Change(
                shipmentId, lots, (shipment, now) => Receipts.ReceiveLater(shipment, receipt, new Stamp(now, caller.Subject)), cancel);
            return later.Refusal is { } refused ? refused.ToResult() : TypedResults.Ok(later.Answer);
        }
    }
}
