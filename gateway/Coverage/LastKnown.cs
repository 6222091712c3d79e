using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Services;

namespace Distribution.Gateway.Coverage;

/// <summary>
/// How far the services have said to be. What has arrived stays arrived, so that an earlier word holds while a service
/// does not answer; and figures that are served again keep the moment that they had.
/// </summary>
internal sealed class LastKnown
{
    private const int QueriesMax = 1_000;
    private const long NoBytes = 0;

    private readonly Lock _gate = new();
    private readonly PublishedHistory _administration = new();
    private readonly PublishedHistory _shipment = new();
    private readonly BoundedCache<InventoryMoment> _inventory = new(QueriesMax, long.MaxValue);

    /// <summary>As of when Inventory's figures for a query are: composed now when they are of now, else what it was then.</summary>
    /// <param name="key">The query, and what its caller may see.</param>
    /// <param name="stock">Inventory's figures.</param>
    /// <param name="given">Administration's, which say how far it had sent its events.</param>
    /// <param name="onTheWay">Shipment's, likewise.</param>
    public InventoryMoment Inventory(
        string key, Part<InventorySummary> stock, Part<AdministrationSummary> given, Part<IncomingSummary> onTheWay)
    {
        lock (_gate)
        {
            if (given is { IsFresh: true, Value: { } doses })
                _administration.Say(new Published(doses.PublishedUpTo, doses.PublishedBy, doses.Parked));
            if (onTheWay is { IsFresh: true, Value: { } shipments })
                _shipment.Say(new Published(shipments.PublishedUpTo, shipments.PublishedBy, shipments.Parked));
            if (stock.Value is not { } figures) return InventoryMoment.Unknown;
            if (!stock.IsFresh) return _inventory.Find(key) ?? InventoryMoment.Unknown;
            var moment = new InventoryMoment(
                AsOf.Inventory(figures, _administration.ArrivedUpTo(figures.ConsumedUpTo), _shipment.ArrivedUpTo(figures.ConsumedUpTo)),
                (_administration.Newest?.Parked ?? 0) + (_shipment.Newest?.Parked ?? 0) + figures.Errored);
            _inventory.Put(key, moment, NoBytes);
            return moment;
        }
    }
}

/// <summary>As of when Inventory's figures are, and how many events they lack whatever that says.</summary>
internal sealed record InventoryMoment(DateTimeOffset? AsOf, long Parked)
{
    /// <summary>Nothing is known.</summary>
    public static InventoryMoment Unknown { get; } = new(null, 0);
}
