using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Distribution.Gateway.Routes;

/// <summary>The status page at <c>/</c> and the API's page, drawn by Scalar, at <c>/docs</c>: neither needs another host.</summary>
internal static class ShowPages
{
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    private const string DocsPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: "
            + "blob:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var page = Load("status.html");
        routes.MapGet("/", (HttpContext http) =>
        {
            Guard(http.Response.Headers, Policy);
            return Results.Bytes(page, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
        routes.MapScalarApiReference("/docs", docs => docs
                .WithTitle("Distribution: the API")
                .WithOpenApiRoutePattern(ApiDescription.Path)
                .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideClientButton().HideDeveloperTools())
            .AddEndpointFilter(async (context, next) =>
            {
                Guard(context.HttpContext.Response.Headers, DocsPolicy);
                return await next(context);
            });
    }

    private static void Guard(IHeaderDictionary headers, string policy)
    {
        headers.ContentSecurityPolicy = policy;
        headers.CacheControl = "no-cache";
    }

    private static byte[] Load(string file)
    {
        using var resource = typeof(ShowPages).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not built in");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
