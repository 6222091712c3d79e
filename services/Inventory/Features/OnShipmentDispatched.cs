using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Moves what left from the sender's stock, or from outside, to what is on the way.</summary>
internal sealed class OnShipmentDispatched(
    InventoryStore store, Places places) : IConsumer<ShipmentDispatched>
{
    public async Task Consume(ConsumeContext<ShipmentDispatched> context)
    {
        var cause = context.Cause("on-shipment-dispatched");
        await store.Commit(cause, tx => Decide(tx, places, context.Message, cause), context.CancellationToken);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, ShipmentDispatched fact, string cause)
    {
        var change = new LedgerChange(tx, places, cause, fact.RequestedBy);
        if (await ShipmentFacts.Dispatch(change, fact) is { } missing)
            await HeldFacts.Hold(tx, missing, HeldFacts.New(tx, cause) with { Dispatched = fact });
        await change.Finish();
        return Decision.Accept();
    }
}
