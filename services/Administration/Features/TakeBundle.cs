using Distribution.Administration.Fhir;
using Distribution.Administration.Outside;
using Distribution.Interop.Fhir;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Features;

/// <summary>Takes Immunizations as a transaction, all of them or none, or as a batch, each by itself.</summary>
internal static class TakeBundle
{
    private const int EntriesMax = KeyedReports.LinesMax;

    private static readonly string[] ReferredTypes = ["Patient", "Practitioner", "PractitionerRole", "Organization", "Location"];

    public static void Map(RouteGroupBuilder fhir) => fhir.MapPost("", Handle).Needs(Right.ReportWrite)
        .Accepts<string>(FhirJson.MediaType, "application/json");

    private static async Task<IResult> Handle(HttpContext http, ImmunizationReports reports, Caller caller, CancellationToken cancel)
    {
        var (bundle, refused) = await FhirRequest.Read<R4.Bundle>(http, cancel);
        if (bundle is null) return refused!;
        if (bundle.Type is not (R4.Bundle.BundleType.Transaction or R4.Bundle.BundleType.Batch))
        {
            return FhirAnswer.Of(StatusCodes.Status400BadRequest, FhirIssue.Error(
                IssueType.NotSupported, "Only a transaction or a batch is taken here.", "Bundle.type"));
        }

        if (bundle.Entry.Count > EntriesMax)
        {
            return new Refusal(StatusCodes.Status413PayloadTooLarge, "Too many entries",
                $"The Bundle has more than {EntriesMax} entries: send several. Nothing was counted.").ToResult();
        }

        var isWhole = bundle.Type == R4.Bundle.BundleType.Transaction;
        var received = new Received?[bundle.Entry.Count];
        var around = Around(bundle);
        var referred = bundle.Entry.Select(entry => entry.Resource).OfType<R4.Immunization>().SelectMany(Referred.From)
            .ToHashSet(StringComparer.Ordinal);
        var doses = new List<(int At, R4.Immunization Said, Sent How)>();
        foreach (var (at, entry) in bundle.Entry.Index())
        {
            if (Judge(entry, $"Bundle.entry[{at}]", referred) is { } judged) received[at] = judged;
            else doses.Add((at, (R4.Immunization)entry.Resource!, HowOf(entry, $"Bundle.entry[{at}].resource")));
        }

        if (!isWhole || !Array.Exists(received, each => each is { IsError: true }))
        {
            var taken = await reports.Take(
                [.. doses.Select(dose => (dose.Said, dose.How))], around, caller, FhirRequest.BaseOf(http.Request), isWhole, cancel);
            foreach (var (dose, each) in doses.Zip(taken)) received[dose.At] = each;
        }

        // Of a transaction that is not taken, what is wrong with any entry.
        var errors = received.Where(each => each is { IsError: true }).ToList();
        return isWhole && errors.Count > 0
            ? FhirAnswer.Of(errors[0]!.Status, errors.SelectMany(each => each!.Issues.Where(issue => issue.IsError)))
            : new FhirAnswer(StatusCodes.Status200OK, new R4.Bundle
            {
                Type = isWhole ? R4.Bundle.BundleType.TransactionResponse : R4.Bundle.BundleType.BatchResponse,
                Entry = [.. received.Select(each => AnswerOf(each!))],
            });
    }

    private static Referred Around(R4.Bundle bundle)
    {
        var around = new Referred();
        foreach (var entry in bundle.Entry)
        {
            if (entry.Resource is not { } resource) continue;
            around.Add(resource, entry.FullUrl, resource.Id is { } id ? $"{resource.TypeName}/{id}" : null);
        }

        return around;
    }

    /// <summary>What comes of an entry that is no Immunization to be taken; null for one that is.</summary>
    private static Received? Judge(R4.Bundle.EntryComponent entry, string at, HashSet<string> referred)
    {
        if (entry.Request is not { Method: { } method, Url: { Length: > 0 } url })
            return Refuse(StatusCodes.Status400BadRequest, IssueType.Required, "An entry needs a request with method and url.", "request");
        if (method is not (R4.Bundle.HTTPVerb.POST or R4.Bundle.HTTPVerb.PUT))
        {
            return Refuse(
                StatusCodes.Status405MethodNotAllowed, IssueType.NotSupported, "Only POST and PUT are taken here.", "request.method");
        }

        if (entry.Resource is not { TypeName: { } type } resource)
            return Refuse(StatusCodes.Status400BadRequest, IssueType.Required, "The resource is missing.", "resource");
        var parts = url.Split('/');
        var fits = method == R4.Bundle.HTTPVerb.POST ? parts.Length == 1 && parts[0] == type
            : parts.Length == 2 && parts[0] == type && R4.Id.IsValidValue(parts[1]);
        if (!fits)
        {
            return Refuse(StatusCodes.Status400BadRequest, IssueType.NotSupported,
                $"The url must be {type} to post, and {type}/ with the id to put: neither conditions nor operations are taken.",
                "request.url");
        }

        if (resource is R4.Immunization) return null;
        var isReferred = ReferredTypes.Contains(type)
            && (referred.Contains(entry.FullUrl ?? "") || referred.Contains(url) || referred.Contains($"{type}/{resource.Id}"));
        return isReferred
            ? new Received(
                StatusCodes.Status200OK, null, null, [FhirIssue.Note("Read for the Immunizations that refer to it, and not kept.", at)])
            : Refuse(StatusCodes.Status422UnprocessableEntity, IssueType.NotSupported,
                $"{type} is not taken here, unless an Immunization of the same Bundle refers to it.", "resource");

        Received Refuse(int status, IssueType code, string text, string element) =>
            new(status, null, null, [FhirIssue.Error(code, text, $"{at}.{element}")]);
    }

    private static Sent HowOf(R4.Bundle.EntryComponent entry, string at) => entry.Request!.Method == R4.Bundle.HTTPVerb.PUT
        ? new Sent(at, IsPut: true, entry.Request.Url!.Split('/')[1], entry.FullUrl, IfMatch: entry.Request.IfMatch)
        : new Sent(at, IsPut: false, null, entry.FullUrl, entry.Request.IfNoneExist);

    private static R4.Bundle.EntryComponent AnswerOf(Received received) => new()
    {
        Response = new R4.Bundle.ResponseComponent
        {
            Status = $"{received.Status} {Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(received.Status)}",
            Location = received is { IsError: false, Id: { } id } ? $"{ReportImmunization.Path}/{id}/_history/{received.Version}" : null,
            Etag = received is { IsError: false, Version: { } version } ? FhirAnswer.ETag(version) : null,
            Outcome = received.Issues.Count > 0 ? FhirIssue.Outcome(received.Issues) : null,
        },
    };
}
