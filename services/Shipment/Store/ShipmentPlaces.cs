using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Store;

/// <summary>The places as this service knows them: what times without an offset mean there, and who may see and do what with a
/// shipment.</summary>
internal sealed class ShipmentPlaces(ShipmentStore store)
{
    /// <summary>The tree.</summary>
    public PlaceTree Tree { get; } = new();

    /// <summary>Takes in what is newer in the store. One look-up where nothing is.</summary>
    public Task CatchUp(CancellationToken cancel) => StoredTree.CatchUp(
        Tree, store, () => store.All(ShipmentStore.Facilities, cancel: cancel).Select(document => document.As<KnownFacility>().ToPlace()),
        cancel);

    /// <summary>A moment at the first of some places that is not null.</summary>
    public async ValueTask<DateTimeOffset?> At(Moment? moment, CancellationToken cancel, params string?[] places)
    {
        if (moment is not { } at) return null;
        if (at.Offset is not null || places.FirstOrDefault(place => place is not null) is not { } place) return at.In(TimeZoneInfo.Utc);
        await CatchUp(cancel);
        return at.In(TimeZones.Of(Tree.TimeZoneOf(place)));
    }

    /// <summary>
    /// Where a caller may see shipments and where it may do something, by the tree as it is now: of one who may everywhere nothing is
    /// looked up.
    /// </summary>
    public async ValueTask<ShipmentRights> RightsOf(Caller caller, Right right, CancellationToken cancel)
    {
        if (!caller.ReachOf(Right.StockRead).IsEverywhere || !caller.ReachOf(right).IsEverywhere) await CatchUp(cancel);
        return new ShipmentRights(caller, right, Tree);
    }
}

/// <summary>What a caller may see of shipments, and do with them.</summary>
/// <param name="caller">The caller.</param>
/// <param name="right">What is to be done.</param>
/// <param name="places">The tree.</param>
internal sealed class ShipmentRights(Caller caller, Right right, PlaceTree places)
{
    /// <summary>Whether the caller may see a shipment: both ends see it, and who got it in the end.</summary>
    public bool Sees(ShipmentRecord shipment)
    {
        var reach = caller.ReachOf(Right.StockRead);
        return reach.IsEverywhere || shipment.Places.Any(place => places.IsIn(reach, place));
    }

    /// <summary>Why the caller may not send a shipment by a route, or null: who sends it says so, or who gets it from outside.</summary>
    public Refusal? RefuseSending(ShipmentRoute route) => RefuseAt(route.FromFacilityId ?? route.ToFacilityId);

    /// <summary>The same of a shipment that is there: one that the caller may not see is not there.</summary>
    public Refusal? RefuseSending(ShipmentRecord? shipment, string shipmentId) =>
        RefuseAt(shipment, shipmentId, shipment?.Route.FromFacilityId ?? shipment?.Route.ToFacilityId);

    /// <summary>Why the caller may not receive a shipment at a place, or null.</summary>
    /// <param name="shipment">The shipment, or null where there is none.</param>
    /// <param name="shipmentId">Its id.</param>
    /// <param name="facilityId">Where it arrived; null for outside, which its sender says.</param>
    public Refusal? RefuseReceiving(ShipmentRecord? shipment, string shipmentId, string? facilityId) =>
        RefuseAt(shipment, shipmentId, facilityId ?? shipment?.Route.FromFacilityId);

    private Refusal? RefuseAt(ShipmentRecord? shipment, string shipmentId, string? placeId)
    {
        if (caller.ReachOf(right).IsEverywhere) return null;
        if (shipment is null || !Sees(shipment)) return Refusal.NotFound("shipment", shipmentId);
        return RefuseAt(placeId);
    }

    private Refusal? RefuseAt(string? placeId) => placeId is null ? null : caller.RefuseAt(right, places, placeId);
}
