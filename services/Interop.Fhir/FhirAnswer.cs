using Microsoft.AspNetCore.Http;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Interop.Fhir;

/// <summary>An answer as FHIR's REST API gives it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The resource in it; null for none.</param>
/// <param name="Version">The version of the resource that is spoken of, told as ETag; null where there is none.</param>
/// <param name="Location">Where the resource is; null where that is not told.</param>
public sealed record FhirAnswer(int Status, R4.Resource? Body = null, int? Version = null, string? Location = null) : IResult
{
    /// <summary>An answer of findings.</summary>
    public static FhirAnswer Of(int status, params IEnumerable<FhirIssue> issues) => new(status, FhirIssue.Outcome(issues));

    /// <summary>A version as an ETag.</summary>
    public static string ETag(int version) => $"W/\"{version}\"";

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Version is { } version) response.Headers.ETag = ETag(version);
        if (Location is not null) response.Headers.Location = Location;
        if (Body is null) return;
        var bytes = FhirJson.Write(Body);
        response.ContentType = $"{FhirJson.MediaType}; charset=utf-8";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
