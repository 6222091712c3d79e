using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>The headers that every answer has, for the browsers that get it.</summary>
internal static class AnswerHeaders
{
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    private const string Year = "max-age=31536000";

    /// <summary>Sees to it that the answer has them, whoever makes it.</summary>
    public static Task Add(HttpContext http, RequestDelegate next)
    {
        // At the last moment: what fails begins its answer anew, and what another service answered has them already.
        http.Response.OnStarting(Set, http);
        return next(http);
    }

    private static Task Set(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        if (http.Request.IsHttps) headers.StrictTransportSecurity = Year;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = Nothing;
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
