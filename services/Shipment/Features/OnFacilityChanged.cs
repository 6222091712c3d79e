using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Keeps where a facility lies, for lists, for rights by place and for times without an offset, and its GLN; then settles what
/// waited for that.</summary>
internal sealed class OnFacilityChanged(ShipmentStore store, Settlement settlement) : IBatchConsumer<FacilityChanged>
{
    private const string Name = "on-facility-changed";

    public Task Consume(ConsumeContext<FacilityChanged> context) =>
        Take([context.Message], context.Cause(Name), context.CancellationToken);

    /// <remarks>A repeat in other company is recognised by the facility's version.</remarks>
    public Task Consume(IReadOnlyList<PagedEvent<FacilityChanged>> events, CancellationToken cancel) =>
        Take([.. events.Select(incoming => incoming.Event)], cause: null, cancel);

    private async Task Take(IReadOnlyCollection<FacilityChanged> facilities, string? cause, CancellationToken cancel)
    {
        var reads = facilities.Select(facility => new FullAddress(ShipmentStore.Facilities, ShipmentStore.Everything, facility.FacilityId));
        await store.Commit(cause, [.. reads, StoredTree.Address], async tx =>
        {
            foreach (var facility in facilities)
            {
                var known = await tx.Find<KnownFacility>(ShipmentStore.Facilities, ShipmentStore.Everything, facility.FacilityId);
                // The same version is taken again where less was kept of it.
                if (known?.Version > facility.Version
                    || (known?.Version == facility.Version && known.SchemaVersion == KnownFacility.Newest)) continue;
                var now = new KnownFacility(
                    facility.FacilityId, facility.Country, facility.Version, facility.ParentId, facility.TimeZone, facility.Level,
                    facility.MergedInto, facility.Gln);
                await tx.Put(ShipmentStore.Facilities, ShipmentStore.Everything, facility.FacilityId, now);
                await StoredTree.Changed(tx, now.ToPlace());
                if (known?.Gln == now.Gln) continue;
                if (known?.Gln is { } before) await tx.Delete(ShipmentStore.FacilitiesByGln, before, facility.FacilityId);
                if (now.Gln is { } gln) await tx.Put(ShipmentStore.FacilitiesByGln, gln, facility.FacilityId, "{}"u8.ToArray());
            }

            return Decision.Accept();
        }, cancel);
        await settlement.Settle([.. facilities.Select(facility => facility.Gln).OfType<string>().Select(Missing.Gln)], cancel);
    }
}
