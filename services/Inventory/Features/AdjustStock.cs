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

/// <summary>Corrects the stock by signed doses: above 0 were found, below 0 are gone.</summary>
internal static class AdjustStock
{
    public static void Map(RouteGroupBuilder stock) => stock.MapPost("/adjustments", Handle)
        .WithName("AdjustStock").Needs(Right.StockWrite).WithSummary("Corrects stock on hand by signed doses, with a reason.")
        .WithExample("""
            {
              "requestId": "adjustment-2021-05-03", "facilityId": "IT-LAZ-0101", "occurredAt": "2021-05-03T16:00:00Z", "reason": "a vial more than on the delivery note",
              "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 6}]
            }
            """)
        .Produces<StockAnswer>().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    internal static Task<IResult> Handle(
        StockRequest request, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel) =>
        StockLines.Run(store, places, request, EntryKind.Adjustment, -Limits.DosesMax, Apply, clock, caller, cancel);

    private static async ValueTask<Refusal?> Apply(
        LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, string field)
    {
        work.Add(note.At.Day, StockRow.Firm(note.At, lot.Lot, doses));
        if (doses < 0 && await StockLines.CheckEnough(change, work, lot, -doses, field) is { } refusal) return refusal;
        change.Post(
            work.Card.FacilityId, work.Card.VaccineId, lot.Lot, work.Account(AccountKind.Adjusted, note.Reason), work.OnHand, doses, note);
        return null;
    }
}
