using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Inventory.Features;

/// <summary>Takes wasted doses out of the stock.</summary>
internal static class RecordWastage
{
    public static void Map(RouteGroupBuilder stock) => stock.MapPost("/wastage", Handle)
        .WithName("RecordWastage").Needs(Right.StockWrite)
            .WithSummary("Records wasted doses with a reason, of opened vials (kind openVial) or closed ones (closedVial).")
        .WithExample("""
            {
              "requestId": "wastage-2021-05-04", "facilityId": "IT-LAZ-0101", "occurredAt": "2021-05-04T16:00:00Z", "reason": "not used within six hours of opening", "kind": "openVial",
              "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 5}]
            }
            """)
        .Produces<StockAnswer>().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static async Task<IResult> Handle(
        StockRequest request, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel) =>
        request.Kind is null || WastageKind.All.Contains(request.Kind)
            ? await StockLines.Run(store, places, request, EntryKind.Wastage, 1, Apply, clock, caller, cancel)
            : Refusal.Field("kind", $"must be {string.Join(" or ", WastageKind.All)}").ToResult();

    private static async ValueTask<Refusal?> Apply(
        LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, string field)
    {
        work.Add(note.At.Day, StockRow.Firm(note.At, lot.Lot, -doses));
        if (await StockLines.CheckEnough(change, work, lot, doses, field) is { } refusal) return refusal;
        change.Post(
            work.Card.FacilityId, work.Card.VaccineId, lot.Lot, work.OnHand, work.Account(AccountKind.Wasted, note.Reason), doses, note);
        return null;
    }
}
