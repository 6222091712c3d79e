using System.Globalization;
using Distribution.Administration.Fhir;
using Distribution.Contracts;
using Distribution.Interop.Fhir;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Features;

/// <summary>Shows doses as Immunizations of FHIR R4: one by its id, or those that a search finds by what is indexed.</summary>
internal static class FindImmunizations
{
    private const string AfterParameter = "_after";

    private static readonly string[] Parameters = ["_id", "identifier", "location", "date", "_count", AfterParameter];

    public static void Map(RouteGroupBuilder fhir)
    {
        fhir.MapGet("/Immunization", Search).Needs(Right.LinesRead).IsDear();
        fhir.MapGet("/Immunization/{id}", Read).Needs(Right.LinesRead);
    }

    private static async Task<IResult> Read(
        string id, HttpContext http, ImmunizationViews views, Caller caller, CancellationToken cancel)
    {
        if (FhirRequest.RefuseParameters(http.Request, Parameters.SkipLast(1)) is { } refused) return refused;
        return await views.Find(id, caller, cancel) is { } found
            ? new FhirAnswer(StatusCodes.Status200OK, found, int.Parse(found.Meta!.VersionId!, CultureInfo.InvariantCulture))
            : Refusal.NotFound("Immunization", id).ToResult();
    }

    private static async Task<IResult> Search(
        HttpContext http, ImmunizationViews views, Caller caller, CancellationToken cancel,
        [FromQuery(Name = "_id")] string? id = null,
        string? identifier = null,
        string? location = null,
        string? date = null,
        [FromQuery(Name = "_count")] string? count = null,
        [FromQuery(Name = AfterParameter)] string? after = null)
    {
        var request = http.Request;
        var (items, unknown, refused) = FhirRequest.Search(request, count, Parameters);
        if (refused is not null) return refused;

        IReadOnlyList<R4.Immunization> found;
        string? next = null;
        switch ((id, identifier, location, date))
        {
            case ({ } asked, null, null, null):
                found = Alone(await views.Find(asked, caller, cancel));
                break;
            case (null, { } asked, null, null):
                if (asked.Split('|', 2) is not [{ Length: > 0 } system, { Length: > 0 } value])
                    return Invalid("identifier", "must be system|value");
                found = Alone(await views.Find(system, value, caller, cancel));
                break;
            case (null, null, { } place, { } day):
                var facility = place.StartsWith("Location/", StringComparison.Ordinal) ? place["Location/".Length..] : place;
                if (!Ids.IsId(facility)) return Invalid("location", "must be the id of a facility, or Location/ and it");
                if (!DateOnly.TryParseExact(day.StartsWith("eq", StringComparison.Ordinal) ? day[2..] : day, "yyyy-MM-dd", out var on))
                    return Invalid("date", "must be one day, as yyyy-MM-dd");
                try
                {
                    (found, next) = await views.Of(facility, on, after, items, caller, cancel);
                }
                catch (FormatException)
                {
                    return Invalid(AfterParameter, "must be as the link to the next page has it");
                }

                break;
            default:
                return FhirAnswer.Of(StatusCodes.Status400BadRequest, FhirIssue.Error(R4.OperationOutcome.IssueType.NotSupported,
                    "Search by _id, by identifier, or by location and date together: nothing else is indexed."));
        }

        return new FhirAnswer(StatusCodes.Status200OK, FhirRequest.Found(
            request, ReportImmunization.Path, found, next is null && after is null ? found.Count : null, Parameters,
            next is null ? null : (AfterParameter, next), unknown));
    }

    private static R4.Immunization[] Alone(R4.Immunization? found) => found is null ? [] : [found];

    private static FhirAnswer Invalid(string parameter, string problem) => FhirRequest.Invalid(parameter, problem);
}
