namespace Distribution.Gateway.Domain;

/// <summary>The part of the series that coverage needs.</summary>
/// <param name="First">The first dose number, or null when the series is not known.</param>
/// <param name="Last">The last one, or null for a single dose.</param>
/// <param name="Completing">The dose numbers after which a person is fully vaccinated.</param>
public sealed record SeriesSummary(string? First, string? Last, IReadOnlyList<string>? Completing);

/// <summary>Recent consumption.</summary>
/// <param name="Doses">Doses given on these days.</param>
/// <param name="Days">Days with reports, at most 28.</param>
public sealed record RecentDoses(long Doses, int Days);

/// <summary>What Administration says of one place.</summary>
public sealed record AdministrationRow(
    string FacilityId, string Name, string Level, string Country, long? TargetPopulation, int? PopulationYear,
    string? PopulationSource, long Doses, IReadOnlyDictionary<string, long> ByDoseNumber, RecentDoses? Recent);

/// <summary>What Administration says of the places of a view.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Series">Its series.</param>
/// <param name="Rows">By place.</param>
/// <param name="PublishedUpTo">Every event that it committed before this moment has been sent, but for those that are parked.</param>
/// <param name="PublishedBy">The moment by which they had been sent.</param>
/// <param name="Parked">Its events that could not be sent.</param>
public sealed record AdministrationSummary(
    DateTimeOffset AsOf, string VaccineId, SeriesSummary? Series, IReadOnlyList<AdministrationRow> Rows,
    DateTimeOffset? PublishedUpTo = null, DateTimeOffset? PublishedBy = null, long Parked = 0);

/// <summary>What Inventory says of one place: doses, from the ledger.</summary>
public sealed record InventoryRow(
    string FacilityId, string Name, string Level, string Country, long Delivered, long OnHand, long Wasted, long Discrepancy);

/// <summary>What Inventory says of the places of a view.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="Rows">By place.</param>
/// <param name="ConsumedUpTo">Every event that had been sent to it before this moment is in it; null when that is not known.</param>
/// <param name="Errored">Events that it could not consume.</param>
public sealed record InventorySummary(
    DateTimeOffset AsOf, IReadOnlyList<InventoryRow> Rows, DateTimeOffset? ConsumedUpTo = null, long Errored = 0);

/// <summary>How far one instance of Inventory is with what others tell it.</summary>
/// <param name="ConsumedUpTo">Every event that had been sent before this moment and was this instance's is in the figures; null when
/// that is not known.</param>
public sealed record InventoryProgress(DateTimeOffset? ConsumedUpTo)
{
    /// <summary>What all instances have consumed: what the last of them has. Null while one of them does not say.</summary>
    public static DateTimeOffset? OfAll(IEnumerable<InventoryProgress?> instances)
    {
        DateTimeOffset? oldest = DateTimeOffset.MaxValue;
        foreach (var instance in instances)
        {
            if (instance?.ConsumedUpTo is not { } upTo) return null;
            if (upTo < oldest) oldest = upTo;
        }

        return oldest;
    }
}

/// <summary>Doses on their way to one facility.</summary>
public sealed record ShipmentRow(string ToFacilityId, long Doses);

/// <summary>What Shipment says: what was dispatched and is not yet received.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="Rows">By destination.</param>
/// <param name="PublishedUpTo">Every event that it committed before this moment has been sent, but for those that are parked.</param>
/// <param name="PublishedBy">The moment by which they had been sent.</param>
/// <param name="Parked">Its events that could not be sent.</param>
public sealed record ShipmentSummary(
    DateTimeOffset AsOf, IReadOnlyList<ShipmentRow> Rows, DateTimeOffset? PublishedUpTo = null, DateTimeOffset? PublishedBy = null, long Parked = 0);

/// <summary>The doses of one day, week or month.</summary>
/// <param name="Date">Its first day.</param>
/// <param name="Doses">Doses given.</param>
/// <param name="ByDoseNumber">The same by dose number.</param>
public sealed record TrendPoint(DateOnly Date, long Doses, IReadOnlyDictionary<string, long> ByDoseNumber);

/// <summary>What Administration says of one place over time.</summary>
public sealed record TrendSummary(
    DateTimeOffset AsOf, string FacilityId, string VaccineId, string By, IReadOnlyList<TrendPoint> Points);
