using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Keeps which vaccines are known, to say of a consignment what it waits for.</summary>
internal sealed class OnVaccineChanged(ShipmentStore store) : IConsumer<VaccineChanged>
{
    private static readonly byte[] Known = "{}"u8.ToArray();

    public async Task Consume(ConsumeContext<VaccineChanged> context)
    {
        await store.Commit(context.Cause("on-vaccine-changed"), async tx =>
        {
            await tx.Put(ShipmentStore.Vaccines, ShipmentStore.Everything, context.Message.VaccineId, Known);
            return Decision.Accept();
        }, context.CancellationToken);
    }
}
