using Distribution.Platform.Refusals;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>
/// What is looked at before a request is routed: that it is meant for this program, that its body is not packed, and that no page of
/// another site has a person's browser send it.
/// </summary>
/// <param name="hosts">The names of this program.</param>
internal sealed class FrontDoor(HostNames hosts)
{
    /// <summary>Passes a request on, or refuses it.</summary>
    public Task Check(HttpContext http, RequestDelegate next) =>
        Problem(http.Request) is { } refusal ? refusal.ToResult().ExecuteAsync(http) : next(http);

    private Refusal? Problem(HttpRequest request)
    {
        if (!hosts.Are(request.Host))
        {
            return new Refusal(StatusCodes.Status421MisdirectedRequest, "Not this host",
                $"'{request.Host.Value}' is no name of this program: call it by its own, or give it this one with --hosts.");
        }

        if (request.Headers.ContentEncoding.Count > 0)
        {
            return new Refusal(StatusCodes.Status415UnsupportedMediaType, "Packed body",
                "Content-Encoding: a body is taken as it is, so send it without compression.");
        }

        return IsWrite(request.Method) && IsOfAnotherSite(request)
            ? new Refusal(StatusCodes.Status403Forbidden, "Of another site",
                "A page of another site may not write here. Programs send neither Origin nor Sec-Fetch-Site.")
            : null;
    }

    private static bool IsWrite(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    /// <summary>Whether a browser says that a page of another site asks for this.</summary>
    private static bool IsOfAnotherSite(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none") return true;
        return request.Headers.Origin is { Count: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && from.Scheme == request.Scheme && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
