using System.ComponentModel;
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

/// <summary>Gives up a held line: it will not be counted, and its id is free for a corrected line.</summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
internal sealed record DiscardHeld([Required] string? RequestId, [Required] string? Reason)
{
    public static void Map(RouteGroupBuilder routes) => routes.MapPost("/held/{id}/discard", Handle)
        .WithName("DiscardHeld").Needs(Right.ReportRetract)
        .WithSummary("Give up a held line; its dose id may come again in another submission.")
        .WithExample("""
            {"requestId": "discard-2021-04-15", "reason": "there is no such facility"}
            """, ("id", "0178cf3e-426e-7e13-9c5d-71c2e3f40516"))
        .Produces<DiscardAnswer>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Description("What to discard: the heldId of the list of held lines.")] string id, DiscardHeld request, AdministrationStore store,
        ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        if (new FieldErrors().RequireReasoned(request.RequestId, request.Reason).ToRefusal() is { } invalid) return invalid.ToResult();
        if (LineId.Parse(id) is not { } lineId) return Refusal.NotFound("held line", id).ToResult();
        var unknown = Refusal.NotFound("held line", lineId.Text);
        if (await Corrections.RefuseAt(caller, Right.ReportRetract, lineId, unknown, store, reference, cancel) is { } hidden)
            return hidden.ToResult();
        var committed = await store.Commit<DiscardAnswer>("discard:" + request.RequestId, new { HeldId = lineId.Text, Request = request },
            tx => Decide(tx, lineId, request, caller), cancel);
        if (committed.Refusal is { } refusal) return refusal.ToResult();
        var answer = committed.Answer!;
        return answer.HeldId == lineId.Text ? Results.Ok(committed.Shown()) : Corrections.UsedForAnother(answer.HeldId).ToResult();
    }

    public static async ValueTask<Decision<DiscardAnswer>> Decide(ITransaction tx, LineId id, DiscardHeld request, Caller caller)
    {
        if (await tx.FindKey(id.Space, id.Key) is not { } record || DoseRecord.StateOf(record.Span) == DoseState.Awaited)
            return Refusal.NotFound("held line", id.Text);
        var content = DoseRecord.Read(record.Span);
        tx.Concerns(content.Sum.FacilityId);
        switch (content.State)
        {
            case DoseState.Discarded:
                return new DiscardAnswer(id.Text, request.RequestId!, 0, true);
            case DoseState.Counted:
                return Refusal.Conflict($"'{id.Text}' is not held: it is counted. If it was entered in error, retract it.");
            case DoseState.Retracted:
                return Refusal.Conflict($"'{id.Text}' is not held: it was retracted. Nothing needs to be done.");
        }

        await Corrections.RemoveHeld(tx, id, content);
        await tx.ReplaceKey(id.Space, new InsertOnceKey(id.Key, DoseRecord.InState(record.Span, DoseState.Discarded)));
        var doses = content.Standing.Doses;
        await Corrections.Record(
            tx, id, new CorrectionDocument("discard", request.RequestId!, request.Reason!, caller.Subject, tx.Now) { Doses = doses });
        return new DiscardAnswer(id.Text, request.RequestId!, doses, false);
    }
}

/// <summary>What came of discarding a held line.</summary>
/// <param name="HeldId">The line.</param>
/// <param name="RequestId">The request.</param>
/// <param name="Doses">Doses that are held no longer.</param>
/// <param name="AlreadyDiscarded">Another request had discarded it.</param>
internal sealed record DiscardAnswer(string HeldId, string RequestId, long Doses, bool AlreadyDiscarded) : RepeatableAnswer;
