using System.ComponentModel;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Administration.Features;

/// <summary>Coverage's numerators and denominators for the places of a view.</summary>
internal static class SummariseCoverage
{
    private const char Comma = ',';

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/summary", Handle)
        .WithName("SummariseAdministrations").Needs(Right.CoverageRead)
        .WithSummary("Doses and target populations of the places of a view, for one vaccine or several together.")
        .WithDescription("In a view of some people only (ageBand, sex, priorityGroup), who may not see lines (lines.read) at a place is "
            + "not told counts that are so few that one could guess who they are, nor what would give them away: they are null, and the "
            + "row is suppressed.")
        .Produces<AdministrationSummary>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? country, [ValuesOf(typeof(PlaceLevel))] string? level, string? within, string? vaccineId,
        [Description("Instead of one vaccine, several against the same, with commas between: their doses are added up. Those that are not "
            + "known yet have none.")]
        string? vaccineIds, DateOnly? from, DateOnly? asOf, string? ageBand, string? sex, string? priorityGroup, AdministrationStore store,
        [FromKeyedServices(AdministrationStore.Name)] EventProgress events, ReferenceData reference, TargetTotals targets,
        RecentDays recentDays, ReportingFacilities facilities, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var ids = (vaccineId ?? vaccineIds ?? "").Split(Comma, StringSplitOptions.RemoveEmptyEntries);
        var errors = new FieldErrors();
        errors.Require(ids.Length > 0, "vaccineId", "is missing: name one vaccine, or several as vaccineIds");
        errors.Require(vaccineId is null || vaccineIds is null, "vaccineIds", "stands instead of vaccineId: send one of them");
        errors.Require(level is null || PlaceLevel.Rank(level) >= 0, "level", $"must be one of {string.Join(", ", PlaceLevel.All)}");
        errors.Require(from is null || asOf is null || from <= asOf, "from", "must not be after asOf");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        await reference.CatchUp(store, cancel);
        var vaccines = ids.Distinct().Select(reference.Vaccine).OfType<VaccineDocument>().ToArray();
        if (vaccines.Length == 0) return Refusal.NotFound("vaccine", string.Join(Comma, ids)).ToResult();

        var now = clock.GetUtcNow();
        var published = await events.Published(cancel);
        // Today's doses are all there is as of today; where it is tomorrow already, that is today too.
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var hidden = (ageBand ?? sex ?? priorityGroup) is null || caller.ReachOf(Right.LinesRead).IsEverywhere
            ? null
            : new HiddenCells(
                place => caller.SmallestCellAt(reference.Tree.PathOf(place)),
                [.. vaccines.Select(vaccine => Domain.Series.Of(vaccine.Series))]);
        var figures = new PlaceFigures(store, reference, targets, recentDays, facilities, vaccines)
        {
            From = from,
            AsOf = asOf < today ? asOf : null,
            Newest = DateOnly.FromDayNumber(LineRules.NewestDay(now)),
            Year = (asOf ?? today).Year,
            AgeBand = ageBand,
            Sex = sex,
            PriorityGroup = priorityGroup,
            Hidden = hidden,
        };
        var reach = caller.ReachOf(Right.CoverageRead);
        var remainders = await figures.Remainders(reference.Tree.Above(country, level, within, reach), cancel);
        var rows = new List<AdministrationSummaryRow>();
        foreach (var place in reference.Tree.Select(country, level, within, reach)) rows.Add(await figures.Of(place, cancel));
        if (hidden?.Hide() is { } told) (remainders, rows) = ([.. told.Take(remainders.Count)], [.. told.Skip(remainders.Count)]);
        return Results.Ok(new AdministrationSummary(
            now, string.Join(Comma, vaccines.Select(vaccine => vaccine.VaccineId)), figures.Series, published.UpTo, published.By,
            published.Parked, rows, await figures.Recent(cancel), remainders));
    }
}
