using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>A line that waits for reference data.</summary>
/// <param name="HeldId">What to discard it by: the dose's id, or <c>submission:line</c> for a tally.</param>
/// <param name="SubmissionId">The submission that brought it.</param>
/// <param name="Line">Its place in the submission.</param>
/// <param name="FacilityId">Where the doses were given.</param>
/// <param name="Missing">What it waits for: <c>facility:F</c>, <c>vaccine:V</c>, <c>dose-number:V:N</c>; with the codes by which it names
/// its vaccine, <c>vaccine-code:ATC|J07BD52 CVX|03</c>; with the country whose list lacks its value, <c>sex:C:S</c>,
/// <c>age-band:C:A</c>, <c>priority-group:C:G</c>.</param>
/// <param name="Perhaps">The id of something that is known and was perhaps meant; null where nothing is near.</param>
/// <param name="HeldAt">Since when.</param>
/// <param name="AgeSeconds">For how long.</param>
/// <param name="VaccineId">The code of the vaccine; null where it names it by codes that are no vaccine's yet.</param>
/// <param name="DoseNumber">The dose number in the series.</param>
/// <param name="OccurredOn">The day.</param>
/// <param name="LotNumber">The lot, or null.</param>
/// <param name="AgeBand">The age band, or null.</param>
/// <param name="Sex">The sex, or null.</param>
/// <param name="PriorityGroup">The priority group, or null.</param>
/// <param name="IsTally">Whether it is a count of doses.</param>
/// <param name="Doses">Doses: 1 but for a tally.</param>
/// <param name="Kind">Whether they were given here, are history that is told here, had too little effect, or were not given.</param>
/// <param name="Reason">Why they were not given, or were subpotent; or null.</param>
/// <param name="VaccineCodes">The codes by which it names its vaccine; else null.</param>
internal sealed record HeldView(
    string HeldId, string SubmissionId, long Line, string FacilityId, string Missing, string? Perhaps, DateTimeOffset HeldAt,
    long AgeSeconds, string? VaccineId, string DoseNumber, DateOnly OccurredOn, string? LotNumber, string? AgeBand,
    string? Sex, string? PriorityGroup,
    bool IsTally, long Doses, [ValuesOf(typeof(DoseKinds))] string Kind, string? Reason,
    IReadOnlyList<VaccineCode>? VaccineCodes);

/// <summary>Lists the held lines, to be corrected or discarded by a person.</summary>
internal static class ListHeld
{
    private const int ScanDocuments = 1_000;

    /// <summary>Documents looked at for one page at most: a filter that matches little ends its page early, with a
    /// cursor to go on from.</summary>
    private const int ScannedMax = 10_000;

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/held", Handle)
        .WithName("ListHeld").Needs(Right.LinesRead).IsDear()
        .WithSummary("Lines that wait for a facility, vaccine or dose number to become known, or for a value to be in a list of their "
            + "country. Go on until next is null.")
        .Produces<Page<HeldView>>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? facilityId, string? country, string? after, int? limit,
        AdministrationStore store, ReferenceData reference, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var itemsMax = Paging.Limit(limit, errors);
        var cursor = Cursor(after);
        errors.Require(after is null || cursor is not null, "after", "must be what an earlier page gave as next");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();

        var items = new List<HeldView>();
        var now = clock.GetUtcNow();
        var reach = caller.ReachOf(Right.LinesRead);
        await reference.CatchUp(store, cancel);
        var scope = PlaceScope.Of(reference.Tree, facilityId, only: true, reach);
        var guesses = reference.Guesses(reach);
        for (var scanned = 0; scanned < ScannedMax; scanned += ScanDocuments)
        {
            var (page, next) = await scope.Read(store, Collections.Held, cursor, ScanDocuments, cancel);
            foreach (var document in page)
            {
                cursor = new DocumentAddress(document.Partition, document.Id);
                if (country is not null && reference.Tree.Find(document.Partition)?.Country != country) continue;
                items.Add(View(document.As<HeldDocument>(), guesses, now));
                if (items.Count == itemsMax) return Results.Ok(new Page<HeldView>(items, Text(cursor.Value)));
            }

            if (next is null) return Results.Ok(new Page<HeldView>(items, null));
            cursor = next;
        }

        return Results.Ok(new Page<HeldView>(items, Text(cursor!.Value)));
    }

    private static HeldView View(HeldDocument held, Guesses guesses, DateTimeOffset now) => new(
        held.HeldId, held.SubmissionId, held.Line, held.FacilityId, held.Missing, guesses.For(held.Missing), held.HeldAt,
        (long)(now - held.HeldAt).TotalSeconds, Domain.VaccineCodes.IdIn(held.VaccineId), held.DoseNumber, held.OccurredOn,
        held.LotNumber, held.AgeBand, held.Sex, held.PriorityGroup, held.IsTally, held.Doses, held.Kind ?? DoseKinds.Given, held.Reason,
        Domain.VaccineCodes.In(held.VaccineId));

    private static string Text(DocumentAddress address) => $"{address.Partition}|{address.Id}";

    private static DocumentAddress? Cursor(string? after) =>
        after?.Split('|') is [var facility, var id] ? new DocumentAddress(facility, id) : null;
}
