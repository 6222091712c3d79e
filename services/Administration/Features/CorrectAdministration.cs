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
/// Replaces a dose or tally line that was reported wrongly: in one commit the line is taken back, as by a retraction, and the right one is
/// counted under an id of its own. Who got the dose stays as it was reported. Like a retraction it may come before its line.
/// </summary>
/// <param name="RequestId">The caller's id of this request, which no retraction has: a repeat of it gets the first answer.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="Dose">The whole line as it should have been; what is left out is unset.</param>
internal sealed record CorrectAdministration(
    [Required] string? RequestId, [Required] string? Reason, [Required] CorrectedLine? Dose)
{
    public static void Map(RouteGroupBuilder routes) => routes.MapPost("/{doseId}/correct", Handle)
        .WithName("CorrectAdministration").Needs(Right.ReportRetract)
        .WithSummary("Replace a dose (or a tally line, as submission:line) that was reported wrongly; needs report.write there too.")
        .WithExample("""
            {
              "requestId": "correction-2021-04-14", "reason": "the lot of the other box",
              "dose": {"facilityId": "IT-LAZ-0101", "vaccineId": "COVID-MRNA", "doseNumber": "1", "occurredOn": "2021-04-13",
                "lotNumber": "FA5830"}
            }
            """, ("doseId", "0178ca17-e66e-7d02-8b4c-60b1d2e3f405"))
        .Produces<CorrectionAnswer>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        [Description("The dose's id, or submission:line for a tally line: that of the newest version, where it was corrected before.")]
        string doseId,
        CorrectAdministration request, AdministrationStore store, ReferenceData reference, ChunkPool chunks, TimeProvider clock,
        Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors().RequireReasoned(request.RequestId, request.Reason);
        errors.Require(request.Dose is not null, "dose", "say what the line should have been");
        if (errors.ToRefusal() is { } invalid) return invalid.ToResult();
        var unknown = Refusal.NotFound("dose or tally line", doseId);
        if (LineId.Parse(doseId) is not { } id) return unknown.ToResult();
        if (await Corrections.RefuseAt(caller, Right.ReportRetract, id, unknown, store, reference, cancel) is { } hidden)
            return hidden.ToResult();
        await reference.CatchUp(store, cancel);
        var chunk = chunks.Rent(reference.MayReport(caller));
        var replacing = new Replacing(chunk, LineRules.NewestDay(clock.GetUtcNow()), store, reference, caller);
        var committed = await store.Commit<CorrectionAnswer>(
            RetractAdministration.Cause(request.RequestId!), new { DoseId = id.Text, Request = request },
            tx => request.Decide(tx, id, replacing), CancellationToken.None);
        chunks.Return(chunk);
        return committed.Refusal is { } refusal ? refusal.ToResult()
            : committed.Answer!.DoseId == id.Text ? Results.Ok(committed.Shown())
            : Corrections.UsedForAnother(committed.Answer.DoseId).ToResult();
    }

    private async ValueTask<Decision<CorrectionAnswer>> Decide(ITransaction tx, LineId id, Replacing replacing)
    {
        var decided = await replacing.Replace(tx, id, RequestId!, Reason!, (chunk, kept, next) =>
            (Dose! with { FacilityId = Dose!.FacilityId ?? kept?.Sum.FacilityId }).AddTo(chunk, id.Space == LineId.Doses ? next : null));
        if (decided.Refusal is { } refusal) return refusal;
        var replaced = decided.Answer!;
        return new CorrectionAnswer(
            id.Text, RequestId!, replaced.By.Text, replaced.Version, replaced.Retracted, replaced.Counted.Accepted, replaced.Counted.Held,
            replaced.Counted.HeldLines is [var held] ? held.Reason : null, replaced.Awaited, replaced.Counted.Kept);
    }
}

/// <summary>A line as it should have been.</summary>
/// <param name="VaccineId">The code of the vaccine, unless it has vaccineCodes.</param>
/// <param name="DoseNumber">The dose number in the series, or <c>unspecified</c> where nobody knows it.</param>
/// <param name="OccurredOn">The day on which it was given.</param>
/// <param name="FacilityId">Where it was given; where the line was reported for, when left out.</param>
/// <param name="LotNumber">The lot that it came from.</param>
/// <param name="AgeBand">The age band of who got it.</param>
/// <param name="Sex">The sex of who got it.</param>
/// <param name="PriorityGroup">The priority group of who got it.</param>
/// <param name="Count">Of a tally, which needs it: doses, 0 to 1,000,000,000; 0 reports that none were given.</param>
/// <param name="Kind">Whether it was given here (when left out), is history that is told here (historical), was given with too little
/// effect (subpotent), or was not given (notGiven).</param>
/// <param name="Reason">Why it was not given, which is required then, or was subpotent: up to 200 characters.</param>
/// <param name="VaccineCodes">In place of vaccineId, 1 to 8 codes of it.</param>
internal sealed record CorrectedLine(
    string? VaccineId, [Required] string? DoseNumber, [Required] DateOnly? OccurredOn, string? FacilityId = null,
    string? LotNumber = null, string? AgeBand = null, string? Sex = null, string? PriorityGroup = null, int? Count = null,
    [property: ValuesOf(typeof(DoseKinds))] string? Kind = null, string? Reason = null,
    IReadOnlyList<SubmittedCode>? VaccineCodes = null)
{
    /// <summary>Adds the line to a chunk, as one that was submitted; why it can never be counted, or null.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="doseId">The id of a dose; null of a tally.</param>
    public Refusal? AddTo(Chunk chunk, Guid? doseId)
    {
        if (OccurredOn is null) return Invalid(LineRules.DateMissing);
        if (Count is null == doseId is null) return Invalid(Count is null ? LineRules.CountMissing : LineRules.CountOnDose);
        chunk.AddLine(1, StoreJson.Bytes(new SubmittedLine(
            FacilityId!, VaccineId, DoseNumber!, OccurredOn.Value, doseId, Count, LotNumber, AgeBand, Sex, PriorityGroup, null, Kind,
            Reason, VaccineCodes)));
        return chunk.Rejected.Listed is not [var rejected] ? null
            : chunk.NotAllowed > 0 ? Refusal.NoRight(rejected.Reason)
            : Invalid(rejected.Reason);

        static Refusal Invalid(string reason) => reason.Split(": ", 2) is [var field, var problem]
            ? Refusal.Field($"dose.{field}", problem)
            : Refusal.Field("dose", reason);
    }
}

/// <summary>What came of a correction.</summary>
/// <param name="DoseId">The line that was corrected: the dose, or <c>submission:line</c> for a tally.</param>
/// <param name="RequestId">The request.</param>
/// <param name="CorrectedBy">The line that stands in its place; whatever is to be done with it next names this one.</param>
/// <param name="Version">Which version that is: 2 for the first correction of what was reported.</param>
/// <param name="Retracted">Doses that are counted no longer: 0 where the line was held.</param>
/// <param name="Accepted">Doses that are counted in their place.</param>
/// <param name="Held">Doses in their place that wait for something.</param>
/// <param name="WaitsFor">What they wait for; null where none do.</param>
/// <param name="Awaited">The line that was corrected is not there yet: it is taken back when it comes.</param>
/// <param name="Kept">Doses in their place that are kept and count nowhere, for they were not given here.</param>
internal sealed record CorrectionAnswer(
    string DoseId, string RequestId, string CorrectedBy, int Version, long Retracted, long Accepted, long Held, string? WaitsFor,
    bool Awaited, long Kept) : RepeatableAnswer;
