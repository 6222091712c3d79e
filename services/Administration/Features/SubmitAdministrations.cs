using System.ComponentModel;
using System.Text.Json;
using Distribution.Administration.Held;
using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Recipients;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Interop.Sheets;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>A submission as one JSON document; as NDJSON its lines come one by one, each with its facilityId.</summary>
/// <param name="SubmissionId">The caller's id of this submission: a repeat of it gets the first answer.</param>
/// <param name="FacilityId">Where the doses were given; may be left out where every line says it.</param>
/// <param name="Doses">Doses, each with an id of its own; with the tallies at most 20,000.</param>
/// <param name="Tallies">Counts of doses, for places that report sums.</param>
internal sealed record SubmitAdministrations(
    string SubmissionId, string? FacilityId, IReadOnlyList<SubmittedDose>? Doses, IReadOnlyList<SubmittedTally>? Tallies)
{
    public static void Map(RouteGroupBuilder routes) => routes.MapPost("", Handle)
        .WithName("SubmitAdministrations").Needs(Right.ReportWrite)
        .WithSummary("Report doses: single doses and tallies, as JSON, as a stream of NDJSON, or as a sheet (CSV, xlsx). Every dose id "
            + "counts once.")
        .WithExample("""
            {
              "submissionId": "IT-LAZ-0101-2021-04-12", "facilityId": "IT-LAZ-0101",
              "doses": [{
                "doseId": "0178c4f1-8a6e-7c21-9d3b-5f2a1c0e7b64", "vaccineId": "COVID-MRNA", "doseNumber": "1", "occurredOn": "2021-04-12",
                "lotNumber": "FA5829", "ageBand": "80+", "sex": "female"
              }],
              "tallies": [{"vaccineId": "COVID-MRNA", "doseNumber": "1", "occurredOn": "2021-04-12", "ageBand": "70-79", "count": 42}]
            }
            """)
        .WithExampleLines<SubmittedLine>("""
            {"doseId": "0178ca17-e66e-7d02-8b4c-60b1d2e3f405", "facilityId": "IT-LAZ-0101", "vaccineId": "COVID-MRNA", "doseNumber": "1", "occurredOn": "2021-04-13", "lotNumber": "FA5829"}
            {"facilityId": "IT-LAZ-0101", "vaccineId": "COVID-MRNA", "doseNumber": "2", "occurredOn": "2021-04-13", "ageBand": "80+", "count": 17}
            """, ("submissionId", "IT-LAZ-2021-04-13"))
        // A stream has no limit; a document's is kept where it is read, so that a client still sending sees the answer.
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Accepts<SubmitAdministrations>("application/json", Ndjson.MediaType, SheetBody.Csv, SheetBody.Xlsx)
        .WithExampleSheet("facilityId,vaccineId,doseNumber,occurredOn,ageBand,count\nIT-LAZ-0101,COVID-MRNA,1,2021-04-14,80+,12\n")
        .Produces<SubmissionAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> Handle(
        HttpContext http,
        [Description("Of lines of NDJSON or a sheet, which need it: the caller's id of this submission. Sent again it gets the first "
            + "answer. A JSON document holds its own.")] string? submissionId,
        [Description(SheetBody.ImportMeaning)] string? import, [Description(SheetBody.DryRunMeaning)] bool? dryRun,
        AdministrationStore store,
        ReferenceData reference, RecipientKeys keys, ChunkPool chunks, HeldSettlement settlement, TargetTotals targets, TimeProvider clock,
        Caller caller, CancellationToken cancel)
    {
        var newestDay = LineRules.NewestDay(clock.GetUtcNow());
        var warnings = new LineWarnings(targets, newestDay);
        var isLines = SheetBody.IsSheet(http.Request)
            || http.Request.ContentType?.StartsWith(Ndjson.MediaType, StringComparison.OrdinalIgnoreCase) == true;
        if (!isLines && import is not null) return SheetBody.NoSheet.ToResult();
        var result = await (isLines
            ? NdjsonSubmission.Handle(
                http, submissionId, import, dryRun == true, store, reference, keys, chunks, newestDay, warnings, caller, cancel)
            : HandleDocument(http, dryRun == true, store, reference, keys, chunks, newestDay, warnings, caller, cancel));
        if (!reference.HeldByCodes.IsEmpty) await settlement.SettleHeldByCodes();
        return result;
    }

    private static async Task<IResult> HandleDocument(
        HttpContext http, bool isDryRun, AdministrationStore store, ReferenceData reference, RecipientKeys keys, ChunkPool chunks,
        int newestDay, LineWarnings warnings, Caller caller, CancellationToken cancel)
    {
        using var body = await RequestBody.Read(http, cancel);
        if (body.Refusal is not null) return body.Refusal.ToResult();
        await reference.CatchUp(caller.ReachOf(Right.ReportWrite), store, cancel);
        var chunk = chunks.Rent(reference.MayReport(caller));
        var refusal = Parse(body.Bytes.Span, chunk, newestDay);
        if (refusal is null && chunk.HasUnknownCodes)
        {
            await reference.CatchUp(store, cancel);
            refusal = Parse(body.Bytes.Span, chunk, newestDay);
        }

        while (refusal is null && chunk.Recipients.Awaited.Count > 0)
        {
            await keys.GetReady(chunk.Recipients.TakeAwaited(), cancel);
            refusal = Parse(body.Bytes.Span, chunk, newestDay);
        }

        if ((refusal ?? NothingTaken(chunk)) is { } refused)
        {
            chunks.Return(chunk);
            return refused.ToResult();
        }

        var print = LinesPrint.Of(chunk);
        var counting = new ChunkCounting(chunk, reference, store, reference.Guesses(caller.ReachOf(Right.ReportWrite)));
        warnings.Look(chunk);
        if (isDryRun)
        {
            var tried = await DryRun.Of(chunk, counting, store, print, warnings);
            chunks.Return(chunk);
            return tried;
        }

        if (chunk.NotAllowed + chunk.WithoutKey > 0 && await store.FindAnswer(SubmissionCause.Of(chunk.SubmissionId), cancel) is null)
        {
            // It is not at its end before somebody has sent it who may report all of it, and all of it can be kept.
            var part = await counting.CountPart(0);
            chunks.Return(chunk);
            return Results.Ok(warnings.In(part));
        }

        string[] labels = [.. counting.LineLabels];
        SubmissionAnswer? answer = null;
        var committed = await store.Commit(SubmissionCause.Of(chunk.SubmissionId), counting.Reads, async tx =>
            SubmissionCause.Finish(tx, answer = warnings.In(await counting.Count(tx)), chunk.Lines, print, caller, labels),
            CancellationToken.None);
        counting.NoteHeldCodes();
        if (!committed.Repeated) SubmissionMeasures.Note(answer!);
        else if (chunk.Recipients.Any && SubmissionCause.MayBeFromBefore(committed.Answer.Span))
        {
            chunk.IsAsBefore = true;
            Parse(body.Bytes.Span, chunk, newestDay);
            print = LinesPrint.Of(chunk);
        }

        chunks.Return(chunk);
        return SubmissionCause.Result(committed, print);
    }

    /// <summary>Why nothing of a submission can be taken now, or null. Nothing of it is kept: the same may be sent again.</summary>
    private static Refusal? NothingTaken(Chunk chunk) =>
        chunk.Lines == 0 || chunk.NotAllowed + chunk.WithoutKey < chunk.Lines ? null
        : chunk.WithoutKey == 0 ? Refusal.NoRight(LineRules.NoRight)
        : new Refusal(StatusCodes.Status503ServiceUnavailable, "Service unavailable", chunk.Rejected.Listed[0].Reason);

    private static Refusal? Parse(ReadOnlySpan<byte> body, Chunk chunk, int newestDay)
    {
        try
        {
            return SubmissionBody.Read(body, chunk, newestDay) is { } problem ? Refusal.Field(problem.Field, problem.Problem) : null;
        }
        catch (JsonException malformed)
        {
            return new Refusal(StatusCodes.Status400BadRequest, "Malformed JSON",
                $"The body is not valid JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}: nothing was "
                    + "counted; correct it and send it again.");
        }
    }
}

