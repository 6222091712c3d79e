using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Frees what was reserved; a cancellation that comes first is remembered, so that nothing is reserved later.</summary>
internal sealed class OnShipmentCancelled(
    InventoryStore store, Places places) : IConsumer<ShipmentCancelled>
{
    public async Task Consume(ConsumeContext<ShipmentCancelled> context)
    {
        var cause = context.Cause("on-shipment-cancelled");
        await store.Commit(cause, tx => Decide(tx, places, context.Message, cause), context.CancellationToken);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, ShipmentCancelled fact, string cause)
    {
        if (await ShipmentFacts.Current(tx, fact.ShipmentId, fact.Revision) is not { Cancelled: false } transit) return Decision.Accept();
        var change = new LedgerChange(tx, places, cause, Caller.Local.Subject);
        await ShipmentFacts.Free(change, transit);
        await change.Finish();
        await tx.Put(Names.Transits, Names.One, fact.ShipmentId, transit with { Cancelled = true, Reserved = [] });
        return Decision.Accept();
    }
}
