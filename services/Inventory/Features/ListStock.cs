using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
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
/// <param name="OnHand">Stock, but for what is set apart: usable, expired and recalled.</param>
/// <param name="Usable">Of which may be used on the day.</param>
/// <param name="Expired">Of which is past its expiry on the day.</param>
/// <param name="Recalled">Of which the lot is recalled or quarantined on the day.</param>
/// <param name="Reserved">Of which promised to shipments; null for a day that is over.</param>
/// <param name="Available">Usable and not promised; null for a day that is over.</param>
/// <param name="Quarantined">Set apart.</param>
/// <param name="Discrepancy">Given or sent from this lot beyond its known stock.</param>
internal sealed record StockPosition(
    string FacilityId, string VaccineId, string? LotNumber, DateOnly? ExpirationDate, DateOnly? UsableUntil, long OnHand,
    long Usable, long Expired, long Recalled, long? Reserved, long? Available, long Quarantined, long Discrepancy)
{
    /// <summary>The position of a lot on a day.</summary>
    /// <param name="card">Its card.</param>
    /// <param name="lot">The lot.</param>
    /// <param name="day">The day.</param>
    /// <param name="net">Doses: above 0 on hand, below 0 owed.</param>
    /// <param name="quarantined">Doses that are set apart.</param>
    /// <param name="reserved">Doses that are promised, or null when that is not known of the day.</param>
    public static StockPosition Of(StockCard card, LotStock lot, DateOnly day, long net, long quarantined, long? reserved)
    {
        var onHand = Math.Max(0, net);
        var usable = lot.Term.UsableOn(day) ? onHand : 0;
        var expired = lot.ExpirationDate < day ? onHand : 0;
        return new StockPosition(
            card.FacilityId, card.VaccineId, lot.Lot.Length == 0 ? null : lot.Lot, lot.ExpirationDate, lot.UsableUntil, onHand,
            usable, expired, onHand - usable - expired, reserved, reserved is null ? null : Math.Max(0, usable - reserved.Value),
            quarantined, Math.Max(0, -net));
    }
}

/// <summary>Stock by facility, vaccine and lot, first expiry first within a card.</summary>
internal static class ListStock
{
    private const int PageDocumentsMax = 500;

    public static void Map(RouteGroupBuilder stock) => stock.MapGet("/", Handle)
        .WithName("ListStock").WithSummary(
            "Stock positions by facility, vaccine and lot, now or at the end of a day; of a place with all below it, or that place only.")
            .Produces<Page<StockPosition>>();

    internal static async Task<IResult> Handle(
        InventoryStore store, Places places, TimeProvider clock, CancellationToken cancel,
        string? facilityId = null, bool? only = null, string? country = null, string? vaccineId = null, DateOnly? asOf = null,
        string? after = null, int? limit = null)
    {
        if (Paging.Check(limit, out var items) is { } invalid) return invalid.ToResult();
        if (CardCursor.Parse(after) is not { } cursor) return Refusal.Field("after", "must be the next of an earlier page").ToResult();
        await places.CatchUp(store, cancel);
        var scope = PlaceScope.Of(places, facilityId, only);
        if (cursor.At is { } at && !scope.Contains(at.Partition)) return Refusal.Field("after", "is of another facility").ToResult();
        var positions = new List<StockPosition>();
        var from = cursor.At;

        // A page may end within a card, which is then read again from the lot after the last one shown.
        if (from is { } first && cursor.Shown > 0 && await store.Find(Names.Cards, first.Partition, first.Id, cancel) is { } rest)
        {
            if (await Take(rest, cursor.Shown)) return Full();
        }

        for (var looked = 0; ;)
        {
            var (page, next) = await scope.Read(store, Names.Cards, from, PageDocumentsMax, cancel);
            foreach (var document in page)
            {
                from = new DocumentAddress(document.Partition, document.Id);
                if ((vaccineId is null || document.Id == vaccineId)
                    && (country is null || places.Tree.Find(document.Partition)?.Country == country)
                    && await Take(document, 0)) return Full();
            }

            if (next is null) return Results.Ok(new Page<StockPosition>(positions, null));
            (from, looked) = (next, looked + PageDocumentsMax);
            if (looked >= Paging.DocumentsMax) return Results.Ok(new Page<StockPosition>(positions, new CardCursor(from, 0).ToString()));
        }

        async ValueTask<bool> Take(Document document, int skip)
        {
            var card = document.As<StockCard>();
            var all = asOf is { } day
                ? await Past(store, places.Tables, card, day, cancel)
                : Now(card, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
            for (var i = skip; i < all.Count; i++)
            {
                positions.Add(all[i]);
                if (positions.Count < items) continue;
                cursor = new CardCursor(new DocumentAddress(document.Partition, document.Id), i + 1 < all.Count ? i + 1 : 0);
                return true;
            }

            return false;
        }

        IResult Full() => Results.Ok(new Page<StockPosition>(positions, cursor.ToString()));
    }

    private static List<StockPosition> Now(StockCard card, DateOnly today) =>
    [
        .. card.Lots.Where(lot => lot.Net != 0 || lot.Quarantined != 0 || lot.Reserved != 0)
            .Select(lot => StockPosition.Of(card, lot, today, lot.Net, lot.Quarantined, lot.Reserved)),
    ];

    private static async ValueTask<List<StockPosition>> Past(
        InventoryStore store, CardTables tables, StockCard card, DateOnly day, CancellationToken cancel)
    {
        var stood = (await tables.Load(store, card, cancel)).At(day, card.Terms);
        var apart =
            (await store.Counters(Names.CardApart, Names.Pair(card.FacilityId, card.VaccineId), null, PlaceBooks.After(day), cancel))
            .GroupBy(sum => Names.Last(sum.Key)).ToDictionary(lot => lot.Key, lot => lot.Sum(sum => sum.Value));
        return
        [
            .. card.Lots.Where(lot => stood[lot.Lot] != 0 || apart.GetValueOrDefault(lot.Lot) != 0)
                .Select(lot => StockPosition.Of(card, lot, day, stood[lot.Lot], apart.GetValueOrDefault(lot.Lot), null)),
        ];
    }
}
