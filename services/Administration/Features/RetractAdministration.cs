using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>Marks a dose or tally line as entered in error: it is taken back from coverage and stock, for ever.</summary>
/// <param name="RequestId">The caller's id of this request: a repeat of it gets the first answer.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
internal sealed record RetractAdministration([Required] string? RequestId, [Required] string? Reason)
{
    public static void Map(RouteGroupBuilder routes) => routes.MapPost("/{doseId}/retract", Handle)
        .WithName("RetractAdministration")
        .WithSummary("Take back a dose (or a tally line, as submission:line) that was entered in error.")
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
        if (Corrections.Validate(request.RequestId, request.Reason) is { } invalid) return invalid.ToResult();
        if (LineId.Parse(doseId) is not { } id) return Refusal.NotFound("dose or tally line", doseId).ToResult();
        var committed = await store.Commit<RetractionAnswer>("retract:" + request.RequestId, new { DoseId = id.Text, Request = request },
            tx => Decide(tx, id, request, reference, caller), cancel);
        if (committed.Refusal is { } refusal) return refusal.ToResult();
        var answer = committed.Answer!;
        return answer.DoseId == id.Text ? Results.Ok(answer) : Corrections.UsedForAnother(answer.DoseId).ToResult();
    }

    public static async ValueTask<Decision<RetractionAnswer>> Decide(
        ITransaction tx, LineId id, RetractAdministration request, ReferenceData reference, Caller caller)
    {
        if (await tx.FindKey(id.Space, id.Key) is not { } record) return Refusal.NotFound("dose or tally line", id.Text);
        var content = DoseRecord.Read(record.Span);
        switch (content.State)
        {
            case DoseState.Discarded:
                return Refusal.NotFound("dose or tally line", id.Text);
            case DoseState.Retracted:
                return new RetractionAnswer(id.Text, request.RequestId!, 0, true);
            case DoseState.Held:
                await Corrections.RemoveHeld(tx, id, content);
                break;
            default:
                var paths = await reference.PathsIn(tx, [content.Sum.FacilityId]);
                foreach (var delta in Cells.Of([content.Sum], paths, sign: -1))
                    tx.Add(delta.Family, delta.Partition, delta.Key, delta.Doses);
                tx.Publish(new AdministrationRetracted(request.RequestId!, request.Reason!, [content.Sum]));
                break;
        }

        // A held line ends retracted too, so that it does not matter whether it is settled before or after.
        await tx.ReplaceKey(id.Space, new InsertOnceKey(id.Key, DoseRecord.InState(record.Span, DoseState.Retracted)));
        await Corrections.Record(tx, id, "retract", request.RequestId!, request.Reason!, caller);
        var takenBack = content.State == DoseState.Counted ? content.Sum.Doses : 0;
        return new RetractionAnswer(id.Text, request.RequestId!, takenBack, false);
    }
}

/// <summary>What came of a retraction.</summary>
/// <param name="DoseId">The dose, or <c>submission:line</c> for a tally.</param>
/// <param name="RequestId">The request.</param>
/// <param name="Doses">Doses that are counted no longer: 0 for one that was held, or was retracted before.</param>
/// <param name="AlreadyRetracted">Another request had retracted it.</param>
internal sealed record RetractionAnswer(string DoseId, string RequestId, long Doses, bool AlreadyRetracted);
