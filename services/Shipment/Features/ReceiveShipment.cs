using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Requests;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>A proof of delivery: accepted + rejected + missing = shipped on every line.</summary>
/// <param name="OccurredAt">When it arrived.</param>
/// <param name="ReceivedBy">Who took it in, or null.</param>
/// <param name="Lines">What arrived, a line for everything that was shipped.</param>
internal sealed record ReceiveShipment(
    [Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? OccurredAt, string? ReceivedBy,
    [Required] IReadOnlyList<ReceiptLine?>? Lines)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/{shipmentId}/receive", Handle)
        .WithName("ReceiveShipment").WithSummary("Records the proof of delivery of a dispatched shipment.")
        .WithExample("""
            {
              "occurredAt": "2021-05-12T09:30:00Z", "receivedBy": "M. Rossi",
              "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "accepted": 1164, "rejected": 6, "reason": "a vial was broken"}]
            }
            """, ("shipmentId", "IT-2021-0021"))
        .Produces<ShipmentView>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shipmentId, ReceiveShipment request, ShipmentStore store, TimeProvider clock,
        Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var occurredAt = ShipmentContent.Time(request.OccurredAt, "occurredAt", clock.GetUtcNow(), errors);
        if (request.ReceivedBy is not null && Limits.NameProblem(request.ReceivedBy) is { } problem) errors.Add("receivedBy", problem);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var lots = await store.FindLots((await store.FindShipment(shipmentId, cancel))?.Lines, cancel);
        var committed = await store.Change($"receive:{shipmentId}", shipmentId, lots, (shipment, now) => ShipmentDecisions.Receive(
            shipment, occurredAt, request.ReceivedBy, request.Lines, new Stamp(now, caller.Subject)), cancel);

        if (committed.Refusal is { } refusal) return refusal.ToResult();
        if (committed.Repeated
            && await store.FindShipment(shipmentId, cancel) is { } received
            && !ShipmentDecisions.SameReceipt(received, occurredAt, request.ReceivedBy, request.Lines))
        {
            return Refusal.Conflict(
                $"Shipment '{shipmentId}' was received already, at {received.ReceivedAt:O}, with other content: correct the stock with a "
                    + "count or an adjustment.").ToResult();
        }

        return TypedResults.Ok(committed.Answer);
    }
}
