using System.ComponentModel;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Epcis.Kept;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Tells who captured something what came of it.</summary>
internal static class GetCapture
{
    private const int HeldMax = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/capture/{captureId}", Handle)
        .WithName("GetCapture").Needs(Right.ShipmentSend).WithSummary("What came of a capture, and what of it is held now.")
        .Produces<CaptureView>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Handle(
        [Description("The capture's id, as the header Location told it.")] string captureId, HttpContext http, ShipmentStore store,
        Caller caller, CancellationToken cancel)
    {
        if (Bodies.Accepted(http.Request) is not { } type) return Refusals.NotAcceptable.ToResult();
        if (await store.Find<Capture>(EpcisCollections.Captures, EpcisCollections.Everything, captureId, cancel) is not { } capture
            || (capture.By != caller.Subject && !caller.ReachOf(Right.StockRead).IsEverywhere))
            return Refusal.NotFound("capture", captureId).ToResult();
        var held = new List<HeldEvent>();
        foreach (var key in capture.Held)
        {
            if (held.Count == HeldMax) break;
            if (await store.Find<Report>(Reports.Collection, Reports.Everything, key, cancel) is { } report
                && ListHeldEvents.Held(report) is { } waits) held.Add(waits);
        }

        return Results.Json(new CaptureView(
            captureId, capture.CreatedAt, capture.CreatedAt, Running: false, Success: capture.ErrorCount == 0,
            capture.Proceeds ? "proceed" : "rollback", capture.Errors, capture.ErrorCount, held), contentType: type);
    }
}
