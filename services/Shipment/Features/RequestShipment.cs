using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Requests;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Features;

/// <summary>Asks for a shipment.</summary>
/// <param name="ShipmentId">The caller's id; the same request again gets the first answer.</param>
/// <param name="Origin">Who outside sends it, instead of <paramref name="FromFacilityId"/>.</param>
/// <param name="FromFacilityId">The facility that sends it: its stock is allocated.</param>
/// <param name="ToFacilityId">The facility that gets it.</param>
/// <param name="Destination">Who outside gets it, instead of <paramref name="ToFacilityId"/>.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="Lines">What is asked for, 1 to 1,000 lines.</param>
internal sealed record RequestShipment(
    [Required] string? ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    [Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? RequestedAt,
    [Required] IReadOnlyList<ShipmentLineRequest?>? Lines)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/", Handle)
        .WithName("RequestShipment").WithSummary("Asks for a shipment between facilities, or from or to the outside.")
        .WithExample("""
            {
              "shipmentId": "IT-2021-0021", "origin": "Pfizer, Puurs", "toFacilityId": "IT-LAZ-HUB", "requestedAt": "2021-05-10T08:00:00Z",
              "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "expirationDate": "2021-09-30", "doses": 1170}]
            }
            """)
        .Produces<ShipmentView>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        RequestShipment request, ShipmentStore store, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        ShipmentContent.CheckId(request.ShipmentId, errors);
        var route = ShipmentContent.Route(request.Origin, request.FromFacilityId, request.ToFacilityId, request.Destination, errors);
        var requestedAt = ShipmentContent.Time(request.RequestedAt, "requestedAt", clock.GetUtcNow(), errors);
        var lines = ShipmentContent.Lines(request.Lines, dosesMin: 1, errors);
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var shipmentId = request.ShipmentId!;
        var fingerprint = Fingerprints.OfRequest(route, requestedAt, lines);
        var lots = await store.FindLots(lines, cancel);
        var committed = await store.Commit<ShipmentView>($"shipment:{shipmentId}", content: null, async tx =>
        {
            // A past consignment has no such cause, but may have taken the id.
            if (await tx.FindShipment(shipmentId) is not null) return Taken(shipmentId);
            var outcome = ShipmentDecisions.Request(
                shipmentId, route, requestedAt, lines, fingerprint, new Stamp(tx.Now, caller.Subject));
            await tx.Keep(null, outcome);
            return ShipmentView.Of(outcome.Shipment, lots, tx.Now);
        }, cancel);

        if (committed.Refusal is { } refusal) return refusal.ToResult();
        if (committed.Repeated && (await store.FindShipment(shipmentId, cancel))?.Fingerprint != fingerprint)
            return Taken(shipmentId).ToResult();
        return TypedResults.Created($"{ShipmentModule.Path}/{shipmentId}", committed.Answer);
    }

    private static Refusal Taken(string shipmentId) => Refusal.Conflict(
        $"Shipment '{shipmentId}' already exists with other content: choose another shipmentId, or repeat the first request unchanged.");
}
