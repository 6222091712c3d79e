using Distribution.Platform.Refusals;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Distribution.Platform.Web;

/// <summary>Problem details for what the framework refuses by itself, with an empty body.</summary>
internal static class FrameworkProblems
{
    /// <summary>Answers in its place.</summary>
    public static Task Explain(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var asked = $"{http.Request.Method} {http.Request.Path}";
        Refusal refusal = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new(404, "Not found", $"There is nothing at {asked}: /openapi/v1.json lists what there is."),
            StatusCodes.Status405MethodNotAllowed => new(
                405, "Method not allowed", $"{asked} is not possible: this address takes {http.Response.Headers.Allow}."),
            StatusCodes.Status415UnsupportedMediaType => new(
                415, "Unsupported media type", $"{asked} does not take '{http.Request.ContentType}': send application/json, or "
                    + "application/x-ndjson where lines are taken, and say which in Content-Type; /openapi/v1.json has it for each call."),
            var status => new(status, "Refused", $"{asked} is refused."),
        };
        return refusal.ToResult().ExecuteAsync(http);
    }
}
