using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>Doses given or sent beyond known stock.</summary>
/// <param name="LotNumber">The lot that was named, or null where the reports left it open.</param>
/// <param name="Doses">Doses, above 0.</param>
internal sealed record DiscrepancyLine(string? LotNumber, long Doses);

/// <summary>The open discrepancy of one vaccine at one facility.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="Doses">Over all lots.</param>
/// <param name="Since">Since when it is open.</param>
/// <param name="Lots">By lot.</param>
internal sealed record DiscrepancyView(
    string FacilityId, string VaccineId, long Doses, DateTimeOffset Since, IReadOnlyList<DiscrepancyLine> Lots);

/// <summary>The open discrepancies, which a receipt, a count or a correction closes.</summary>
internal static class ListDiscrepancies
{
    private const int PageDocumentsMax = 200;

    public static void Map(RouteGroupBuilder inventory) => inventory.MapGet("/discrepancies", Handle)
        .WithName("ListDiscrepancies").Needs(Right.StockRead).IsDear()
        .WithSummary("Open discrepancies by facility, vaccine and lot.").Produces<Page<DiscrepancyView>>();

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, Caller caller, CancellationToken cancel,
        string? country = null, string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        await places.CatchUp(store, cancel);
        var reach = caller.ReachOf(Right.StockRead);
        var own = new Lazy<string[]>(() => [.. places.Tree.Within(reach).Select(id => Names.Pair(id, "")).Order(StringComparer.Ordinal)]);
        var found = new List<DiscrepancyView>();
        for (var looked = 0; ;)
        {
            var page = await store.Scan(Names.Discrepancies, Names.One, after, PageDocumentsMax, cancel);
            var skipped = false;
            foreach (var document in page)
            {
                after = document.Id;
                var open = document.As<OpenDiscrepancy>();
                if (!places.Tree.IsIn(reach, open.FacilityId))
                {
                    // On to the next place of the caller's, so that no page ends at another.
                    var next = ~Array.BinarySearch(own.Value, document.Id, StringComparer.Ordinal);
                    if (next == own.Value.Length) return Results.Ok(new Page<DiscrepancyView>(found, null));
                    (after, skipped) = (own.Value[next], true);
                    break;
                }

                if (country is not null && places.Tree.Find(open.FacilityId)?.Country != country) continue;
                if (await View(store, open, cancel) is not { } view) continue;
                found.Add(view);
                if (found.Count == items) return Results.Ok(new Page<DiscrepancyView>(found, after));
            }

            looked += page.Count;
            if (page.Count < PageDocumentsMax && !skipped) return Results.Ok(new Page<DiscrepancyView>(found, null));
            if (looked >= Paging.DocumentsMax) return Results.Ok(new Page<DiscrepancyView>(found, after));
        }
    }

    private static async Task<DiscrepancyView?> View(InventoryStore store, OpenDiscrepancy open, CancellationToken cancel)
    {
        if (await store.Find<StockCard>(Names.Cards, open.FacilityId, open.VaccineId, cancel) is not { } card) return null;
        if (card.Discrepancy == 0) return null;
        var lines = card.Lots.Where(lot => lot.Owed > 0)
            .Select(lot => new DiscrepancyLine(lot.Lot.Length == 0 ? null : lot.Lot, lot.Owed)).ToList();
        return new DiscrepancyView(open.FacilityId, open.VaccineId, card.Discrepancy, open.Since, lines);
    }
}
