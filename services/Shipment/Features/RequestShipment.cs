using System.ComponentModel.DataAnnotations;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
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

/// <summary>Asks for a shipment.</summary>
/// <param name="ShipmentId">The caller's id; the same request again gets the first answer.</param>
/// <param name="Origin">Who outside sends it, instead of <paramref name="FromFacilityId"/>.</param>
/// <param name="FromFacilityId">The facility that sends it: its stock is allocated.</param>
/// <param name="ToFacilityId">The facility that gets it.</param>
/// <param name="Destination">Who outside gets it, instead of <paramref name="ToFacilityId"/>.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="Lines">What is asked for, 1 to 1,000 lines.</param>
/// <param name="AllowPartial">True to be allocated what there is, when that is less than what is asked for.</param>
/// <param name="Corrects">The shipment, entered in error, in whose place this one is.</param>
internal sealed record RequestShipment(
    [Required] string? ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    [Required] Moment? RequestedAt,
    [Required] IReadOnlyList<ShipmentLineRequest?>? Lines, bool? AllowPartial = null, string? Corrects = null)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/", Handle)
        .WithName("RequestShipment").Needs(Right.ShipmentSend)
        .WithSummary("Asks for a shipment between facilities, or from or to the outside.")
        .WithExample("""
            {
              "shipmentId": "IT-2021-0021", "origin": "Pfizer, Puurs", "toFacilityId": "IT-LAZ-HUB", "requestedAt": "2021-05-10T08:00:00Z",
              "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "expirationDate": "2021-09-30", "doses": 1170}]
            }
            """)
        .Produces<ShipmentView>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        RequestShipment request, HttpContext http, ShipmentStore store, ShipmentPlaces places, Settlement settlement, TimeProvider clock,
        Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        ShipmentContent.CheckId(request.ShipmentId, errors);
        var route = ShipmentContent.Route(request.Origin, request.FromFacilityId, request.ToFacilityId, request.Destination, errors);
        // First of all: what a time without an offset means tells where a place is.
        var rights = await places.RightsOf(caller, Right.ShipmentSend, cancel);
        if (rights.RefuseSending(route) is { } hidden) return hidden.ToResult();
        var at = await places.At(request.RequestedAt, cancel, request.FromFacilityId, request.ToFacilityId);
        var requestedAt = ShipmentContent.Time(at, "requestedAt", clock.GetUtcNow(), errors);
        var lines = ShipmentContent.Lines(request.Lines, dosesMin: 1, errors);
        if (request.Corrects is not null) errors.RequireId(request.Corrects, "corrects");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();

        var shipmentId = request.ShipmentId!;
        var partial = request.AllowPartial is true;
        var fingerprint = Fingerprints.OfRequest(route, request.Corrects, partial, request.RequestedAt!.Value, lines);
        var lots = await store.FindLots(lines, cancel);
        var known = await store.FindShipment(shipmentId, cancel);
        var cause = ShipmentChanges.NextRevision(known, fingerprint) is { } next and > 0
            ? $"shipment:{shipmentId}:{next}"
            : ShipmentStore.Cause("shipment", shipmentId, known);
        // Inventory holds it until what it names is known, and nobody else tells its sender.
        var waits = known?.Fingerprint == fingerprint
            ? null
            : await new Waiting(store, clock, Patience.Of(http.Request)).For(route, lines, cancel);
        var committed = await store.Commit<ShipmentView>(cause, content: null, async tx =>
        {
            // A past consignment has no such cause, but may have taken the id.
            var before = await tx.FindShipment(shipmentId);
            if (ShipmentChanges.NextRevision(before, fingerprint) is not { } revision) return Taken(shipmentId);
            if (await tx.CheckCorrects(request.Corrects, rights) is { } wrong) return wrong;
            var outcome = ShipmentDecisions.Request(
                new ShipmentStart(shipmentId, route, request.Corrects, fingerprint, revision), requestedAt, partial, lines,
                new Stamp(tx.Now, caller.Subject));
            await tx.Keep(before, outcome);
            var view = ShipmentView.Of(outcome.Shipment, lots, tx.Now);
            return waits is null ? view : view with { Warnings = [.. view.Warnings, waits] };
        }, cancel);

        if (committed.Refusal is { } refusal) return refusal.ToResult();
        if (committed.Repeated && (await store.FindShipment(shipmentId, cancel))?.Fingerprint != fingerprint)
            return Taken(shipmentId).ToResult();
        await settlement.Settle([Missing.Step(shipmentId)], cancel);
        return TypedResults.Created($"{ShipmentModule.Path}/{shipmentId}", committed.Shown());
    }

    private static Refusal Taken(string shipmentId) => Refusal.Conflict(
        $"Shipment '{shipmentId}' already exists with other content: choose another shipmentId, or repeat the first request unchanged.");
}
