using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>What Inventory held of a shipment was given up: nothing of it counts.</summary>
internal sealed class OnShipmentDiscarded(ShipmentStore store, Settlement settlement) : IConsumer<ShipmentDiscarded>
{
    public async Task Consume(ConsumeContext<ShipmentDiscarded> context)
    {
        var committed = await store.Change(
            context.Cause("on-shipment-discarded"), context.Message.ShipmentId, ShipmentStore.NoLots, (shipment, now) =>
            ShipmentDecisions.Discard(shipment, context.Message, new Stamp(now, context.Message.RequestedBy)), context.CancellationToken);
        committed.ThrowIfRefused();
        await settlement.Settle([Missing.Step(context.Message.ShipmentId)], context.CancellationToken);
    }
}
