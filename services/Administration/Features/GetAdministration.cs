using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>A dose or tally line as it is kept.</summary>
/// <param name="Id">The dose's id, or <c>submission:line</c> for a tally.</param>
/// <param name="State">What has become of it.</param>
/// <param name="SubmissionId">The submission that brought it.</param>
/// <param name="FacilityId">Where it was given.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="DoseNumber">The dose number in the series.</param>
/// <param name="OccurredOn">The day.</param>
/// <param name="LotNumber">The lot, or null.</param>
/// <param name="AgeBand">The age band, or null.</param>
/// <param name="Sex">The sex, or null.</param>
/// <param name="PriorityGroup">The priority group, or null.</param>
/// <param name="RecipientKey">The pseudonymous recipient, or null.</param>
/// <param name="Doses">Doses: 1 but for a tally.</param>
internal sealed record AdministrationView(
    string Id, [ValuesOf(typeof(DoseState))] string State, string SubmissionId, string FacilityId, string VaccineId, string DoseNumber,
    DateOnly OccurredOn,
    string? LotNumber, string? AgeBand, string? Sex, string? PriorityGroup, string? RecipientKey, long Doses);

/// <summary>Reads a dose or tally line back.</summary>
internal static class GetAdministration
{
    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/{doseId}", Handle)
        .WithName("GetAdministration")
        .WithSummary("A dose by its id, or a tally line by submission:line.")
        .Produces<AdministrationView>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> Handle(
        string doseId, AdministrationStore store, CancellationToken cancel)
    {
        if (LineId.Parse(doseId) is not { } id || await store.FindKey(id.Space, id.Key, cancel) is not { } record)
            return Refusal.NotFound("dose or tally line", doseId).ToResult();
        return Results.Ok(View(id.Text, record.Span));
    }

    /// <summary>A kept record as it is shown.</summary>
    public static AdministrationView View(string id, ReadOnlySpan<byte> record)
    {
        var content = DoseRecord.Read(record);
        var sum = content.Sum;
        return new AdministrationView(
            id, content.State.ToString().ToLowerInvariant(), content.SubmissionId, sum.FacilityId, sum.VaccineId, sum.DoseNumber,
            sum.OccurredOn,
            sum.LotNumber, sum.AgeBand, sum.Sex, sum.PriorityGroup, content.RecipientKey, sum.Doses);
    }
}
