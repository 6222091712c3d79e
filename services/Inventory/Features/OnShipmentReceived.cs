using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Takes what arrived into stock; first applies that it left, when that was not learned yet.</summary>
internal sealed class OnShipmentReceived(
    InventoryStore store, Places places) : IConsumer<ShipmentReceived>
{
    public async Task Consume(ConsumeContext<ShipmentReceived> context)
    {
        var cause = context.Cause("on-shipment-received");
        await store.Commit(cause, tx => Decide(tx, places, context.Message, cause), context.CancellationToken);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, ShipmentReceived fact, string cause)
    {
        var change = new LedgerChange(tx, places, cause, fact.RequestedBy);
        if (await ShipmentFacts.Receive(change, fact) is { } missing)
            await HeldFacts.Hold(tx, missing, HeldFacts.New(tx, cause) with { Received = fact });
        await change.Finish();
        return Decision.Accept();
    }
}
