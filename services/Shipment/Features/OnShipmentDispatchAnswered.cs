using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Inventory looked at what a shipment was allocated: it has left, or stays.</summary>
internal sealed class OnShipmentDispatchAnswered(ShipmentStore store, Settlement settlement) : IConsumer<ShipmentDispatchAnswered>
{
    public async Task Consume(ConsumeContext<ShipmentDispatchAnswered> context)
    {
        var committed = await store.Change(
            context.Cause("on-shipment-dispatch-answered"), context.Message.ShipmentId, ShipmentStore.NoLots, (shipment, now) =>
            Departures.Answer(shipment, context.Message, now), context.CancellationToken);
        committed.ThrowIfRefused();
        await settlement.Settle([Missing.Step(context.Message.ShipmentId)], context.CancellationToken);
    }
}
