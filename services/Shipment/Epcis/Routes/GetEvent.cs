using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Epcis.Kept;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>One event, as it came.</summary>
internal static class GetEvent
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/events/{**eventId}", Handle)
        .WithName("GetEvent").Needs(Right.StockRead)
        .WithSummary("One event as it came, with recordTime; where it was declared in error, with that.")
        .Describes(Descriptions.EventId)
        .Produces(StatusCodes.Status200OK).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Handle(
        HttpContext http, EventReading reading, Caller caller, CancellationToken cancel)
    {
        if (Bodies.Accepted(http.Request) is not { } type) return Refusals.NotAcceptable.ToResult();
        // The server leaves a slash in a path as it comes, and decodes the rest.
        var id = ((string?)http.Request.RouteValues["eventId"] ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return await reading.Find(id, caller, cancel) is { } stored
            ? Results.Bytes(QueryDocument.Write(stored), type)
            : Refusal.NotFound("event", id.Length <= 200 ? id : id[..200]).ToResult();
    }
}
