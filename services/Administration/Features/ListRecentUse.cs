using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Administration.Features;

/// <summary>How much each place has given lately by vaccine, for the alerts of stock that the gateway makes.</summary>
internal static class ListRecentUse
{
    // Of most places and vaccines one counter is looked for, and not found.
    private const int PairsMax = 100_000;

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/recent-use", Handle)
        .WithName("ListRecentUse").Needs(Right.StockRead).IsDear().ExcludeFromDescription();

    private static async Task<IResult> Handle(
        string? facilityId, bool? only, string? vaccineId, AdministrationStore store, ReferenceData reference, RecentDays recentDays,
        TimeProvider clock, Caller caller, CancellationToken cancel)
    {
        await reference.CatchUp(store, cancel);
        var tree = reference.Tree;
        var reach = caller.ReachOf(Right.StockRead);
        if (facilityId is not null) facilityId = tree.NowAt(facilityId);
        // A place that is not known here yet has given nothing.
        IEnumerable<string> asked = facilityId is null ? tree.Ids(reach)
            : !tree.IsIn(reach, facilityId) ? []
            : only is true ? [facilityId]
            : tree.Within(facilityId);
        var now = clock.GetUtcNow();
        var newest = DateOnly.FromDayNumber(LineRules.NewestDay(now));
        var counters = new ViewCounters(store, tree);
        string[] vaccines = [.. reference.Vaccines.Select(vaccine => vaccine.VaccineId).Where(id => vaccineId is null || id == vaccineId)];
        var rows = new List<RecentUseRow>();
        var looked = 0;
        foreach (var place in asked)
        {
            if (tree.Find(place) is { MergedInto: not null }) continue;
            if ((looked += vaccines.Length) > PairsMax) return Results.Ok(new RecentUse(now, false, rows));
            var parts = tree.PartsOf(place);
            var own = new Area(place, [.. parts.Select(part => part.Id)]);
            foreach (var vaccine in vaccines)
            {
                if (!await counters.HasMore(place, parts, vaccine, cancel)) continue;
                var nones = await counters.Nones(place, vaccine, cancel);
                if (!own.IsWhole && nones.Count > 0) nones = await own.Counters(store, Cells.Nones, vaccine, null, null, cancel);
                var recent = await recentDays.Read(
                    own, vaccine, [.. nones.Where(none => none.Value != 0).Select(none => Cells.DateOf(none.Key))], null, newest, cancel);
                if (recent.Days > 0) rows.Add(new(place, vaccine, recent.Doses, recent.Days));
            }
        }

        return Results.Ok(new RecentUse(now, true, rows));
    }
}
