using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
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
/// Marks a dose or tally line, or some doses of a tally, as entered in error: taken back from coverage and stock, for ever. One that comes
/// before its line is applied when the line comes.
/// </summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="Doses">Doses of a tally that are taken back, 1 or more; all that stand when left out.</param>
internal sealed record RetractAdministration([Required] string? RequestId, [Required] string? Reason, long? Doses = null)
{
    public static void Map(RouteGroupBuilder routes) => routes.MapPost("/{doseId}/retract", Handle)
        .WithName("RetractAdministration").Needs(Right.ReportRetract)
        .WithSummary("Take back a dose (or a tally line or some doses of it, as submission:line) that was entered in error.")
        .WithExample("""
            {"requestId": "retraction-2021-04-14", "reason": "entered for the wrong person"}
            """, ("doseId", "0178c4f1-8a6e-7c21-9d3b-5f2a1c0e7b64"))
        .Produces<RetractionAnswer>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string doseId, RetractAdministration request, AdministrationStore store,
        ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        if (request.Problem() is { } invalid) return invalid.ToResult();
        if (LineId.Parse(doseId) is not { } id) return Refusal.NotFound("dose or tally line", doseId).ToResult();
        var committed = await request.Commit(store, id, reference, caller, cancel);
        return committed.Refusal is { } refusal ? refusal.ToResult() : Results.Ok(committed.Shown());
    }

    /// <summary>What is wrong with the request, or null.</summary>
    public Refusal? Problem() => new FieldErrors().RequireReasoned(RequestId, Reason).ToRefusal()
        ?? (Doses is < 1 ? Refusal.Field("doses", "must be 1 or more; leave it out to take back all that stand") : null);

    /// <summary>Takes the line back, once for its request id.</summary>
    public async Task<Committed<RetractionAnswer>> Commit(
        AdministrationStore store, LineId id, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        var unknown = Refusal.NotFound("dose or tally line", id.Text);
        if (await Corrections.RefuseAt(caller, Right.ReportRetract, id, unknown, store, reference, cancel) is { } hidden)
            return new(false, null, hidden);
        var committed = await store.Commit<RetractionAnswer>(
            Cause(RequestId!), new { DoseId = id.Text, Request = this }, tx => Decide(tx, id, this, reference, caller), cancel);
        return committed.Answer is { } answer && answer.DoseId != id.Text
            ? new(committed.Repeated, null, Corrections.UsedForAnother(answer.DoseId))
            : committed;
    }

    /// <summary>What a retraction is committed under: request ids are shared by those of lines and of submissions.</summary>
    public static string Cause(string requestId) => "retract:" + requestId;

    public static async ValueTask<Decision<RetractionAnswer>> Decide(
        ITransaction tx, LineId id, RetractAdministration request, ReferenceData reference, Caller caller)
    {
        if ((await LineVersion.In(tx, id)).RefuseUnlessNewest(id) is { } corrected) return corrected;
        var retraction = new Retraction(request.RequestId!, request.Reason!, request.Doses, caller.Subject, tx.Now);
        var record = await tx.FindKey(id.Space, id.Key);
        if (record is not { } kept || DoseRecord.StateOf(kept.Span) is DoseState.Discarded)
        {
            await retraction.Await(tx, id, record);
            return new RetractionAnswer(id.Text, request.RequestId!, 0, false, Awaited: true);
        }

        if (DoseRecord.StateOf(kept.Span) is DoseState.Awaited)
        {
            await tx.Put(Collections.AwaitedRetractions, id.Text, retraction.RequestId, retraction);
            return new RetractionAnswer(id.Text, request.RequestId!, 0, false, Awaited: true);
        }

        var content = DoseRecord.Read(kept.Span);
        if (await Corrections.RefuseReason(tx, reference, [content.Sum.FacilityId], request.Reason!) is { } other) return other;
        if (request.Doses > content.Standing.Doses)
            return Refusal.Field("doses", $"is {request.Doses}, but {content.Standing.Doses} of '{id.Text}' stand: take back no more");
        if (content.State is DoseState.Retracted) return new RetractionAnswer(id.Text, request.RequestId!, 0, true);
        var sum = await retraction.TakeBack(tx, id, kept);
        if (sum is not null) await retraction.Uncount(tx, [sum], reference);
        return new RetractionAnswer(id.Text, request.RequestId!, sum?.Doses ?? 0, false);
    }
}

/// <summary>What came of a retraction.</summary>
/// <param name="DoseId">The dose, or <c>submission:line</c> for a tally.</param>
/// <param name="RequestId">The request.</param>
/// <param name="Doses">Doses that are counted no longer: 0 for one that was held, or was retracted before.</param>
/// <param name="AlreadyRetracted">Another request had retracted it.</param>
/// <param name="Awaited">The line is not there yet: it is retracted when it comes.</param>
internal sealed record RetractionAnswer(
    string DoseId, string RequestId, long Doses, bool AlreadyRetracted, bool Awaited = false) : RepeatableAnswer;
