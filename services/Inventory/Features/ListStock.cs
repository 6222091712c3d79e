using System.ComponentModel;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>What a facility holds of one lot, in doses.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null for stock without a lot number.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="OtherExpirationDate">Another expiry that was said of the lot: somebody should look at a vial; null when all say the
/// same.</param>
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
    string FacilityId, string VaccineId, string? LotNumber, DateOnly? ExpirationDate, DateOnly? OtherExpirationDate,
    DateOnly? UsableUntil, long OnHand, long Usable, long Expired, long Recalled, long? Reserved, long? Available, long Quarantined,
    long Discrepancy)
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
            card.FacilityId, card.VaccineId, lot.Lot.Length == 0 ? null : lot.Lot, lot.ExpirationDate, lot.OtherExpirationDate,
            lot.UsableUntil, onHand, usable, expired, onHand - usable - expired, reserved,
            reserved is null ? null : Math.Max(0, usable - reserved.Value),
            quarantined, Math.Max(0, -net));
    }
}

/// <summary>Stock by facility, vaccine and lot, first expiry first within a card.</summary>
internal static class ListStock
{
    public static void Map(RouteGroupBuilder stock) => stock.MapGet("/", Handle)
        .WithName("ListStock").Needs(Right.StockRead).IsDear().WithSummary(
            "Stock positions by facility, vaccine and lot, now or at the end of a day; of a place with all below it, or that place only. "
                + "As CSV the next page is named by the header Link.")
            .Produces<Page<StockPosition>>(StatusCodes.Status200OK, "application/json", Csv.MediaType);

    internal static async Task<IResult> Handle(
        HttpContext http, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel,
        string? facilityId = null, bool? only = null, string? country = null, string? vaccineId = null, DateOnly? asOf = null,
        string? after = null, int? limit = null,
        [Description("json or csv; json when left out.")][ValuesOf(typeof(TableFormat))] string? format = null)
    {
        if (format is not null && !TableFormat.All.Contains(format))
            return Refusal.Field("format", $"must be {string.Join(" or ", TableFormat.All)}").ToResult();
        await places.CatchUp(store, cancel);
        return await CardPages.List(
            store, places, Names.Cards, new(facilityId, only, country, vaccineId, after, limit, caller.ReachOf(Right.StockRead)),
            Paging.DocumentsMax, Of, cancel, format == TableFormat.Csv ? page => StockCsv.Answer(page, http) : null);

        async ValueTask<IReadOnlyList<StockPosition>> Of(Document document)
        {
            var card = document.As<StockCard>();
            return asOf is { } day
                ? await Past(store, places.Tables, card, day, cancel)
                : Now(card, places.Today(card.FacilityId, clock.GetUtcNow()));
        }
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
