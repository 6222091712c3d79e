using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Takes back, each at its own date, all that followed from a shipment that was entered in error.</summary>
internal sealed class OnShipmentEnteredInError(
    InventoryStore store, Places places) : IConsumer<ShipmentEnteredInError>
{
    public async Task Consume(ConsumeContext<ShipmentEnteredInError> context)
    {
        var cause = context.Cause("on-shipment-entered-in-error");
        await store.Commit(cause, tx => Decide(tx, places, context.Message, cause), context.CancellationToken);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, ShipmentEnteredInError fact, string cause)
    {
        var change = new LedgerChange(tx, places, cause, fact.RequestedBy);
        await ShipmentFacts.TakeBack(change, fact);
        foreach (var held in await HeldFacts.Of(tx, fact.ShipmentId)) await HeldFacts.LetGo(tx, held);
        await change.Finish();
        return Decision.Accept();
    }
}
