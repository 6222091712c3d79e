using Distribution.Platform.Refusals;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>
/// What standards call problems, so that whatever is refused below a standard's path is refused in its own words, also what is found before
/// the route is reached, or by the gateway.
/// </summary>
internal static class StandardErrors
{
    private const string EpcisPath = "/epcis";
    private const string Epcis = "epcisException:";

    /// <summary>The <c>type</c> of a problem's details; null where the path is of no standard.</summary>
    public static string? TypeOf(HttpContext http, Refusal refusal) =>
        http.Request.Path.StartsWithSegments(EpcisPath, StringComparison.OrdinalIgnoreCase)
            ? $"{Epcis}{refusal.Kind ?? OfEpcis(refusal.Status, http.Request.Method)}Exception"
            : null;

    // EPCIS 2.0, 12.7.
    private static string OfEpcis(int status, string method) => status switch
    {
        StatusCodes.Status400BadRequest when HttpMethods.IsGet(method) => "QueryParameter",
        StatusCodes.Status400BadRequest or StatusCodes.Status422UnprocessableEntity => "Validation",
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "Security",
        StatusCodes.Status404NotFound => "NoSuchResource",
        StatusCodes.Status406NotAcceptable => "NotAcceptable",
        StatusCodes.Status409Conflict => "ResourceAlreadyExists",
        StatusCodes.Status413PayloadTooLarge when HttpMethods.IsGet(method) => "QueryTooLarge",
        StatusCodes.Status413PayloadTooLarge => "CaptureLimitExceeded",
        StatusCodes.Status414UriTooLong => "URITooLong",
        StatusCodes.Status415UnsupportedMediaType => "UnsupportedMediaType",
        _ => "Implementation",
    };
}
