using Distribution.Administration.Intake;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>A dose or tally line as it is kept.</summary>
/// <param name="Id">The dose's id, or <c>submission:line</c> for a tally.</param>
/// <param name="State">What has become of it.</param>
/// <param name="SubmissionId">The submission that brought it.</param>
/// <param name="FacilityId">Where it was given.</param>
/// <param name="VaccineId">The code of the vaccine; null where it is held by codes that are no vaccine's yet.</param>
/// <param name="DoseNumber">The dose number in the series.</param>
/// <param name="OccurredOn">The day.</param>
/// <param name="LotNumber">The lot, or null.</param>
/// <param name="AgeBand">The age band, or null.</param>
/// <param name="Sex">The sex, or null.</param>
/// <param name="PriorityGroup">The priority group, or null.</param>
/// <param name="HasRecipient">Whether it says who got it, which nobody is told.</param>
/// <param name="Doses">Doses as reported: 1 but for a tally.</param>
/// <param name="Retracted">Doses of these that were taken back.</param>
/// <param name="Kind">Whether they were given here, are history that is told here, had too little effect, or were not given.</param>
/// <param name="Reason">Why they were not given, or were subpotent; or null.</param>
/// <param name="VaccineCodes">The codes by which it is held; else null.</param>
internal sealed record AdministrationView(
    string Id, [ValuesOf(typeof(DoseState))] string State, string SubmissionId, string FacilityId, string? VaccineId, string DoseNumber,
    DateOnly OccurredOn,
    string? LotNumber, string? AgeBand, string? Sex, string? PriorityGroup, bool HasRecipient, long Doses, long Retracted,
    [ValuesOf(typeof(DoseKinds))] string Kind, string? Reason, IReadOnlyList<VaccineCode>? VaccineCodes)
{
    /// <summary>The line that it corrected; null of one that was reported.</summary>
    public string? Corrects { get; init; }

    /// <summary>The line that stands in its place; null where nobody corrected it.</summary>
    public string? CorrectedBy { get; init; }

    /// <summary>Who took it back or gave it up and why, in the order of the requests' ids; null in a list.</summary>
    public IReadOnlyList<CorrectionView>? Corrections { get; init; }
}

/// <summary>A retraction, correction or discard of a line.</summary>
/// <param name="Action">What was done: <c>retract</c>, <c>correct</c> or <c>discard</c>.</param>
/// <param name="RequestId">The request.</param>
/// <param name="Reason">Why, in a person's words.</param>
/// <param name="Doses">Doses that it took out of what is counted or held; null from before that was kept.</param>
/// <param name="RecordedBy">Who asked for it.</param>
/// <param name="RecordedAt">When it was recorded.</param>
internal sealed record CorrectionView(
    string Action, string RequestId, string Reason, long? Doses, string RecordedBy, DateTimeOffset RecordedAt);

/// <summary>Reads a dose or tally line back.</summary>
internal static class GetAdministration
{
    private const int CorrectionsMax = 1_000;

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/{doseId}", Handle)
        .WithName("GetAdministration").Needs(Right.LinesRead)
        .WithSummary("A dose by its id, or a tally line by submission:line, with who corrected it and why.")
        .Produces<AdministrationView>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Handle(
        string doseId, AdministrationStore store, ReferenceData reference, Caller caller, CancellationToken cancel)
    {
        var unknown = Refusal.NotFound("dose or tally line", doseId);
        if (LineId.Parse(doseId) is not { } id || await store.FindKey(id.Space, id.Key, cancel) is not { } record
            || DoseRecord.StateOf(record.Span) == DoseState.Awaited
            || await Corrections.RefuseAt(caller, Right.LinesRead, id, unknown, store, reference, cancel) is not null)
            return unknown.ToResult();
        var corrections = await store.Scan(Collections.Corrections, id.Text, null, CorrectionsMax, cancel);
        return Results.Ok(await View(store, id, record, cancel) with
        {
            Corrections = [.. corrections.Select(document => document.As<CorrectionDocument>()).Select(correction => new CorrectionView(
                correction.Action, correction.RequestId, correction.Reason, correction.Doses, correction.RecordedBy,
                correction.RecordedAt))],
        });
    }

    /// <summary>A kept record as it is shown.</summary>
    public static async ValueTask<AdministrationView> View(
        AdministrationStore store, LineId id, ReadOnlyMemory<byte> record, CancellationToken cancel)
    {
        var content = DoseRecord.Read(record.Span);
        var version = await LineVersion.Of(store, id, content, cancel);
        var sum = content.Sum;
        return new AdministrationView(
            id.Text, content.Shown.ToString().ToLowerInvariant(), content.SubmissionId, sum.FacilityId,
            Domain.VaccineCodes.IdIn(sum.VaccineId), sum.DoseNumber,
            sum.OccurredOn,
            sum.LotNumber, sum.AgeBand, sum.Sex, sum.PriorityGroup, content.Recipient is not null, sum.Doses,
            content.TakenBack, sum.Kind ?? DoseKinds.Given, content.Reason, Domain.VaccineCodes.In(sum.VaccineId))
        {
            Corrects = version.Before,
            CorrectedBy = version.After,
        };
    }
}
