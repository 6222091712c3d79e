using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Inventory could not reserve a shipment's stock.</summary>
internal sealed class OnShipmentAllocationRefused(ShipmentStore store)
    : IConsumer<ShipmentAllocationRefused>
{
    public async Task Consume(ConsumeContext<ShipmentAllocationRefused> context)
    {
        var (shipmentId, reason) = context.Message;
        var committed = await store.Change(
            context.Cause("on-shipment-allocation-refused"), shipmentId, ShipmentStore.NoLots, (shipment, now) =>
            ShipmentDecisions.RefuseAllocation(shipment, reason, new Stamp(now, Stamp.Inventory)), context.CancellationToken);
        committed.ThrowIfRefused();
    }
}
