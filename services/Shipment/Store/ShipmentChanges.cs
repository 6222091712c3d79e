using Distribution.Platform.Refusals;
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
        foreach (var facilityId in after.Places) tx.Concerns(facilityId);
        IReadOnlyList<string> places = after.Places, placesBefore = before?.Places ?? [];
        foreach (var facilityId in placesBefore.Except(places)) await tx.Delete(ShipmentStore.ByFacility, facilityId, after.ShipmentId);
        foreach (var facilityId in places.Except(placesBefore))
            await tx.Put(ShipmentStore.ByFacility, facilityId, after.ShipmentId, IndexBody);

        if (after.Route.ToFacilityId is { } to)
        {
            foreach (var (vaccineId, doses) in InTransit.Change(before, after)) tx.Add(ShipmentStore.InTransitFamily, vaccineId, to, doses);
        }

        foreach (var outgoing in outcome.Events) tx.Publish(outgoing);
    }

    /// <summary>
    /// Which shipment of its id a new one would be: 0 for the first, one more than the last where that was discarded and had other content.
    /// Null where the id is taken, or the same is sent again.
    /// </summary>
    public static int? NextRevision(ShipmentRecord? known, string fingerprint) => known switch
    {
        null => 0,
        { State: ShipmentState.Discarded } when known.Fingerprint != fingerprint => known.Revision + 1,
        _ => null,
    };

    /// <summary>Why a shipment that is sent again does not count; null when it does, or nobody gave it up.</summary>
    public static string? GivenUp(ShipmentRecord? known) => known is not { State: ShipmentState.Discarded } ? null
        : $"was discarded on {known.History[^1].RecordedAt:yyyy-MM-dd} by {known.History[^1].By} ({known.History[^1].Reason}): correct it, "
            + "or send it under another shipmentId";

    /// <summary>Why a shipment cannot be in the place of another, or null when it can, or is in no other's.</summary>
    public static async ValueTask<Refusal?> CheckCorrects(this ITransaction tx, string? corrects, ShipmentRights rights)
    {
        if (corrects is null) return null;
        return await tx.FindShipment(corrects) switch
        {
            var other when other is null || !rights.Sees(other) => Refusal.Field(
                "corrects", $"no shipment has the id '{corrects}': say the id of the one that was entered in error"),
            { Counts: true } => Refusal.Conflict(
                $"corrects: '{corrects}' is not taken back: mark it as entered in error first, so that its doses do not count twice."),
            _ => null,
        };
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
