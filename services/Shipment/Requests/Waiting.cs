using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Requests;

/// <summary>Tells what consignments wait for: Inventory holds one that names a place or vaccine which is not known, until it is.</summary>
/// <param name="store">The store.</param>
internal sealed class Waiting(ShipmentStore store)
{
    private readonly HashSet<(string Collection, string Id)> _known = [];

    /// <summary>What a consignment waits for, in words for its sender; null when all that it names is known.</summary>
    public async ValueTask<string?> For(ShipmentRoute route, IReadOnlyList<ConsignedLine> lines, CancellationToken cancel)
    {
        foreach (var facility in new[] { route.FromFacilityId, route.ToFacilityId })
        {
            if (facility is not null && !await Knows(ShipmentStore.Facilities, facility, cancel))
                return $"waits for the facility '{facility}': send it, or correct the id";
        }

        foreach (var line in lines)
        {
            if (line.Doses > 0 && !await Knows(ShipmentStore.Vaccines, line.VaccineId, cancel))
                return $"waits for the vaccine '{line.VaccineId}': send it, or correct the id";
        }

        return null;
    }

    private async ValueTask<bool> Knows(string collection, string id, CancellationToken cancel)
    {
        if (_known.Contains((collection, id))) return true;
        if (await store.Find(collection, ShipmentStore.Everything, id, cancel) is null) return false;
        return _known.Add((collection, id));
    }
}
