using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>What came, was wasted and was on hand in each of some periods, at a place or at all below it: what the gateway writes in the
/// forms of DHIS2.</summary>
internal static class CountStockByPeriod
{
    private const int PlacesMax = 20_000;
    private const int PeriodsMax = 366;
    private const int PointsMax = 200_000;

    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/periods", Handle)
        .WithName("CountStockByPeriod").Needs(Right.CoverageRead).IsDear()
        .WithSummary("Deliveries, wastage and stock of a vaccine by period: of a place with all below it, or of each of these by itself.")
        .Produces<StockByPeriod>().ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel,
        [Required] string? vaccineId = null, [Required] string? facilityId = null,
        [Description("True for the place and each one below it, every dose at one of them; else the place with all below it.")]
        bool? children = null,
        [Required][ValuesOf(typeof(PeriodSteps))] string? by = null,
        [Description("The first day of the first period.")][Required] DateOnly? from = null,
        [Description("The last day of the last period.")][Required] DateOnly? to = null)
    {
        var errors = new FieldErrors();
        errors.Require(vaccineId is not null, "vaccineId", "is missing: name one vaccine");
        errors.Require(facilityId is not null, "facilityId", "is missing: name a place");
        errors.Require(by is not null && PeriodSteps.All.Contains(by), "by", $"must be one of {string.Join(", ", PeriodSteps.All)}");
        errors.Require(from >= Limits.Earliest, "from", "is missing, or too early");
        errors.Require(to >= from, "to", "is missing, or before from");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        await places.CatchUp(store, cancel);
        var reach = caller.ReachOf(Right.CoverageRead);
        var place = places.Tree.Shows(reach, facilityId!) ? places.Tree.Find(facilityId!) : null;
        if (place is null) return Refusal.NotFound("facility", facilityId!).ToResult();
        if (!await places.Knows(store, Named.Vaccine(vaccineId!), cancel)) return Refusal.NotFound("vaccine", vaccineId!).ToResult();

        // Of what has not begun nothing is known.
        var today = places.Today(facilityId!, clock.GetUtcNow());
        var periods = StepsIn(from!.Value, to < today ? to.Value : today, by!);
        var shown = children == true ? places.Tree.WithAllBelow(place, PlacesMax) : [place];
        if (periods.Count > PeriodsMax || shown.Count > PlacesMax || (long)periods.Count * shown.Count > PointsMax)
        {
            return Refusal.Field("to",
                $"at most {PeriodsMax} periods, {PlacesMax:N0} places and {PointsMax:N0} of both together: ask for fewer").ToResult();
        }

        var whole = new Dictionary<string, (StockStep Before, Dictionary<DateOnly, StockStep> Steps)>();
        foreach (var each in shown)
        {
            whole[each.Id] = (await StockSteps.Before(store, each.Id, vaccineId!, from, cancel),
                await StockSteps.Read(store, each.Id, vaccineId!, from, to, by!, cancel));
        }

        var answer = new List<StockOfPlace>();
        foreach (var each in shown)
        {
            string[] parts = children == true ? [.. places.Tree.PartsOf(each.Id).Select(part => part.Id)] : [];
            var points = Points(
                periods, parts.Aggregate(whole[each.Id].Before, (rest, part) => rest - whole[part].Before),
                period => parts.Aggregate(Step(each.Id, period), (rest, part) => rest - Step(part, period)));
            if (points.Count > 0) answer.Add(new StockOfPlace(each.Id, points));
        }

        return Results.Ok(new StockByPeriod(clock.GetUtcNow(), answer));

        StockStep Step(string id, DateOnly period) => whole[id].Steps.GetValueOrDefault(period);
    }

    private static List<StockTrendPoint> Points(IReadOnlyList<DateOnly> periods, StockStep before, Func<DateOnly, StockStep> stepOf)
    {
        var points = new List<StockTrendPoint>();
        var isKnown = before != default;
        var onHand = before.OnHand;
        foreach (var period in periods)
        {
            var step = stepOf(period);
            isKnown |= step != default;
            onHand += step.OnHand;
            if (isKnown) points.Add(new StockTrendPoint(period, step.Delivered, onHand, step.Wasted));
        }

        return points;
    }

    private static List<DateOnly> StepsIn(DateOnly from, DateOnly to, string by)
    {
        var steps = new List<DateOnly>();
        for (var day = from; day < DateOnly.MaxValue && day <= to && steps.Count <= PeriodsMax; day = day.AddDays(1))
        {
            var step = TrendBy.StepOf(day, by);
            if (steps.Count == 0 || steps[^1] != step) steps.Add(step);
        }

        return steps;
    }
}
