using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Takes what arrived of what had been missing into stock.</summary>
internal sealed class OnShipmentReceivedLater(
    InventoryStore store, Places places) : IConsumer<ShipmentReceivedLater>
{
    public async Task Consume(ConsumeContext<ShipmentReceivedLater> context)
    {
        var cause = context.Cause("on-shipment-received-later");
        await store.Commit(cause, tx => Decide(tx, places, context.Message, cause), context.CancellationToken);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, ShipmentReceivedLater fact, string cause)
    {
        var change = new LedgerChange(tx, places, cause, fact.RequestedBy);
        if (await ShipmentFacts.ReceiveLater(change, fact) is { } missing)
            await HeldFacts.Hold(tx, missing, HeldFacts.New(tx, cause) with { ReceivedLater = fact });
        await change.Finish();
        return Decision.Accept();
    }
}
