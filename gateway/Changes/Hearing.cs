using Distribution.Platform.Identity;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Changes;

/// <summary>Of whose changes somebody may hear: those in own places, and those that allied countries share.</summary>
/// <param name="Own">The own places.</param>
/// <param name="Shares">What allies share.</param>
internal sealed record Hearing(Reach Own, IReadOnlyList<KnownShare> Shares)
{
    /// <summary>The same text for all who hear the same.</summary>
    public string Key { get; } = string.Join('\n', Shares.Select(share => share.Key).Prepend(Own.Key));

    /// <summary>Of which vaccines a change is heard: none where it is not; null for any.</summary>
    /// <param name="path">The place, then those above it; null for what concerns everybody.</param>
    /// <param name="vaccineIds">The vaccines of which something changed, or null for any.</param>
    /// <param name="measure">What changed, or null for anything.</param>
    public IReadOnlyCollection<string>? Of(string[]? path, IReadOnlyCollection<string>? vaccineIds, string? measure)
    {
        if (path is null || Own.Covers(path)) return vaccineIds;
        var heard = new HashSet<string>();
        foreach (var share in Shares)
        {
            if (!path.Contains(share.Owner) || (measure is not null && !share.Measures.Contains(measure))) continue;
            if (share.VaccineIds is null) return vaccineIds;
            heard.UnionWith(vaccineIds is null ? share.VaccineIds : vaccineIds.Intersect(share.VaccineIds));
        }

        return heard;
    }
}
