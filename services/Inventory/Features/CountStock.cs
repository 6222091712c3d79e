using System.ComponentModel;
using Distribution.Interop.Sheets;
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

/// <summary>
/// Takes a physical count: from its moment on, on hand is what was counted, whatever is learned later of the time before. The difference
/// to the books is adjusted away, dated at the count, and what was unexplained of the counted lots is settled.
/// </summary>
internal static class CountStock
{
    public static void Map(RouteGroupBuilder stock) => stock.MapPost("/counts", Answer)
        .WithName("CountStock").Needs(Right.StockWrite)
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
        Answer(request, dryRun: false, store, places, clock, caller, cancel);

    private static Task<IResult> Answer(
        StockRequest request, [Description(SheetBody.DryRunMeaning)] bool? dryRun, InventoryStore store, Places places,
        TimeProvider clock, Caller caller, CancellationToken cancel) =>
        StockLines.Run(store, places, request, EntryKind.Count, 0,
            (change, work, lot, doses, note, _) => Apply(change, work, lot, doses, note, request.Before is true), clock, caller, cancel,
            dryRun == true);

    private static ValueTask<Refusal?> Apply(
        LedgerChange change, CardWork work, LotStock lot, long doses, EntryNote note, bool before)
    {
        var id = $"{EntryIds.Next(change.Transaction.Now, work.Recounts.Count):N}";
        var counted = lot.Lot.Length == 0 ? null : lot.Lot;
        work.Add(new StockCount(id, note.At.OccurredAt, counted, doses, before, SettlesOpen: counted is not null), note);
        return default;
    }
}
