using Distribution.SharedKernel.Rules;

namespace Distribution.SharedKernel.Places;

/// <summary>A place as the tree knows it.</summary>
/// <param name="Id">The facility's code.</param>
/// <param name="Name">The name that people use.</param>
/// <param name="Level">One of <see cref="PlaceLevel.All"/>.</param>
/// <param name="ParentId">The place that contains it, or null.</param>
/// <param name="Country">The country's code.</param>
/// <param name="Version">The version of the facility; an older one is ignored.</param>
/// <param name="TimeZone">Its time zone by the IANA name, or null where it has that of the place above, or nobody has said.</param>
/// <param name="MergedInto">The place of which it is a part since they were merged, its parent then; null for a place of its own.</param>
/// <param name="Identifiers">What others call it, in normal form; null where nobody does, or the service does not ask.</param>
public sealed record Place(
    string Id, string Name, string Level, string? ParentId, string Country, long Version, string? TimeZone = null,
    string? MergedInto = null, IReadOnlyList<Coding>? Identifiers = null);
