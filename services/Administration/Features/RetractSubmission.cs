using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>
/// Takes back all that a submission brought, and what stands in the place of lines that were corrected; doses that another had brought
/// before stay. The lines are taken back page by page, each page
/// in one commit with the line's corrections, so that a request that is sent again goes on where it was cut off.
/// </summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
internal sealed record RetractSubmission([Required] string? RequestId, [Required] string? Reason)
{
    private const int PageLines = 500;

    public static void Map(RouteGroupBuilder routes) => routes.MapPost("/submissions/{submissionId}/retract", Handle)
        .WithName("RetractSubmission").Needs(Right.ReportRetract)
        .WithSummary("Take back all doses and tally lines that a submission brought.")
        .WithExample("""
            {"requestId": "retraction-2021-04-15", "reason": "the file of another district"}
            """, ("submissionId", "IT-LAZ-0101-2021-04-12"))
        .Produces<SubmissionRetractionAnswer>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Description("The caller's id of the submission.")] string submissionId, RetractSubmission request, AdministrationStore store,
        ReferenceData reference, Caller caller, TimeProvider clock, CancellationToken cancel)
    {
        if (new FieldErrors().RequireReasoned(request.RequestId, request.Reason).ToRefusal() is { } invalid) return invalid.ToResult();
        if (await store.FindAnswer(SubmissionCause.Of(submissionId), cancel) is not { } kept)
            return Unknown(submissionId).ToResult();
        var labels = SubmissionCause.LabelsIn(kept.Span);
        var reach = caller.ReachOf(Right.ReportRetract);
        await reference.CatchUp(reach, store, cancel);
        // All of it or nothing: who reported for places beyond the caller's is not told to this one.
        if (!reach.IsEverywhere && !(labels is { Count: > 0 } && labels.All(IsMine)))
            return Unknown(submissionId).ToResult();
        if (labels is null)
        {
            return Refusal.Conflict($"'{submissionId}' is of before such requests, or of more than {SubmissionCause.LabelsMax} places and "
                + "days: take its lines back by POST /api/v1/administrations/retractions.").ToResult();
        }

        bool IsMine(string label) => reach.IsEverywhere || reference.Tree.IsIn(reach, LineId.FacilityOf(label));

        var cause = RetractAdministration.Cause(request.RequestId!);
        var begun = await store.Commit<Begun>(cause, new { SubmissionId = submissionId, Request = request },
            async tx => await Corrections.RefuseReason(tx, reference, labels.Select(LineId.FacilityOf), request.Reason!) is { } other
                ? other
                : new Begun(submissionId), cancel);
        if (begun.Refusal is { } refusal) return refusal.ToResult();
        if (await store.FindAnswer(AnswerCause(cause), cancel) is { } first)
            return Results.Ok(StoreJson.Read<SubmissionRetractionAnswer>(first).AsRepeat());

        var retraction = new Retraction(request.RequestId!, request.Reason!, null, caller.Subject, clock.GetUtcNow());
        long lines = 0, doses = 0;
        await foreach (var page in Pages(store, submissionId, labels, IsMine))
        {
            var taken = (await store.Change<(long Lines, long Doses)>(tx => Take(tx, page, retraction, reference), CancellationToken.None))
                .Answer;
            lines += taken.Lines;
            doses += taken.Doses;
        }

        var answer = new SubmissionRetractionAnswer(submissionId, request.RequestId!, lines, doses);
        var committed = await store.Commit<SubmissionRetractionAnswer>(
            AnswerCause(cause), content: null, _ => ValueTask.FromResult<Decision<SubmissionRetractionAnswer>>(answer),
            CancellationToken.None);
        return committed.ToResult();
    }

    private static Refusal Unknown(string submissionId) => Refusal.NotFound("submission that was received to its end", submissionId);

    // No request id can hold the sign.
    private static string AnswerCause(string cause) => cause + "#answer";

    /// <summary>The lines that a submission brought, page by page, each in its newest version.</summary>
    private static async IAsyncEnumerable<List<LineId>> Pages(
        AdministrationStore store, string submissionId, IReadOnlyList<string> labels, Func<string, bool> isMine)
    {
        var page = new List<LineId>(PageLines);
        foreach (var label in labels)
        {
            foreach (var space in (string[])[LineId.Doses, LineId.Tallies])
            {
                for (string? after = null; ;)
                {
                    var listed = await store.KeysLabelled(space, label, after, PageLines);
                    foreach (var key in listed.Keys)
                    {
                        if (DoseRecord.StateOf(key.Value.Span) == DoseState.Awaited
                            || DoseRecord.Read(key.Value.Span).SubmissionId != submissionId) continue;
                        page.Add(await Newest(store, LineId.OfKey(space, key.Key), key.Value, isMine));
                        if (page.Count < PageLines) continue;
                        yield return page;
                        page = new List<LineId>(PageLines);
                    }

                    if ((after = listed.Next) is null) break;
                }
            }
        }

        if (page.Count > 0) yield return page;
    }

    /// <summary>What stands in the place of a line, as far as it is at the caller's places.</summary>
    private static async ValueTask<LineId> Newest(
        AdministrationStore store, LineId id, ReadOnlyMemory<byte> record, Func<string, bool> isMine)
    {
        while ((await LineVersion.Of(store, id, DoseRecord.Read(record.Span), CancellationToken.None)).After is { } after)
        {
            var next = LineId.Parse(after)!.Value;
            var found = (await store.FindKey(next.Space, next.Key))!.Value;
            var sum = DoseRecord.Read(found.Span).Sum;
            if (!isMine(LineId.Label(sum.FacilityId, sum.OccurredOn))) break;
            (id, record) = (next, found);
        }

        return id;
    }

    /// <summary>Takes a page of lines back; counts those too that an earlier try of the same request has taken back.</summary>
    public static async ValueTask<Decision<(long Lines, long Doses)>> Take(
        ITransaction tx, IReadOnlyList<LineId> page, Retraction retraction, ReferenceData reference)
    {
        long lines = 0, doses = 0;
        var sums = new List<AdministeredSum>();
        foreach (var id in page)
        {
            if (await tx.Find<CorrectionDocument>(Collections.Corrections, id.Text, retraction.RequestId) is { } done)
            {
                lines++;
                doses += done.Doses ?? 0;
                continue;
            }

            var record = (await tx.FindKey(id.Space, id.Key))!.Value;
            if (DoseRecord.StateOf(record.Span) is not (DoseState.Counted or DoseState.Held)) continue;
            lines++;
            if (await retraction.TakeBack(tx, id, record) is not { } sum) continue;
            doses += sum.Doses;
            sums.Add(sum);
        }

        if (sums.Count > 0) await retraction.Uncount(tx, sums, reference);
        return (lines, doses);
    }

    private sealed record Begun(string SubmissionId);
}

/// <summary>What came of the retraction of a submission.</summary>
/// <param name="SubmissionId">The submission.</param>
/// <param name="RequestId">The request.</param>
/// <param name="Lines">Lines that it took back, held ones among them.</param>
/// <param name="Doses">Doses that are counted no longer.</param>
internal sealed record SubmissionRetractionAnswer(
    string SubmissionId, string RequestId, long Lines, long Doses) : RepeatableAnswer;
