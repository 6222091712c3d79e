using Distribution.SharedKernel.Places;

namespace Distribution.Shipment.Store;

/// <summary>A facility as this service knows it.</summary>
/// <param name="FacilityId">The facility's code.</param>
/// <param name="Country">The code of the country that it lies in.</param>
/// <param name="Version">The version of the facility; an older one is ignored.</param>
/// <param name="ParentId">The place that contains it, or null.</param>
/// <param name="TimeZone">Its own time zone by the IANA name, or null.</param>
/// <param name="Level">Its level in the tree of places.</param>
/// <param name="MergedInto">The place of which it is a part since they were merged, or null.</param>
/// <param name="Gln">Its Global Location Number, or null.</param>
internal sealed record KnownFacility(
    string FacilityId, string Country, long Version, string? ParentId = null, string? TimeZone = null, string Level = "",
    string? MergedInto = null, string? Gln = null)
{
    // Kept with the tree's changes: never another.
    private const int ShapesMax = 100;

    /// <summary>The newest version of this shape.</summary>
    public const int Newest = 4;

    /// <summary>The version of this shape; 1 knew neither the parent nor the time zone, 2 neither the level nor mergers, 3 no
    /// GLN.</summary>
    public int SchemaVersion { get; init; } = Newest;

    /// <summary>The facility as the tree knows it; its name is not kept here. Of the same version that of which more is kept is the
    /// newer.</summary>
    public Place ToPlace() =>
        new(FacilityId, FacilityId, Level, ParentId, Country, (Version * ShapesMax) + SchemaVersion, TimeZone, MergedInto);
}
