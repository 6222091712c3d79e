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

/// <summary>Says that a shipment left.</summary>
/// <param name="OccurredAt">When it left.</param>
internal sealed record DispatchShipment([Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? OccurredAt)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/{shipmentId}/dispatch", Handle)
        .WithName("DispatchShipment").WithSummary("Records that an allocated shipment has left.")
        .WithExample("""
            {"occurredAt": "2021-05-11T05:00:00Z"}
            """, ("shipmentId", "IT-2021-0021"))
        .Produces<ShipmentView>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string shipmentId, DispatchShipment request, ShipmentStore store, TimeProvider clock,
        Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var occurredAt = ShipmentContent.Time(request.OccurredAt, "occurredAt", clock.GetUtcNow(), errors);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var lots = await store.FindLots((await store.FindShipment(shipmentId, cancel))?.Lines, cancel);
        var committed = await store.Change($"dispatch:{shipmentId}", shipmentId, lots, (shipment, now) =>
            ShipmentDecisions.Dispatch(shipment, occurredAt, lots, new Stamp(now, caller.Subject)), cancel);

        if (committed.Refusal is { } refusal) return refusal.ToResult();
        var answer = committed.Answer!;
        return answer.DispatchedAt == occurredAt
            ? TypedResults.Ok(answer)
            : Refusal.Conflict(
                $"Shipment '{shipmentId}' was dispatched already, at {answer.DispatchedAt:O}: repeat that time, or leave it at that.")
                    .ToResult();
    }
}
