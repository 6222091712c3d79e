using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.SharedKernel.Places;

namespace Distribution.Inventory.Reference;

/// <summary>Reference data as events and as places.</summary>
internal static class ReferenceEvents
{
    /// <summary>The lot as the event that carries its state.</summary>
    public static LotChanged ToEvent(this Lot lot, long version) => new(
        lot.VaccineId, lot.LotNumber, version, lot.ExpirationDate, lot.Manufacturer, lot.Gtin, lot.Status, lot.StatusFrom);

    /// <summary>The facility as the event that carries its state.</summary>
    public static FacilityChanged ToEvent(this Facility facility, long version) => new(
        facility.FacilityId, version, facility.Name, facility.Level, facility.ParentId, facility.Country,
        facility.Gln, facility.Latitude, facility.Longitude, facility.TimeZone, facility.MergedInto,
        facility.Identifiers.Count == 0 ? null : facility.Identifiers);

    /// <summary>The facility as the tree knows it.</summary>
    public static Place ToPlace(this Facility facility, long version) => new(
        facility.FacilityId, facility.Name, facility.Level, facility.ParentId, facility.Country, version, facility.TimeZone,
        facility.MergedInto);
}
