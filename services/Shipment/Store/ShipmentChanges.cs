using Distribution.Platform.Storage;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Store;

/// <summary>How a change finds and keeps a shipment.</summary>
internal static class ShipmentChanges
{
    private static readonly byte[] IndexBody = "{}"u8.ToArray();

    /// <summary>The shipment with what this change did so far, or null.</summary>
    public static ValueTask<ShipmentRecord?> FindShipment(this ITransaction tx, string shipmentId) =>
        tx.Find<ShipmentRecord>(ShipmentStore.Shipments, ShipmentStore.Everything, shipmentId);

    /// <summary>Keeps a shipment's new state with its events, its index and the doses in transit.</summary>
    public static async ValueTask Keep(this ITransaction tx, ShipmentRecord? before, Outcome.Accepted outcome)
    {
        var after = outcome.Shipment;
        await tx.Put(ShipmentStore.Shipments, ShipmentStore.Everything, after.ShipmentId, after);
        if (before is null)
        {
            foreach (var facilityId in new[] { after.Route.FromFacilityId, after.Route.ToFacilityId })
            {
                if (facilityId is not null) await tx.Put(ShipmentStore.ByFacility, facilityId, after.ShipmentId, IndexBody);
            }
        }

        if (after.Route.ToFacilityId is { } to)
        {
            foreach (var (vaccineId, doses) in InTransit.Change(before, after)) tx.Add(ShipmentStore.InTransitFamily, vaccineId, to, doses);
        }

        foreach (var outgoing in outcome.Events) tx.Publish(outgoing);
    }

    /// <summary>
    /// For events: one about a shipment that is not known cannot be applied and must not be lost, so it fails, and is
    /// parked to be replayed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The change was refused.</exception>
    public static void ThrowIfRefused(this Committed<ShipmentView> committed)
    {
        if (committed.Refusal is { } refusal) throw new InvalidOperationException(refusal.Detail);
    }
}
