using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Inventory reserved a shipment's stock: it may leave.</summary>
internal sealed class OnShipmentAllocated(ShipmentStore store) : IConsumer<ShipmentAllocated>
{
    public async Task Consume(ConsumeContext<ShipmentAllocated> context)
    {
        var (shipmentId, lines) = context.Message;
        var committed = await store.Change(context.Cause("on-shipment-allocated"), shipmentId, ShipmentStore.NoLots, (shipment, now) =>
            ShipmentDecisions.Allocate(shipment, lines, new Stamp(now, Stamp.Inventory)), context.CancellationToken);
        committed.ThrowIfRefused();
    }
}
