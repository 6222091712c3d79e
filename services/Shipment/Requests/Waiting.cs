using Distribution.Platform.Web;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Requests;

/// <summary>
/// Tells what the consignments of a request wait for: Inventory holds one that names a place or vaccine which is not known, until it is.
/// What was sent just before the request may be on its way here, so it is waited for, for a moment in all.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="clock">The clock.</param>
/// <param name="patience">How long the request may wait, at most <see cref="PatienceMax"/>.</param>
internal sealed class Waiting(ShipmentStore store, TimeProvider clock, TimeSpan patience)
{
    /// <summary>How long a request waits for reference data at most.</summary>
    public static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(2);

    private readonly HashSet<(string Collection, string Id)> _known = [];
    private Waits? _waits;

    /// <summary>What a consignment waits for, in words for its sender; null when all that it names is known.</summary>
    public async ValueTask<string?> For(ShipmentRoute route, IReadOnlyList<ConsignedLine> lines, CancellationToken cancel)
    {
        if (lines.All(line => line.Doses == 0)) return null;
        foreach (var facility in new[] { route.FromFacilityId, route.ToFacilityId })
        {
            if (facility is not null && !await Knows(ShipmentStore.Facilities, facility, cancel))
                return $"waits for the facility '{facility}': send it, or correct the id";
        }

        foreach (var line in lines)
        {
            if (!await Knows(ShipmentStore.Vaccines, line.VaccineId, cancel))
                return $"waits for the vaccine '{line.VaccineId}': send it, or correct the id";
        }

        return null;
    }

    private async ValueTask<bool> Knows(string collection, string id, CancellationToken cancel)
    {
        if (_known.Contains((collection, id))) return true;
        while (await store.Find(collection, ShipmentStore.Everything, id, cancel) is null)
        {
            _waits ??= new Waits(clock, patience < PatienceMax ? patience : PatienceMax);
            if (!await _waits.Next(cancel)) return false;
        }

        return _known.Add((collection, id));
    }
}
