using System.Text.Json;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Web;

/// <summary>Turns what is thrown into problem details: malformed bodies, outages, and bugs (which say nothing of themselves).</summary>
internal sealed class ProblemHandler(ILogger<ProblemHandler> log) : IExceptionHandler
{
    private const string RetryAfterSeconds = "1";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var refusal = Explain(exception, httpContext);
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable) httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        if (refusal.Status == StatusCodes.Status500InternalServerError)
            log.LogError(exception, "{Method} {Path} failed.", httpContext.Request.Method, httpContext.Request.Path);
        await refusal.ToResult().ExecuteAsync(httpContext);
        return true;
    }

    private static Refusal Explain(Exception exception, HttpContext http) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Refusal(
            StatusCodes.Status413PayloadTooLarge, "Body too large",
            "The body is over this route's limit: send less at once, or use the bulk route with application/x-ndjson."),
        BadHttpRequestException { InnerException: JsonException json } => Malformed(json),
        BadHttpRequestException bad => FrameworkProblems.Of(bad, http),
        // Kestrel's word for a chunk that says it is longer than any can be.
        IOException { InnerException: OverflowException } => new Refusal(
            StatusCodes.Status400BadRequest, "Malformed request", "The body's chunks do not say rightly how long they are."),
        UnreadableBodyException unreadable => new Refusal(StatusCodes.Status400BadRequest, unreadable.Title, unreadable.Message),
        JsonException json => Malformed(json),
        IdentityUnavailableException unknown => new Refusal(
            StatusCodes.Status503ServiceUnavailable, "Sign-in unavailable", unknown.Message),
        StoreUnavailableException => new Refusal(
            StatusCodes.Status503ServiceUnavailable, "Store unavailable",
            "The store cannot take the request now. Send the same request again: it is counted once."),
        _ => new Refusal(StatusCodes.Status500InternalServerError, "Internal error",
            "The request failed by a fault of the server. Nothing was acknowledged; the same request may be sent again."),
    };

    private static Refusal Malformed(JsonException json)
    {
        if (KnownFields.Refuse(json) is { } unknown) return unknown;
        var field = json.Path is { Length: > 2 } path ? path[2..] : "body";
        var where = json.LineNumber is { } line ? $" (line {line + 1}, byte {json.BytePositionInLine + 1})" : "";
        var problem = json.InnerException is null && json.Path is null ? "is not valid JSON" : "is not valid JSON of the expected type";
        return new Refusal(
            StatusCodes.Status400BadRequest, "Malformed JSON", $"{field}: {problem}{where}. See /openapi/v1.json for the shape.",
            new Dictionary<string, string[]> { [field] = [problem + where] });
    }
}
