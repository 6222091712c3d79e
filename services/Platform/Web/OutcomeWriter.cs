using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Distribution.Platform.Web;

/// <summary>
/// Writes problems as OperationOutcome (FHIR R4, 2.36) where FHIR is spoken, whichever part of whichever program found them. It is four
/// elements, so that no program needs FHIR's types for it.
/// </summary>
/// <param name="options">What is added to every problem.</param>
internal sealed class OutcomeWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    private const string BasePath = "/fhir";

    /// <inheritdoc/>
    public bool CanWrite(ProblemDetailsContext context) => context.HttpContext.Request.Path.StartsWithSegments(BasePath);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        options.Value.CustomizeProblemDetails?.Invoke(context);
        var (http, problem) = (context.HttpContext, context.ProblemDetails);
        var fields = problem.Extensions.TryGetValue("errors", out var errors) && errors is IReadOnlyDictionary<string, string[]> named
            ? named.ToArray()
            : [];
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType", "OperationOutcome");
            writer.WriteStartArray("issue");
            if (fields.Length == 0) WriteIssue(writer, CodeOf(http), problem.Detail ?? problem.Title, null);
            foreach (var (field, problems) in fields) WriteIssue(writer, CodeOf(http), $"{field}: {string.Join(", ", problems)}", field);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        http.Response.ContentType = "application/fhir+json; charset=utf-8";
        http.Response.ContentLength = buffer.Length;
        await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
    }

    private static void WriteIssue(Utf8JsonWriter writer, string code, string? text, string? field)
    {
        writer.WriteStartObject();
        writer.WriteString("severity", "error");
        writer.WriteString("code", code);
        if (!string.IsNullOrEmpty(text)) writer.WriteString("diagnostics", text);
        if (field is not null)
        {
            writer.WriteStartArray("expression");
            writer.WriteStringValue(field);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // http://hl7.org/fhir/R4/valueset-issue-type.html
    private static string CodeOf(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => "login",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => http.GetEndpoint() is null ? "not-supported" : "not-found",
        StatusCodes.Status405MethodNotAllowed or StatusCodes.Status406NotAcceptable or StatusCodes.Status415UnsupportedMediaType
            or StatusCodes.Status501NotImplemented => "not-supported",
        StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed => "conflict",
        StatusCodes.Status413PayloadTooLarge => "too-long",
        StatusCodes.Status422UnprocessableEntity => "value",
        StatusCodes.Status429TooManyRequests => "throttled",
        StatusCodes.Status408RequestTimeout => "timeout",
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout => "transient",
        >= StatusCodes.Status500InternalServerError => "exception",
        _ => "invalid",
    };
}
