using Distribution.Administration.Outside;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Interop.Fhir;
using Distribution.Platform.Identity;
using Microsoft.AspNetCore.Http;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Fhir;

/// <summary>Takes in Immunizations, and says in FHIR's words what came of each.</summary>
internal sealed class ImmunizationReports(
    AdministrationStore store, ReferenceData reference, RecipientKeys keys, KeyedReports reports)
{
    private const string Reason = "changed through FHIR";

    /// <summary>Takes in the Immunizations of a request.</summary>
    /// <param name="sent">Them, and how each is sent.</param>
    /// <param name="around">What they may refer to.</param>
    /// <param name="caller">Who sends them.</param>
    /// <param name="here">Where FHIR is here.</param>
    /// <param name="isWhole">Whether none is taken where one of them cannot be, in one commit.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>What came of each, in their order. Where they are a whole and one of them is an error, nothing was taken.</returns>
    public async Task<Received[]> Take(
        IReadOnlyList<(R4.Immunization Said, Sent How)> sent, Referred around, Caller caller, string here, bool isWhole,
        CancellationToken cancel)
    {
        var sender = await Sender.Find(store, cancel, caller.Subject);
        await reference.CatchUp(store, cancel);
        var reader = new ImmunizationReader(sender, reference, keys, here);
        var received = new Received[sent.Count];
        var read = new List<(int At, KeyedLine Line, string? Id, List<FhirIssue> Issues)>();
        foreach (var (at, (said, how)) in sent.Index())
        {
            var (line, id, issues) = await reader.Read(said, how, around, cancel);
            if (line is null) received[at] = new(StatusOf(issues), null, null, issues);
            else if (line.Expected is not null && await reports.Find(line.Id, cancel) is null)
                received[at] = Of(how, line, id, new(KeyedFate.Stale), issues);
            else read.Add((at, line, id, issues));
        }

        if (isWhole && (read.Count < sent.Count || Twice(read.Select(each => (each.At, each.Line)), sent, received))) return received;
        // Of one dose that is there twice, each is judged by what the one before it came to.
        while (read.Count > 0)
        {
            var now = read.DistinctBy(each => each.Line.Id).ToList();
            var (outcomes, _) = await reports.Take(
                $"{Guid.CreateVersion7()}", [.. now.Select(each => each.Line)], Reason, caller, sender.RefusesUnknown, isWhole, cancel);
            foreach (var (each, outcome) in now.Zip(outcomes))
                received[each.At] = Of(sent[each.At].How, each.Line, each.Id, outcome, each.Issues);
            read.RemoveAll(now.Contains);
        }

        return received;
    }

    /// <summary>Whether a resource, or its key, is there more than once, which says so of each but the first.</summary>
    private static bool Twice(
        IEnumerable<(int At, KeyedLine Line)> lines, IReadOnlyList<(R4.Immunization Said, Sent How)> sent, Received[] received)
    {
        var (seen, twice) = (new HashSet<Guid>(), false);
        foreach (var (at, line) in lines)
        {
            if (seen.Add(line.Id)) continue;
            twice = true;
            received[at] = new(StatusCodes.Status400BadRequest, null, null, [FhirIssue.Error(
                IssueType.Duplicate, "The same Immunization is in the transaction twice: send each once.", sent[at].How.At)]);
        }

        return twice;
    }

    private static Received Of(Sent how, KeyedLine line, string? id, KeyedOutcome outcome, List<FhirIssue> issues)
    {
        var (status, code, element, text) = outcome.Fate switch
        {
            KeyedFate.Taken => (StatusCodes.Status201Created, IssueType.Informational, null, null),
            KeyedFate.Held => (StatusCodes.Status202Accepted, IssueType.Informational, null,
                $"held: {outcome.Why}; it counts by itself when that is known"),
            KeyedFate.Known or KeyedFate.Corrected or KeyedFate.Retracted => (StatusCodes.Status200OK, IssueType.Informational, null, null),
            KeyedFate.Conflict => (StatusCodes.Status409Conflict, IssueType.Conflict, null, outcome.Why ?? "Something else has its key."),
            KeyedFate.Stale => (StatusCodes.Status412PreconditionFailed, IssueType.Conflict, null,
                "Another version stands than the one that If-Match names: read it, and decide anew."),
            KeyedFate.Rejected => RejectedFor(outcome.Why!),
            KeyedFate.Refused => (StatusCodes.Status422UnprocessableEntity, IssueType.CodeInvalid, "vaccineCode",
                $"{outcome.Why}: not taken, as is agreed with this sender."),
            KeyedFate.NoRight => (
                StatusCodes.Status403Forbidden, IssueType.Forbidden, "location", outcome.Why ?? "The right is lacking there."),
            _ => (StatusCodes.Status404NotFound, IssueType.NotFound, (string?)null, "No Immunization is known by this address."),
        };
        if (text is not null)
        {
            var at = element is null ? how.At : $"{how.At}.{element}";
            issues.Add(status >= StatusCodes.Status400BadRequest ? FhirIssue.Error(code, text, at) : FhirIssue.Note(text, at));
        }

        var exists = outcome.Fate is not (KeyedFate.Unknown or KeyedFate.NoRight or KeyedFate.Rejected or KeyedFate.Refused);
        return new(status, exists ? id ?? $"{line.Id}" : null, exists ? outcome.Version : null, issues);
    }

    // What a line may hold, in FHIR's elements.
    private static (int Status, IssueType Code, string? Element, string? Text) RejectedFor(string why)
    {
        var element = why.Split(':')[0] switch
        {
            "occurredOn" => "occurrence",
            "facilityId" => "location",
            "lotNumber" => "lotNumber",
            "doseNumber" => "protocolApplied[0].doseNumber",
            "reason" => "statusReason",
            "recipientKey" => "patient",
            "vaccineCodes" or "vaccineId" => "vaccineCode",
            "ageBand" => "patient",
            "priorityGroup" => "programEligibility",
            _ => null,
        };
        var code = element == "vaccineCode" ? IssueType.CodeInvalid : IssueType.Value;
        return (StatusCodes.Status422UnprocessableEntity, code, element, why);
    }

    private static int StatusOf(List<FhirIssue> issues) => issues.First(issue => issue.IsError).Code switch
    {
        IssueType.Invalid or IssueType.Structure => StatusCodes.Status400BadRequest,
        IssueType.Transient => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
