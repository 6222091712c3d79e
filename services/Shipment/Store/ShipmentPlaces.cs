using Distribution.Contracts;
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
    private volatile bool _loaded;

    /// <summary>The tree.</summary>
    public PlaceTree Tree { get; } = new();

    /// <summary>Takes in what is newer in the store. One look-up where nothing is.</summary>
    public async Task CatchUp(CancellationToken cancel)
    {
        if (!_loaded)
        {
            // A store of before there was a tree has facilities, and says nothing of changes.
            var known = new List<Place>();
            await foreach (var place in All(cancel)) known.Add(place);
            Tree.Load(known, 0);
            _loaded = true;
        }

        await StoredTree.CatchUp(Tree, store, () => All(cancel), cancel);
    }

    private IAsyncEnumerable<Place> All(CancellationToken cancel) =>
        store.All(ShipmentStore.Facilities, cancel: cancel).Select(document => document.As<KnownFacility>().ToPlace());

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
        if (!caller.ReachOf(right).IsEverywhere || !caller.ReachOf(Right.ShipmentReceive).IsEverywhere) await CatchUp(cancel);
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
    public bool Sees(ShipmentRecord shipment) => IsIn(Right.StockRead, shipment) || IsIn(right, shipment);

    /// <summary>Why the caller may not ask for a shipment by a route, or null: who sends it asks for it, or who gets it from
    /// outside.</summary>
    public Refusal? RefuseSending(ShipmentRoute route) => RefuseAt(right, route.FromFacilityId ?? route.ToFacilityId);

    /// <summary>The same of a shipment that is there: one that the caller may not see is not there.</summary>
    public Refusal? RefuseSending(ShipmentRecord? shipment, string shipmentId) =>
        RefuseAt(shipment, shipmentId, shipment?.Route.FromFacilityId ?? shipment?.Route.ToFacilityId);

    /// <summary>Why the caller may not record that a shipment left one place and came to another, or null; null for outside.</summary>
    public Refusal? RefusePast(string? from, string? to) => RefuseAt(right, from ?? to) ?? RefuseAt(Right.ShipmentReceive, to);

    /// <summary>Why the caller may not receive a shipment at a place, or null.</summary>
    /// <param name="shipment">The shipment, or null where there is none.</param>
    /// <param name="shipmentId">Its id.</param>
    /// <param name="facilityId">Where it arrived; null for outside, which its sender says.</param>
    public Refusal? RefuseReceiving(ShipmentRecord? shipment, string shipmentId, string? facilityId) =>
        RefuseAt(shipment, shipmentId, facilityId ?? shipment?.Route.FromFacilityId);

    private bool IsIn(Right seen, ShipmentRecord shipment)
    {
        var reach = caller.ReachOf(seen);
        return reach.IsEverywhere || shipment.Places.Any(place => places.IsIn(reach, place));
    }

    private Refusal? RefuseAt(ShipmentRecord? shipment, string shipmentId, string? placeId)
    {
        if (caller.ReachOf(right).IsEverywhere) return null;
        if (shipment is null || !Sees(shipment)) return Refusal.NotFound("shipment", shipmentId);
        // Who sees the shipment knows its places.
        return placeId is null || places.IsIn(caller.ReachOf(right), placeId) ? null : caller.Lacks(right, placeId);
    }

    private Refusal? RefuseAt(Right needed, string? placeId) =>
        placeId is null || !Ids.IsId(placeId) ? null : caller.RefuseAt(needed, places, placeId);
}
