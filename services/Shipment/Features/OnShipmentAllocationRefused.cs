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
        var news = context.Message;
        var committed = await store.Change(
            context.Cause("on-shipment-allocation-refused"), news.ShipmentId, ShipmentStore.NoLots, (shipment, now) =>
            shipment.Revision == (news.Revision ?? 0)
                ? ShipmentDecisions.RefuseAllocation(shipment, news.Reason, new Stamp(now, Stamp.Inventory))
                : new Outcome.Unchanged(), context.CancellationToken);
        committed.ThrowIfRefused();
    }
}