/// <summary>A dose as submitted.</summary>
/// <param name="DoseId">The caller's id of the dose, a UUID, preferably version 7. It counts once, however often it comes.</param>
/// <param name="VaccineId">The code of the vaccine, unless it has vaccineCodes.</param>
/// <param name="DoseNumber">The dose number in the series, or <c>unspecified</c> where nobody knows it.</param>
/// <param name="OccurredOn">The day on which it was given.</param>
/// <param name="FacilityId">Where it was given, if elsewhere than the submission says.</param>
/// <param name="LotNumber">The lot that it came from.</param>
/// <param name="AgeBand">The age band of who got it.</param>
/// <param name="Sex">The sex of who got it.</param>
/// <param name="PriorityGroup">The priority group of who got it.</param>
/// <param name="RecipientKey">A pseudonym of who got it, up to 128 characters: no name, and no number that others know. It is kept as a
/// hash under the country's key, and is never shown again.</param>
/// <param name="Kind">Whether it was given here (when left out), is history that is told here (historical), was given with too little
/// effect (subpotent), or was not given (notGiven).</param>
/// <param name="Reason">Why it was not given, which is required then, or was subpotent: up to 200 characters.</param>
/// <param name="VaccineCodes">In place of vaccineId, 1 to 8 codes of it: those that are some vaccine's must all be the same one's. Where
/// none is any vaccine's yet, the line is held until one is put into a vaccine's codes.</param>
internal sealed record SubmittedDose(
    Guid DoseId, string? VaccineId, string DoseNumber, DateOnly OccurredOn, string? FacilityId, string? LotNumber, string? AgeBand,
    string? Sex, string? PriorityGroup, string? RecipientKey,
    [property: ValuesOf(typeof(DoseKinds))] string? Kind, string? Reason,
    IReadOnlyList<SubmittedCode>? VaccineCodes);

