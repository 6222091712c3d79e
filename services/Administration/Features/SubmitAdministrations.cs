using System.Security.Cryptography;
using System.Text.Json;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>A submission as one JSON document; as NDJSON its lines come one by one, each with its facilityId.</summary>
/// <param name="SubmissionId">The caller's id of this submission: a repeat of it gets the first answer.</param>
/// <param name="FacilityId">Where the doses were given.</param>
/// <param name="Doses">Doses, each with an id of its own.</param>
/// <param name="Tallies">Counts of doses, for places that report sums.</param>
internal sealed record SubmitAdministrations(
    string SubmissionId, string? FacilityId, IReadOnlyList<SubmittedDose>? Doses, IReadOnlyList<SubmittedTally>? Tallies)
{
    public static void Map(RouteGroupBuilder routes) => routes.MapPost("", Handle)
        .WithName("SubmitAdministrations")
        .WithSummary("Report doses: single doses and tallies, as JSON or as a stream of NDJSON. Every dose id counts once.")
        // A stream has no limit; a document's is kept where it is read, so that a client still sending sees the answer.
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Accepts<SubmitAdministrations>("application/json", Ndjson.MediaType)
        .Produces<SubmissionAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static Task<IResult> Handle(
        HttpContext http, string? submissionId, AdministrationStore store,
        ReferenceData reference, ChunkPool chunks, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var newestDay = LineRules.NewestDay(clock.GetUtcNow());
        return http.Request.ContentType?.StartsWith(Ndjson.MediaType, StringComparison.OrdinalIgnoreCase) == true
            ? NdjsonSubmission.Handle(http, submissionId, store, reference, chunks, newestDay, caller, cancel)
            : HandleDocument(http, store, reference, chunks, newestDay, caller, cancel);
    }

    private static async Task<IResult> HandleDocument(
        HttpContext http, AdministrationStore store, ReferenceData reference, ChunkPool chunks, int newestDay, Caller caller, CancellationToken cancel)
    {
        using var body = await RequestBody.Read(http, cancel);
        if (body.Refusal is not null) return body.Refusal.ToResult();
        var chunk = chunks.Rent();
        if (Parse(body.Bytes.Span, chunk, newestDay) is { } refusal)
        {
            chunks.Return(chunk);
            return refusal.ToResult();
        }

        var hash = SHA256.HashData(chunk.Canonical);
        var counting = new ChunkCounting(chunk, reference, store);
        SubmissionAnswer? answer = null;
        var committed = await store.Commit(SubmissionCause.Of(chunk.SubmissionId), async tx =>
            SubmissionCause.Finish(tx, answer = await counting.Count(tx), chunk.Lines, hash, caller), CancellationToken.None);
        if (!committed.Repeated) SubmissionMeasures.Note(answer!);
        chunks.Return(chunk);
        return SubmissionCause.Result(committed, hash);
    }

    private static Refusal? Parse(ReadOnlySpan<byte> body, Chunk chunk, int newestDay)
    {
        try
        {
            return SubmissionBody.Read(body, chunk, newestDay) is { } problem ? Refusal.Field(problem.Field, problem.Problem) : null;
        }
        catch (JsonException malformed)
        {
            return new Refusal(StatusCodes.Status400BadRequest, "Malformed JSON",
                $"The body is not valid JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}: nothing was counted; correct it and send it again.");
        }
    }
}

/// <summary>A dose as submitted.</summary>
internal sealed record SubmittedDose(
    Guid DoseId, string VaccineId, string DoseNumber, DateOnly OccurredOn, string? LotNumber, string? AgeBand, string? Sex,
    string? PriorityGroup, string? RecipientKey);

/// <summary>A tally as submitted.</summary>
internal sealed record SubmittedTally(
    string VaccineId, string DoseNumber, DateOnly OccurredOn, string? AgeBand, string? Sex, string? PriorityGroup, string? LotNumber,
    int Count);
