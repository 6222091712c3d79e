using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Epcis.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Takes one event.</summary>
internal static class CaptureEvent
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/events", Handle)
        .WithName("CaptureEvent").Needs(Right.ShipmentSend)
        .WithSummary("Takes one EPCIS 2.0 event (JSON-LD). Sent again it gets the same answer, and counts once.")
        .Describes(Descriptions.Event)
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Produces(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> Handle(HttpContext http, Capturing capturing, Caller caller, CancellationToken cancel)
    {
        var (read, refusal) = await Bodies.Read(http, EpcisReader.Event, cancel);
        if (refusal is not null) return refusal.ToResult();
        if (read!.FaultCount > 0) return Bodies.Refuse(read.Faults, read.FaultCount).ToResult();
        var one = read.Events[0];
        return await capturing.Capture(one, caller, cancel) is { } refused
            ? refused.ToResult()
            : Results.Created($"{ShipmentModule.EpcisPath}/events/{Uri.EscapeDataString(one.Id)}", null);
    }
}
