using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Inventory reserved a shipment's stock: it may leave.</summary>
internal sealed class OnShipmentAllocated(ShipmentStore store, Settlement settlement) : IConsumer<ShipmentAllocated>
{
    public async Task Consume(ConsumeContext<ShipmentAllocated> context)
    {
        var news = context.Message;
        var committed = await store.Change(
            context.Cause("on-shipment-allocated"), news.ShipmentId, ShipmentStore.NoLots, (shipment, now) =>
            shipment.Revision == (news.Revision ?? 0)
                ? ShipmentDecisions.Allocate(shipment, news.Lines, new Stamp(now, Stamp.Inventory))
                : new Outcome.Unchanged(), context.CancellationToken);
        committed.ThrowIfRefused();
        await settlement.Settle([Missing.Step(news.ShipmentId)], context.CancellationToken);
    }
}
