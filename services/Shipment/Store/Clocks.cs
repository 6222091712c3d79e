using Distribution.Contracts;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;

namespace Distribution.Shipment.Store;

/// <summary>Tells what times that were sent without an offset mean where they happened. Of one request: it remembers what it
/// found.</summary>
internal sealed class Clocks(ShipmentStore store, CancellationToken cancel)
{
    private const int ZonesMax = 10_000;

    // A place may have been merged into another of its level, and that one again: more than there are levels.
    private const int PlacesAboveMax = 32;
    private readonly Dictionary<string, TimeZoneInfo> _zones = [];

    /// <summary>A moment at the first of some places that is not null.</summary>
    public async ValueTask<DateTimeOffset?> At(Moment? moment, params string?[] places)
    {
        if (moment is not { } at) return null;
        return at.In(at.Offset is null && places.FirstOrDefault(place => place is not null) is { } place && Ids.IsId(place)
            ? await ZoneOf(place)
            : TimeZoneInfo.Utc);
    }

    /// <summary>The zone of a place: its own, or that of the nearest place above it that has one; UTC where none has.</summary>
    private async ValueTask<TimeZoneInfo> ZoneOf(string place)
    {
        if (_zones.TryGetValue(place, out var known)) return known;
        string? zone = null;
        var at = place;
        for (var step = 0; step < PlacesAboveMax && at is not null && zone is null; step++)
        {
            var facility = await store.Find<KnownFacility>(ShipmentStore.Facilities, ShipmentStore.Everything, at, cancel);
            (zone, at) = (facility?.TimeZone, facility?.ParentId);
        }

        if (_zones.Count == ZonesMax) _zones.Clear();
        return _zones[place] = TimeZones.Of(zone);
    }
}
