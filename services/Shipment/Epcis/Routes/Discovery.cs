using System.Globalization;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Says what of EPCIS there is, and what there is not.</summary>
internal static class Discovery
{
    private const int UriCharsMax = 4_096;
    private const string Version = "2.0.0";

    private static readonly string[] Resources =
    [
        "queries", "subscriptions", "nextPageToken", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions",
    ];

    private static readonly string[] Versions = ["GS1-EPCIS-Version", "GS1-EPCIS-Min", "GS1-CBV-Version", "GS1-CBV-Min"];
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapOptions("/capture", "OPTIONS, POST");
        MapOptions("/capture/{captureId}", "OPTIONS, GET");
        MapOptions("/events", "OPTIONS, GET, POST");
        MapOptions("/events/{**eventId}", "OPTIONS, GET");
        MapOptions("/", "OPTIONS");
        foreach (var path in Resources.SelectMany(name => new[] { $"/{name}", $"/{name}/{{**rest}}" }))
            routes.MapMethods(path, Methods, NotThere).Needs(Right.StockRead).ExcludeFromDescription();
        routes.MapMethods("/capture", ["GET"], NotThere).Needs(Right.ShipmentSend).ExcludeFromDescription();
        routes.MapMethods("/", ["GET"], NotThere).Needs(Right.StockRead).ExcludeFromDescription();

        void MapOptions(string path, string allow) => routes.MapMethods(path, ["OPTIONS"], (HttpContext http) =>
        {
            var headers = http.Response.Headers;
            headers.Allow = allow;
            headers["GS1-EPCIS-Version"] = Version;
            headers["GS1-EPCIS-Min"] = Version;
            headers["GS1-EPCIS-Max"] = Version;
            headers["GS1-CBV-Version"] = Version;
            headers["GS1-CBV-Min"] = Version;
            headers["GS1-CBV-Max"] = Version;
            headers["GS1-EPCIS-Capture-Limit"] = Bodies.EventsMax.ToString(CultureInfo.InvariantCulture);
            headers["GS1-EPCIS-Capture-File-Size-Limit"] = Bodies.BytesMax.ToString(CultureInfo.InvariantCulture);
            headers["GS1-Capture-Error-Behaviour"] = "rollback, proceed";
            return Results.NoContent();
        }).NeedsSignIn().ExcludeFromDescription();
    }

    /// <summary>Refuses what asks for another version, or in an address that is too long.</summary>
    public static async ValueTask<object?> CheckVersions(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (request.Path.Value?.Length + request.QueryString.Value?.Length > UriCharsMax)
        {
            return new Refusal(414, "Address too long",
                $"Path and query have more than {UriCharsMax} characters: ask for less at once.").ToResult();
        }

        foreach (var name in Versions)
        {
            if (request.Headers[name] is [{ } asked, ..] && !(asked is "2" || asked.StartsWith("2.", StringComparison.Ordinal)))
                return new Refusal(406, "Version not there", $"{name}: '{asked}' is not spoken here, {Version} is.").ToResult();
        }

        return await next(context);
    }

    private static IResult NotThere(HttpContext http) => new Refusal(501, "Not implemented",
        $"{http.Request.Path} is not there: events are captured at /capture and /events, and queried at /events. There are no named "
        + "queries, no subscriptions and no top-level resources.").ToResult();
}
