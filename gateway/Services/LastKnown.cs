using System.Collections.Concurrent;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Domain;

namespace Distribution.Gateway.Services;

/// <summary>
/// How far the services were when they last said so. What was sent stays sent, so that an earlier word holds while a
/// service does not answer; and figures that are served again keep the moment that they had.
/// </summary>
internal sealed class LastKnown
{
    private const int QueriesMax = 1_000;
    private const long NoBytes = 0;

    private readonly ConcurrentDictionary<string, Published> _published = new();
    private readonly BoundedCache<InventoryMoment> _inventory = new(QueriesMax, long.MaxValue);

    /// <summary>Notes what a service said, if it did, and returns its last word; null when it never spoke.</summary>
    public Published? Publishing(string service, Published? said)
    {
        if (said is { } now) _published[service] = now;
        return _published.TryGetValue(service, out var known) ? known : null;
    }

    /// <summary>As of when Inventory's figures for a query are: composed now when they are of now, else what it was then.</summary>
    public InventoryMoment Inventory(string query, Part<InventorySummary> stock, Published? administration, Published? shipment)
    {
        if (stock.Value is not { } figures) return InventoryMoment.Unknown;
        if (!stock.IsFresh) return _inventory.Find(query) ?? InventoryMoment.Unknown;
        var moment = new InventoryMoment(AsOf.Inventory(figures, administration, shipment), AsOf.Parked(administration, shipment));
        _inventory.Put(query, moment, NoBytes);
        return moment;
    }
}

/// <summary>As of when Inventory's figures are, and how many events they never got.</summary>
internal sealed record InventoryMoment(DateTimeOffset? AsOf, long Parked)
{
    /// <summary>Nothing is known.</summary>
    public static InventoryMoment Unknown { get; } = new(null, 0);
}
