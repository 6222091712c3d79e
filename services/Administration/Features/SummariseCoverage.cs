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
        string? country, [ValuesOf(typeof(PlaceLevel))] string? level, string? within, [Required] string? vaccineId, DateOnly? from,
        DateOnly? asOf, string? ageBand, string? sex,
        string? priorityGroup, AdministrationStore store,
        [FromKeyedServices(AdministrationStore.Name)] EventProgress events, ReferenceData reference, TargetTotals targets,
        RecentDays recentDays,
        TimeProvider clock, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Require(vaccineId is not null, "vaccineId", "is missing: name one vaccine");
        errors.Require(level is null || PlaceLevel.Rank(level) >= 0, "level", $"must be one of {string.Join(", ", PlaceLevel.All)}");
        errors.Require(from is null || asOf is null || from <= asOf, "from", "must not be after asOf");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        await reference.CatchUp(store, cancel);
        if (reference.Vaccine(vaccineId!) is not { } vaccine) return Refusal.NotFound("vaccine", vaccineId!).ToResult();

        var now = clock.GetUtcNow();
        var published = await events.Published(cancel);
        // Today's doses are all there is as of today; where it is tomorrow already, that is today too.
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var until = asOf < today ? asOf : null;
        var period = new Period(from is { } first ? Cells.DateKey(first) : null, until is { } last ? Cells.DateKey(last.AddDays(1)) : null);
        var newest = DateOnly.FromDayNumber(LineRules.NewestDay(now));
        var year = (asOf ?? today).Year;
        var filter = new Filter(ageBand, sex, priorityGroup);
        var ofTheirOwn = reference.DoseNumbersWithTargetPopulations(vaccine.VaccineId);
        var rows = new List<AdministrationSummaryRow>();
        var recents = new List<(string Partition, Recent Recent)>();
        foreach (var place in reference.Tree.Select(country, level, within))
        {
            var partition = Cells.Partition(place.Id, vaccine.VaccineId);
            var byDoseNumber = await ByDoseNumber(store, partition, period, filter, cancel);
            var recent = byDoseNumber.Count == 0 && period.IsAll && !filter.IsAny
                ? default
                : await recentDays.Read(partition, until, newest, cancel);
            recents.Add((partition, recent));
            var target = await TargetOf(place.Id, null);
            var populations = ofTheirOwn.Count == 0 ? null : new Dictionary<string, long?>();
            foreach (var number in ofTheirOwn) populations![number] = (await TargetOf(place.Id, number)).People;
            rows.Add(new AdministrationSummaryRow(
                place.Id, place.Name, place.Level, place.Country, target.People, target.Year, target.Source,
                byDoseNumber.Values.Sum(), Series.InOrder(vaccine.Series, byDoseNumber), Contract(recent), target.Missing, populations));
        }

        var together = await recentDays.Together(recents, cancel);
        return Results.Ok(new AdministrationSummary(
            now, vaccine.VaccineId, Series.Of(vaccine.Series), published.UpTo, published.By, published.Parked, rows, Contract(together)));

        // Nobody says how large a priority group is, so with that filter the target population is unknown.
        async ValueTask<(long? People, int? Year, string? Source, int Missing)> TargetOf(string place, string? doseNumber)
        {
            if (filter.PriorityGroup is not null) return default;
            var target = targets.Of(place, vaccine.VaccineId, doseNumber, year, ageBand, sex);
            var missing = 0;
            foreach (var part in target.Bare)
                if (await HasDoses(store, Cells.Partition(part, vaccine.VaccineId), period, cancel)) missing++;
            return missing > 0 ? (null, null, null, missing) : (target.People, target.Year, target.Source, 0);
        }
    }

    private static RecentDoses Contract(Recent recent) => new(recent.Doses, recent.Days, recent.Last);

    /// <summary>Whether doses of a period were reported at all: a place that gave none lacks no target population.</summary>
    private static async ValueTask<bool> HasDoses(AdministrationStore store, string partition, Period period, CancellationToken cancel) =>
        (await store.Counters(period.IsAll ? Cells.DoseTotals : Cells.Dates, partition, period.From, period.Until, cancel))
            .Any(counter => counter.Value != 0);

    private static async ValueTask<Dictionary<string, long>> ByDoseNumber(
        AdministrationStore store, string partition, Period period, Filter filter, CancellationToken cancel)
    {
        var family = (filter.IsAny, period.IsAll) switch
        {
            (false, true) => Cells.DoseTotals,
            (false, false) => Cells.DoseDays,
            (true, true) => Cells.Totals,
            (true, false) => Cells.Days,
        };
        var doses = new Dictionary<string, long>();
        foreach (var counter in await store.Counters(family, partition, period.From, period.Until, cancel))
        {
            var key = period.IsAll ? counter.Key : Cells.WithoutDate(counter.Key);
            if (!filter.IsAny) Cells.Add(doses, key, counter.Value);
            else if (filter.Takes(Cells.Parts(key)) is { } doseNumber) Cells.Add(doses, doseNumber, counter.Value);
        }

        return doses;
    }

    /// <summary>The days of which doses are counted, as the beginnings of keys: from the first on, before the second.</summary>
    private readonly record struct Period(string? From, string? Until)
    {
        /// <summary>Whether it is all days that there are.</summary>
        public bool IsAll => From is null && Until is null;
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
