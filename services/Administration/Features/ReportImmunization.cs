using Distribution.Administration.Fhir;
using Distribution.Interop.Fhir;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Features;

/// <summary>Takes a dose as an Immunization of FHIR R4: a new one, or how it is now.</summary>
internal static class ReportImmunization
{
    /// <summary>The part of the address of Immunizations.</summary>
    public const string Path = "Immunization";

    public static void Map(RouteGroupBuilder fhir)
    {
        fhir.MapPost("/Immunization", Post).Needs(Right.ReportWrite)
            .Accepts<string>(FhirJson.MediaType, "application/json");
        fhir.MapPut("/Immunization/{id}", Put).Needs(Right.ReportWrite)
            .Accepts<string>(FhirJson.MediaType, "application/json");
        // Older versions are kept, and shown by /api/v1/administrations.
        fhir.Map("/Immunization/{id}/{**more}", (HttpContext http) => new Refusal(
                StatusCodes.Status405MethodNotAllowed, "Not supported",
                $"{http.Request.Method} {http.Request.Path} is not supported: there is no history, deletion or operation.").ToResult())
            .Needs(Right.LinesRead);
    }

    private static Task<IResult> Post(
        HttpContext http, ImmunizationReports reports, ImmunizationViews views, Caller caller, CancellationToken cancel) =>
        Take(http, new Sent(Path, IsPut: false, IfNoneExist: Header(http, "If-None-Exist")), reports, views, caller, cancel);

    private static Task<IResult> Put(
        string id, HttpContext http, ImmunizationReports reports, ImmunizationViews views, Caller caller, CancellationToken cancel) =>
        Take(http, new Sent(Path, IsPut: true, id, IfMatch: Header(http, "If-Match")), reports, views, caller, cancel);

    private static async Task<IResult> Take(
        HttpContext http, Sent how, ImmunizationReports reports, ImmunizationViews views, Caller caller, CancellationToken cancel)
    {
        var (said, refused) = await FhirRequest.Read<R4.Immunization>(http, cancel);
        if (said is null) return refused!;
        var here = FhirRequest.BaseOf(http.Request);
        var received = (await reports.Take([(said, how)], new Referred(), caller, here, isWhole: true, cancel))[0];
        if (received.Status == StatusCodes.Status403Forbidden)
            return Refusal.NoRight(received.Issues.Last(issue => issue.IsError).Text).ToResult();
        var body = !received.IsError && FhirRequest.WantsResource(http.Request)
            ? await views.Find(received.Id!, caller, cancel)
            : received.Issues.Count > 0 ? (R4.Resource)FhirIssue.Outcome(received.Issues) : null;
        return new FhirAnswer(received.Status, body, received.IsError ? null : received.Version,
            received.IsError ? null : $"{here}/{Path}/{received.Id}/_history/{received.Version}");
    }

    private static string? Header(HttpContext http, string name) =>
        http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
