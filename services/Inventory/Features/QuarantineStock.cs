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

/// <summary>Sets stock apart, and takes it back among the usable.</summary>
internal static class QuarantineStock
{
    public static void Map(RouteGroupBuilder stock)
    {
        stock.MapPost("/quarantine", Quarantine).WithName("QuarantineStock").Needs(Right.StockWrite)
            .WithSummary("Sets doses on hand apart.")
            .WithExample("""
                {
                  "requestId": "quarantine-2021-05-10", "facilityId": "IT-LAZ-0101", "occurredAt": "2021-05-10T16:00:00Z", "reason": "the freezer was at -50 degrees for two hours",
                  "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 60}]
                }
                """)
            .Produces<StockAnswer>().ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        stock.MapPost("/quarantine/release", Release).WithName("ReleaseStock").Needs(Right.StockWrite)
            .WithSummary("Takes doses that were set apart back on hand.")
            .WithExample("""
                {
                  "requestId": "release-2021-05-12", "facilityId": "IT-LAZ-0101", "occurredAt": "2021-05-12T16:00:00Z", "reason": "the maker says that they may be used",
                  "lines": [{"vaccineId": "COVID-MRNA", "lotNumber": "FA5829", "doses": 60}]
                }
                """)
            .Produces<StockAnswer>().ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    internal static Task<IResult> Quarantine(
        StockRequest request, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel) =>
        StockLines.Run(store, places, request, EntryKind.Quarantine, 1, SetApart, clock, caller, cancel);

    internal static Task<IResult> Release(
        StockRequest request, InventoryStore store, Places places, TimeProvider clock, Caller caller, CancellationToken cancel) =>
        StockLines.Run(store, places, request, EntryKind.Release, 1, TakeBack, clock, caller, cancel);

    private static async ValueTask<Refusal?> SetApart(
        LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, string field)
    {
        Move(change, work, lot, doses, note);
        return await StockLines.CheckEnough(change, work, lot, doses, field);
    }

    private static async ValueTask<Refusal?> TakeBack(
        LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, string field)
    {
        if (doses > lot.Quarantined)
        {
            return Refusal.Conflict($"{field}: {work.Card.FacilityId} has {lot.Quarantined} doses of {work.Card.VaccineId} "
                + $"{StockLines.Name(lot.Lot)} in quarantine, {doses} were requested.");
        }

        Move(change, work, lot, -doses, note);
        return await StockLines.CheckSetApart(change, work, lot, field);
    }

    private static void Move(LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note)
    {
        work.Add(note.At.Day, StockRow.Firm(note.At, lot.Lot, -doses));
        work.SetApart.Add((note.At.Day, lot.Lot, doses));
        lot.Quarantined += doses;
        change.Post(work.Card.FacilityId, work.Card.VaccineId, lot.Lot, work.OnHand, work.Account(AccountKind.Quarantined), doses, note);
    }
}
