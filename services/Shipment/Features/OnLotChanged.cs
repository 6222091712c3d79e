using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Keeps the lots' expiry and status, for lines that leave them open and for warnings.</summary>
internal sealed class OnLotChanged(ShipmentStore store) : IConsumer<LotChanged>
{
    public async Task Consume(ConsumeContext<LotChanged> context)
    {
        var lot = context.Message;
        await store.Commit(context.Cause("on-lot-changed"), async tx =>
        {
            var known = await tx.Find<LotRecord>(ShipmentStore.Lots, lot.VaccineId, lot.LotNumber);
            if (known is null || known.Version < lot.Version)
            {
                await tx.Put(ShipmentStore.Lots, lot.VaccineId, lot.LotNumber, new LotRecord(
                    lot.VaccineId, lot.LotNumber, lot.Version, lot.ExpirationDate, lot.Status, lot.StatusFrom));
            }

            return Decision.Accept();
        }, context.CancellationToken);
    }
}
