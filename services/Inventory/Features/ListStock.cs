using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>What a facility holds of one lot, in doses.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null for stock without a lot number.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="UsableUntil">The last day on which it may be used, or null when nothing limits it.</param>
/// <param name="OnHand">Usable stock.</param>
/// <param name="Reserved">Of which promised to shipments.</param>
/// <param name="Available">On hand and not promised.</param>
/// <param name="Quarantined">Set apart.</param>
/// <param name="Discrepancy">Given or sent from this lot beyond its known stock.</param>
internal sealed record StockPosition(
    string FacilityId, string VaccineId, string? LotNumber, DateOnly? ExpirationDate, DateOnly? UsableUntil, long OnHand,
    long Reserved, long Available, long Quarantined, long Discrepancy);

/// <summary>Stock by facility, vaccine and lot, first expiry first within a card.</summary>
internal static class ListStock
{
    private const int PageDocumentsMax = 500;

    public static void Map(RouteGroupBuilder stock) => stock.MapGet("/", Handle)
        .WithName("ListStock").WithSummary("Stock positions by facility, vaccine and lot.").Produces<Page<StockPosition>>();

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, CancellationToken cancel,
        string? facilityId = null, string? country = null, string? vaccineId = null, string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        if (ParseCursor(after) is not { } cursor) return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        if (facilityId is not null && cursor.At is { } at && at.Partition != facilityId)
            return Refusal.Field("after", "is of another facility").ToResult();
        await places.CatchUp(store, cancel);
        var positions = new List<StockPosition>();
        var from = cursor.At;

        // A page may end within a card, which is then read again from the lot after the last one shown.
        if (from is { } first && cursor.Shown > 0 && await store.Find(Names.Cards, first.Partition, first.Id, cancel) is { } rest)
        {
            if (Take(rest, cursor.Shown)) return Full();
        }

        for (var looked = 0; ;)
        {
            var page = facilityId is not null
                ? await store.Scan(Names.Cards, facilityId, from?.Id, PageDocumentsMax, cancel)
                : await store.ScanAll(Names.Cards, from, PageDocumentsMax, cancel);
            foreach (var document in page)
            {
                from = new DocumentAddress(document.Partition, document.Id);
                if ((vaccineId is null || document.Id == vaccineId)
                    && (country is null || places.Tree.Find(document.Partition)?.Country == country)
                    && Take(document, 0)) return Full();
            }

            looked += page.Count;
            if (page.Count < PageDocumentsMax) return Results.Ok(new Page<StockPosition>(positions, null));
            if (looked >= Paging.DocumentsMax) return Results.Ok(new Page<StockPosition>(positions, Cursor(from!.Value, 0)));
        }

        bool Take(Document document, int skip)
        {
            var all = Positions(document.As<StockCard>());
            for (var i = skip; i < all.Count; i++)
            {
                positions.Add(all[i]);
                if (positions.Count < items) continue;
                cursor = (new DocumentAddress(document.Partition, document.Id), i + 1 < all.Count ? i + 1 : 0);
                return true;
            }

            return false;
        }

        IResult Full() => Results.Ok(new Page<StockPosition>(positions, Cursor(cursor.At!.Value, cursor.Shown)));
    }

    private static List<StockPosition> Positions(StockCard card)
    {
        var positions = new List<StockPosition>();
        foreach (var lot in card.Lots)
        {
            if (lot.Net == 0 && lot.Quarantined == 0 && lot.Reserved == 0) continue;
            positions.Add(new StockPosition(
                card.FacilityId, card.VaccineId, lot.Lot.Length == 0 ? null : lot.Lot, lot.ExpirationDate, lot.UsableUntil,
                lot.OnHand, lot.Reserved, lot.Available, lot.Quarantined, lot.Owed));
        }

        return positions;
    }

    private static string Cursor(DocumentAddress at, int shown) => $"{at.Partition}|{at.Id}|{shown}";

    private static (DocumentAddress? At, int Shown)? ParseCursor(string? after)
    {
        if (after is null) return (null, 0);
        return after.Split('|') is [var facility, var vaccine, var text] && int.TryParse(text, out var shown) && shown >= 0
            ? (new DocumentAddress(facility, vaccine), shown)
            : null;
    }
}
