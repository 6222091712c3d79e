using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Administration.Features;

/// <summary>Coverage's numerators and denominators for the places of a view.</summary>
internal static class SummariseCoverage
{
    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/summary", Handle)
        .WithName("SummariseAdministrations")
        .WithSummary("Doses and target populations of the places of a view, for one vaccine.")
        .Produces<AdministrationSummary>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string? country, [ValuesOf(typeof(PlaceLevel))] string? level, string? within, [Required] string? vaccineId, DateOnly? asOf,
        string? ageBand, string? sex,
        string? priorityGroup, AdministrationStore store,
        [FromKeyedServices(AdministrationStore.Name)] EventProgress events, ReferenceData reference, TargetTotals targets,
        RecentDays recentDays,
        TimeProvider clock, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Require(vaccineId is not null, "vaccineId", "is missing: name one vaccine");
        errors.Require(level is null || PlaceLevel.Rank(level) >= 0, "level", $"must be one of {string.Join(", ", PlaceLevel.All)}");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        await reference.CatchUp(store, cancel);
        if (reference.Vaccine(vaccineId!) is not { } vaccine) return Refusal.NotFound("vaccine", vaccineId!).ToResult();

        var now = clock.GetUtcNow();
        var published = await events.Published(cancel);
        // Today's doses are all there is as of today; where it is tomorrow already, that is today too.
        var until = asOf < DateOnly.FromDateTime(now.UtcDateTime) ? asOf : null;
        var newest = DateOnly.FromDayNumber(LineRules.NewestDay(now));
        var filter = new Filter(ageBand, sex, priorityGroup);
        var rows = new List<AdministrationSummaryRow>();
        foreach (var place in reference.Tree.Select(country, level, within))
        {
            var partition = Cells.Partition(place.Id, vaccine.VaccineId);
            var byDoseNumber = await ByDoseNumber(store, partition, until, filter, cancel);
            var doses = byDoseNumber.Values.Sum();
            // Nobody says how large a priority group is, so with that filter the target population is unknown.
            var target = filter.PriorityGroup is null ? targets.Of(place.Id, vaccine.VaccineId, ageBand, sex) : null;
            var recent = doses == 0 && !filter.IsAny ? default : await recentDays.Read(partition, until, newest, cancel);
            rows.Add(new AdministrationSummaryRow(
                place.Id, place.Name, place.Level, place.Country, target?.People, target?.Year, target?.Source,
                doses, Series.InOrder(vaccine.Series, byDoseNumber), new RecentDoses(recent.Doses, recent.Days)));
        }

        return Results.Ok(new AdministrationSummary(
            now, vaccine.VaccineId, Series.Of(vaccine.Series), published.UpTo, published.By, published.Parked, rows));
    }

    private static async ValueTask<Dictionary<string, long>> ByDoseNumber(
        AdministrationStore store, string partition, DateOnly? asOf, Filter filter, CancellationToken cancel)
    {
        var until = asOf is { } last ? Cells.DateKey(last.AddDays(1)) : null;
        var family = (filter.IsAny, until) switch
        {
            (false, null) => Cells.DoseTotals,
            (false, _) => Cells.DoseDays,
            (true, null) => Cells.Totals,
            (true, _) => Cells.Days,
        };
        var doses = new Dictionary<string, long>();
        foreach (var counter in await store.Counters(family, partition, until: until, cancel: cancel))
        {
            var key = until is null ? counter.Key : Cells.WithoutDate(counter.Key);
            if (!filter.IsAny) Cells.Add(doses, key, counter.Value);
            else if (filter.Takes(Cells.Parts(key)) is { } doseNumber) Cells.Add(doses, doseNumber, counter.Value);
        }

        return doses;
    }

    private sealed record Filter(string? AgeBand, string? Sex, string? PriorityGroup)
    {
        public bool IsAny => AgeBand is not null || Sex is not null || PriorityGroup is not null;

        /// <summary>The dose number of a cell that matches, or null.</summary>
        public string? Takes((string DoseNumber, string AgeBand, string Sex, string PriorityGroup) cell) =>
            (AgeBand is null || AgeBand == cell.AgeBand) && (Sex is null || Sex == cell.Sex)
            && (PriorityGroup is null || PriorityGroup == cell.PriorityGroup) ? cell.DoseNumber : null;
    }
}
