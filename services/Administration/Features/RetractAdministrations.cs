using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>One line of retractions in bulk: each is a request of its own.</summary>
/// <param name="DoseId">The dose's id, or <c>submission:line</c> for a tally line.</param>
/// <param name="RequestId">The caller's id of this line: a repeat of it gets the first answer.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="Doses">Doses of a tally that are taken back, 1 or more; all that stand when left out.</param>
internal sealed record RetractAdministrations(
    [Required] string? DoseId, [Required] string? RequestId, [Required] string? Reason, long? Doses)
{
    private const int ChunkLines = 500;

    public static void Map(RouteGroupBuilder routes) => routes.MapPost("/retractions", Handle)
        .WithName("RetractAdministrations").Needs(Right.ReportRetract)
        .WithSummary("Take back many doses and tally lines as NDJSON: the body of the single request with doseId. Safe to repeat.")
        .WithExampleLines<RetractAdministrations>("""
            {"doseId": "0178c4f1-8a6e-7c21-9d3b-5f2a1c0e7b64", "requestId": "retraction-2021-04-14-1", "reason": "entered for the wrong person"}
            {"doseId": "IT-LAZ-0101-2021-04-12:2", "requestId": "retraction-2021-04-14-2", "reason": "42 typed for 24", "doses": 18}
            """)
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Accepts<RetractAdministrations>(Ndjson.MediaType)
        .Produces<RetractionsAnswer>();

    private static async Task<IResult> Handle(
        HttpContext http, AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        var lines = new BulkLines();
        var rejected = new LineProblems(SubmissionAnswer.ListedMax);
        var chunk = new List<(long Number, LineId Id, RetractAdministration Request)>();
        long accepted = 0, doses = 0, unchanged = 0, held = 0, repeated = 0;
        await foreach (var line in Ndjson.Lines(http.Request.BodyReader, cancel))
        {
            if (Read(lines, line, out var id, out var request) is { } problem)
            {
                rejected.Add(line.Number, id, problem);
                continue;
            }

            chunk.Add((line.Number, LineId.Parse(id!)!.Value, request!));
            if (chunk.Count == ChunkLines) await Take();
        }

        if (chunk.Count > 0) await Take();
        return Results.Ok(new RetractionsAnswer(accepted, doses, held, unchanged, rejected.Listed, rejected.Total, repeated));

        // Each line is a commit of its own, which the store takes to disk together.
        async Task Take()
        {
            var committed = await Task.WhenAll(
                chunk.Select(line => line.Request.Commit(store, line.Id, reference, caller, CancellationToken.None)));
            for (var index = 0; index < committed.Length; index++)
            {
                if (committed[index].Refusal is { } refusal)
                {
                    rejected.Add(chunk[index].Number, chunk[index].Id.Text, refusal.Detail);
                    continue;
                }

                if (committed[index].Repeated) repeated++;
                var answer = committed[index].Answer!;
                if (answer.AlreadyRetracted) unchanged++;
                else if (answer.Awaited) held++;
                else accepted++;
                doses += answer.Doses;
            }

            chunk.Clear();
        }
    }

    private static string? Read(BulkLines lines, in NdjsonLine line, out string? id, out RetractAdministration? request)
    {
        (id, request) = (null, null);
        if (lines.Read<RetractAdministrations>(line, out var read) is { } wrong) return wrong;
        (id, request) = (read!.DoseId, new RetractAdministration(read.RequestId, read.Reason, read.Doses));
        return id is null || LineId.Parse(id) is null ? "doseId: must be a dose's UUID, or submission:line for a tally line"
            : request.Problem()?.Detail;
    }
}

/// <summary>What came of retractions in bulk.</summary>
/// <param name="Accepted">Lines that took something back.</param>
/// <param name="Doses">Doses that are counted no longer.</param>
/// <param name="Held">Lines whose dose or tally is not there yet: it is retracted when it comes.</param>
/// <param name="Unchanged">Lines whose dose or tally another request had retracted.</param>
/// <param name="Rejected">Lines that were not taken, the first of them.</param>
/// <param name="RejectedTotal">Lines that were not taken, those that are not listed among them.</param>
/// <param name="RepeatedLines">Lines that had been sent before: they are counted above as they were then, and changed nothing now.</param>
internal sealed record RetractionsAnswer(
    long Accepted, long Doses, long Held, long Unchanged, IReadOnlyList<LineProblem> Rejected, long RejectedTotal, long RepeatedLines);
