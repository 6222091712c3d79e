using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Distribution.Gateway.Routes;

/// <summary>The status page at <c>/</c> and the API's page, drawn by Scalar, at <c>/docs</c>: neither needs another host.</summary>
internal static class ShowPages
{
    // Scalar makes its styles while it runs, which no hash can name beforehand.
    private const string DocsPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data: "
            + "blob:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var page = Load("status.html");
        var policy = PolicyOf(page);
        routes.MapGet("/", (HttpContext http) =>
        {
            Guard(http.Response.Headers, policy);
            return Results.Bytes(page, "text/html; charset=utf-8");
        }).ExcludeFromDescription().IsPublic();
        routes.MapScalarApiReference("/docs", docs => docs
                .WithTitle("Distribution: the API")
                .WithOpenApiRoutePattern(ApiDescription.Path)
                .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideClientButton().HideDeveloperTools())
            .AddEndpointFilter(async (context, next) =>
            {
                Guard(context.HttpContext.Response.Headers, DocsPolicy);
                return await next(context);
            })
            .IsPublic();
    }

    /// <summary>Only the scripts and the styles that are in the page, by what they are, and nothing else that came into it.</summary>
    private static string PolicyOf(byte[] page)
    {
        var html = Encoding.UTF8.GetString(page);
        return $"default-src 'none'; style-src {Hashes("style")}; script-src {Hashes("script")}; connect-src 'self'; img-src data:; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

        string Hashes(string element) => string.Join(' ', Regex.Matches(html, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline)
            .Select(match => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(match.Groups[1].Value)))}'"));
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
