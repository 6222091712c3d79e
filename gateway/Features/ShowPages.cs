using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Gateway.Features;

/// <summary>The status page at <c>/</c> and the API's page at <c>/docs</c>: each one file that needs no other host.</summary>
internal static class ShowPages
{
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapPage(routes, "/", "status.html");
        MapPage(routes, "/docs", "docs.html");
    }

    private static void MapPage(IEndpointRouteBuilder routes, string path, string file)
    {
        var page = Load(file);
        routes.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Bytes(page, "text/html; charset=utf-8");
        }).ExcludeFromDescription();
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
