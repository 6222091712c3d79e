namespace Distribution.Shipment.Store;

/// <summary>A facility as this service knows it.</summary>
/// <param name="FacilityId">The facility's code.</param>
/// <param name="Country">The code of the country that it lies in.</param>
/// <param name="Version">The version of the facility; an older one is ignored.</param>
/// <param name="ParentId">The place that contains it, or null.</param>
/// <param name="TimeZone">Its own time zone by the IANA name, or null.</param>
internal sealed record KnownFacility(
    string FacilityId, string Country, long Version, string? ParentId = null, string? TimeZone = null)
{
    /// <summary>The version of this shape; 1 knew neither the parent nor the time zone.</summary>
    public int SchemaVersion { get; init; } = 2;
}