/// <summary>A tally as submitted.</summary>
/// <param name="VaccineId">The code of the vaccine, unless it has vaccineCodes.</param>
/// <param name="DoseNumber">The dose number in the series, or <c>unspecified</c> where nobody knows it.</param>
/// <param name="OccurredOn">The day on which they were given.</param>
/// <param name="FacilityId">Where they were given, if elsewhere than the submission says.</param>
/// <param name="AgeBand">The age band of who got them.</param>
/// <param name="Sex">The sex of who got them.</param>
/// <param name="PriorityGroup">The priority group of who got them.</param>
/// <param name="LotNumber">The lot that they came from.</param>
/// <param name="Count">Doses, 0 to 1,000,000,000; 0 reports that none were given.</param>
/// <param name="Kind">Whether it was given here (when left out), is history that is told here (historical), was given with too little
/// effect (subpotent), or was not given (notGiven).</param>
/// <param name="Reason">Why it was not given, which is required then, or was subpotent: up to 200 characters.</param>
/// <param name="VaccineCodes">In place of vaccineId, 1 to 8 codes of it: those that are some vaccine's must all be the same one's. Where
/// none is any vaccine's yet, the line is held until one is put into a vaccine's codes.</param>
internal sealed record SubmittedTally(
    string? VaccineId, string DoseNumber, DateOnly OccurredOn, string? FacilityId, string? AgeBand, string? Sex, string? PriorityGroup,
    string? LotNumber, int Count,
    [property: ValuesOf(typeof(DoseKinds))] string? Kind, string? Reason,
    IReadOnlyList<SubmittedCode>? VaccineCodes);
