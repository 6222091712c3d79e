using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Keeps which vaccines are known, to say of a consignment what it waits for, and their trade items; then settles what waited for
/// those.</summary>
internal sealed class OnVaccineChanged(ShipmentStore store, Settlement settlement) : IConsumer<VaccineChanged>
{
    public async Task Consume(ConsumeContext<VaccineChanged> context)
    {
        var vaccine = context.Message;
        var now = KnownVaccine.Of(vaccine);
        await store.Commit(context.Cause("on-vaccine-changed"), async tx =>
        {
            var known = await tx.Find<KnownVaccine>(ShipmentStore.Vaccines, ShipmentStore.Everything, vaccine.VaccineId);
            if (known?.Version > vaccine.Version) return Decision.Accept();
            await tx.Put(ShipmentStore.Vaccines, ShipmentStore.Everything, vaccine.VaccineId, now);
            foreach (var item in (known?.Items ?? []).ExceptBy(now.Items!.Select(item => item.Gtin), item => item.Gtin))
                await tx.Delete(ShipmentStore.VaccinesByGtin, item.Gtin, vaccine.VaccineId);
            foreach (var item in now.Items!) await tx.Put(ShipmentStore.VaccinesByGtin, item.Gtin, vaccine.VaccineId, item);
            return Decision.Accept();
        }, context.CancellationToken);
        await settlement.Settle([.. now.Items!.Select(item => Missing.Gtin(item.Gtin))], context.CancellationToken);
    }
}
