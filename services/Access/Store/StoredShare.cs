using Distribution.Platform.Identity;

namespace Distribution.Access.Store;

/// <summary>A share as it is kept.</summary>
/// <param name="ShareId">Names it.</param>
/// <param name="Owner">The country whose figures they are, by the code of its place.</param>
/// <param name="Ally">The country that sees them, likewise.</param>
/// <param name="Measures">What is seen.</param>
/// <param name="Depth">The lowest level of which places are seen.</param>
/// <param name="VaccineIds">Of which vaccines; null for all.</param>
/// <param name="Dimensions">By what of people one may ask.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends; null where that is not said.</param>
/// <param name="MinimumCell">The smallest number of doses that is shown of some people only.</param>
/// <param name="Reason">Why it was given, or changed last.</param>
/// <param name="ChangedBy">Who gave it, or changed it last.</param>
/// <param name="ChangedAt">When that was.</param>
/// <param name="EndedAt">When it was ended; null where it was not.</param>
/// <param name="EndedBy">Who ended it.</param>
/// <param name="EndReason">Why it was ended.</param>
internal sealed record StoredShare(
    string ShareId, string Owner, string Ally, IReadOnlyList<string> Measures, string Depth, IReadOnlyList<string>? VaccineIds,
    IReadOnlyList<string> Dimensions, DateTimeOffset From, DateTimeOffset? Until, int MinimumCell, string Reason, string ChangedBy,
    DateTimeOffset ChangedAt, DateTimeOffset? EndedAt = null, string? EndedBy = null, string? EndReason = null)
{
    /// <summary>Whether it says the same as another of the same countries, whoever said it and when.</summary>
    public bool Says(StoredShare other) =>
        Measures.SequenceEqual(other.Measures) && Depth == other.Depth && Dimensions.SequenceEqual(other.Dimensions)
        && (VaccineIds is null ? other.VaccineIds is null : other.VaccineIds is not null && VaccineIds.SequenceEqual(other.VaccineIds))
        && From == other.From && Until == other.Until && MinimumCell == other.MinimumCell && Reason == other.Reason;

    /// <summary>What the gateways know of it.</summary>
    public KnownShare Known => new(
        ShareId, Owner, Ally, Measures, Depth, VaccineIds, Dimensions, From, Until, MinimumCell, ChangedAt);
}

/// <summary>What a country shares.</summary>
/// <param name="OpenShareIds">The shares that have not been ended.</param>
internal sealed record StoredOwner(IReadOnlyList<string> OpenShareIds);

/// <summary>When a share, or an access key, was used last.</summary>
/// <param name="At">The moment, to the minute.</param>
internal sealed record StoredUse(DateTimeOffset At);
