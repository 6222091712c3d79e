using System.Collections.Frozen;

namespace Distribution.SharedKernel.Access;

/// <summary>What a caller may do, and where.</summary>
/// <param name="Rights">The rights.</param>
/// <param name="PlaceId">The place, with all below it by the tree as it is then; it need not be known yet. Null for the whole
/// system.</param>
/// <param name="Deepest">The lowest level of which places are shown there: what an ally shares goes no deeper. Null for all.</param>
/// <param name="SmallestCell">The smallest count of some people that is told there to who may not see lines; null for the usual.</param>
public sealed record Grant(IReadOnlySet<Right> Rights, string? PlaceId, string? Deepest = null, int? SmallestCell = null)
{
    /// <summary>A grant of rights by their names; one that has no meaning here gives nothing.</summary>
    public static Grant Of(IEnumerable<string> rights, string? placeId) =>
        new(rights.Select(Access.Rights.Find).OfType<Right>().ToFrozenSet(), placeId);
}
