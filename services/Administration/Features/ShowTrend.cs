using System.ComponentModel.DataAnnotations;
using Distribution.Administration.Domain;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
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

/// <summary>Doses of a place over time.</summary>
internal static class ShowTrend
{
    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/trend/{facilityId}", Handle)
        .WithName("ShowAdministrationTrend").Needs(Right.CoverageRead)
        .WithSummary("Doses of a place and a vaccine by day, week (from Monday) or month.")
        .Produces<AdministrationTrend>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Handle(
        string facilityId, [Required] string? vaccineId, DateOnly? from, DateOnly? to, [ValuesOf(typeof(TrendSteps))] string? by,
        AdministrationStore store, ReferenceData reference, TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        var step = by ?? TrendSteps.All[0];
        var errors = new FieldErrors();
        errors.Require(vaccineId is not null, "vaccineId", "is missing: name one vaccine");
        errors.Require(TrendSteps.All.Contains(step), "by", $"must be one of {string.Join(", ", TrendSteps.All)}");
        errors.Require(from is null || to is null || from <= to, "to", "must not be before from");
        if (errors.ToRefusal() is { } refusal) return refusal.ToResult();
        await reference.CatchUp(store, cancel);
        if (!reference.Tree.Shows(caller.ReachOf(Right.CoverageRead), facilityId))
            return Refusal.NotFound("facility", facilityId).ToResult();
        if (reference.Vaccine(vaccineId!) is not { } vaccine) return Refusal.NotFound("vaccine", vaccineId!).ToResult();

        var until = to is { } last && last < DateOnly.MaxValue ? Cells.DateKey(last.AddDays(1)) : null;
        var counters = await store.Counters(
            Cells.DoseDays, Cells.Partition(facilityId, vaccine.VaccineId), from is { } first ? Cells.DateKey(first) : null, until, cancel);
        return Results.Ok(new AdministrationTrend(clock.GetUtcNow(), facilityId, vaccine.VaccineId, step, Points(counters, step, vaccine)));
    }

    /// <summary>A point for each step with doses. The counters come in the order of time.</summary>
    private static List<TrendPoint> Points(IReadOnlyList<Counter> counters, string step, VaccineDocument vaccine)
    {
        var points = new List<TrendPoint>();
        var (date, doses) = (default(DateOnly), new Dictionary<string, long>());
        foreach (var counter in counters)
        {
            if (counter.Value == 0) continue;
            var next = TrendBy.StepOf(Cells.DateOf(counter.Key), step);
            if (next != date) Finish();
            date = next;
            Cells.Add(doses, vaccine.NumberOf(Cells.DoseNumberOfDay(counter.Key)), counter.Value);
        }

        Finish();
        return points;

        void Finish()
        {
            if (doses.Count > 0) points.Add(new TrendPoint(date, doses.Values.Sum(), Series.InOrder(vaccine.Series, doses)));
            doses.Clear();
        }
    }
}
