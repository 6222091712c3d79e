using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Epcis.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>
/// Takes an EPCIS document. Its events are kept as they came, each once by its id; what they say of shipments counts like what the API is
/// told, and is held where something of it is not known.
/// </summary>
internal static class CaptureEvents
{
    private const string Behaviour = "GS1-Capture-Error-Behaviour";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/capture", Handle)
        .WithName("CaptureEvents").Needs(Right.ShipmentSend)
        .WithSummary("Takes an EPCIS 2.0 document (JSON-LD, up to 1,000 events and 5 MB), all of it or nothing; with the header "
            + "GS1-Capture-Error-Behaviour: proceed what of it can be kept. Location says where it is told what came of it.")
        .Describes(Descriptions.Document)
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Produces(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> Handle(HttpContext http, Capturing capturing, Caller caller, CancellationToken cancel)
    {
        var behaviour = http.Request.Headers[Behaviour] is [{ } said, ..] ? said : "rollback";
        if (behaviour is not ("rollback" or "proceed"))
            return new Refusal(400, "Unknown behaviour", $"{Behaviour}: must be rollback or proceed.", Kind: "Validation").ToResult();
        var (read, refusal) = await Bodies.Read(http, body => EpcisReader.Document(body, Bodies.EventsMax), cancel);
        if (refusal is not null) return refusal.ToResult();
        var proceeds = behaviour == "proceed";
        if (read!.Document.Count > 0 || (!proceeds && read.FaultCount > 0)) return Bodies.Refuse(read.Faults, read.FaultCount).ToResult();
        var capture = await capturing.Capture(read, proceeds, caller, cancel);
        http.Response.Headers[Behaviour] = behaviour;
        return Results.Accepted($"{ShipmentModule.EpcisPath}/capture/{capture.CaptureId}");
    }
}
