using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>
/// Takes a physical count: what was counted is on hand, the difference is adjusted away, and what was owed by the
/// counted lots is explained. A line without a lot number also explains what was given or sent without one.
/// </summary>
internal static class CountStock
{
    public static void Map(RouteGroupBuilder stock) => stock.MapPost("/counts", Handle)
        .WithName("CountStock")
            .WithSummary("Sets stock on hand to counted doses, line by line; closes the discrepancies of what was counted.")
        .WithExample("""
            {
              "requestId": "count-2021-05-31", "facilityId": "IT-LAZ-0101", "occurredAt": "2021-05-31T16:00:00Z", "reason": "the count at the end of the month",
              "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 1100}]
            }
            """)
        .Produces<StockAnswer>().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static Task<IResult> Handle(
        StockRequest request, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel) =>
        StockLines.Run(store, places, request, EntryKind.Count, 0, Apply, clock, caller, cancel);

    private static Refusal? Apply(LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, string field)
    {
        var difference = work.Card.Count(lot.Lot, doses);
        change.Post(
            work.Card.FacilityId, work.Card.VaccineId, lot.Lot, work.Account(AccountKind.Adjusted, "count"), work.OnHand, difference, note);
        return null;
    }
}
