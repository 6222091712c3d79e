using System.Text;
using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Settles every stock card that holds a lot anew, when its expiry or status changed. Page by page.</summary>
internal sealed class OnLotChanged(
    InventoryStore store, Places places) : IConsumer<LotChanged>
{
    private const int PageCardsMax = 50;

    public async Task Consume(ConsumeContext<LotChanged> context)
    {
        var (vaccineId, lotNumber) = (context.Message.VaccineId, context.Message.LotNumber);
        var cause = context.Cause("on-lot-changed");
        for (var after = ""; ;)
        {
            var from = after.Length == 0 ? null : after;
            var committed = await store.Commit(
                $"{cause}:{after}", tx => Decide(tx, places, vaccineId, lotNumber, from, cause), context.CancellationToken);
            if (committed.Answer.IsEmpty) return;
            after = Encoding.UTF8.GetString(committed.Answer.Span);
        }
    }

    /// <summary>Settles one page of cards; the answer is the last facility, or empty after the last page.</summary>
    internal static async ValueTask<Decision> Decide(
        ITransaction tx, Places places, string vaccineId, string lotNumber, string? after, string cause)
    {
        // The stored lot is read, not the event: it is the newest whatever the order of events.
        var page = await tx.Scan(Names.LotCards, Names.Pair(vaccineId, lotNumber), after, PageCardsMax);
        var lot = await tx.Find<Lot>(Names.Lots, vaccineId, lotNumber);
        var change = new LedgerChange(tx, places, cause, Caller.Local.Subject);
        foreach (var facility in page)
        {
            var work = await change.Card(facility.Id, vaccineId);
            LedgerChange.RefreshLot(work, lotNumber, lot);
        }

        await change.Finish();
        return Decision.Accept(page.Count < PageCardsMax ? default : Encoding.UTF8.GetBytes(page[^1].Id));
    }
}
