using System.Globalization;
using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.Shipment.Epcis.Kept;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Finds events (EPCIS 2.0, SimpleEventQuery) of places where the caller may see stock, in the order of their record.</summary>
internal static class QueryEvents
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/events", Handle)
        .WithName("QueryEvents").Needs(Right.StockRead).IsDear()
        .WithSummary("Events as they came, with recordTime, as an EPCISQueryDocument. A page may be short, even empty: follow the header "
            + "Link to the end.")
        .Describes(Descriptions.Query)
        .Produces(StatusCodes.Status200OK).ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> Handle(
        HttpContext http, EventReading reading, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        if (Bodies.Accepted(http.Request) is not { } type) return Refusals.NotAcceptable.ToResult();
        var parameters = http.Request.Query.Select(each => KeyValuePair.Create(each.Key, each.Value.ToArray())).ToList();
        var (query, refusal) = EventQuery.Read(parameters);
        if (refusal is not null) return refusal.ToResult();
        var (events, next) = await reading.Page(query, caller, cancel);
        if (next is not null)
        {
            var again = QueryString.Create(parameters.Where(each => each.Key != "nextPageToken")
                .SelectMany(each => each.Value.Select(value => KeyValuePair.Create(each.Key, value)))
                .Append(KeyValuePair.Create("nextPageToken", (string?)next)));
            http.Response.Headers.Link = string.Create(
                CultureInfo.InvariantCulture, $"<{ShipmentModule.EpcisPath}/events{again}>; rel=\"next\"");
        }

        return Results.Bytes(QueryDocument.Write(events, clock.GetUtcNow()), type);
    }
}
