using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Distribution.Gateway.Routes;

/// <summary>The API's page, drawn by Scalar, at <c>/docs</c>: it needs no other host.</summary>
internal static class ShowDocs
{
    // Scalar makes its styles while it runs, which no hash can name beforehand.
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: "
            + "blob:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapScalarApiReference("/docs", docs => docs
            .WithTitle("Distribution: the API")
            .WithOpenApiRoutePattern(ApiDescription.Path)
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideClientButton().HideDeveloperTools())
        .AddEndpointFilter(async (context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.CacheControl = "no-cache";
            return await next(context);
        })
        .IsPublic();
}
