using Distribution.Access.Store;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;

namespace Distribution.Access.Features;

/// <summary>What a country lets an allied country see of its figures.</summary>
/// <param name="ShareId">Names it.</param>
/// <param name="Owner">The country whose figures they are, by the code of its place.</param>
/// <param name="Ally">The country that sees them, likewise: whoever may see the coverage of the whole of it.</param>
/// <param name="Measures">What is seen.</param>
/// <param name="Depth">The lowest level of which places are seen; what lies below is in their sums.</param>
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
/// <param name="LastUsedAt">When figures were last seen through it, to the minute; null where they never were.</param>
internal sealed record ShareView(
    string ShareId, string Owner, string Ally, IReadOnlyList<string> Measures,
    [ValuesOf(typeof(ShareDepth))] string Depth, IReadOnlyList<string>? VaccineIds,
    IReadOnlyList<string> Dimensions, DateTimeOffset From, DateTimeOffset? Until,
    int MinimumCell, string Reason, string ChangedBy, DateTimeOffset ChangedAt, DateTimeOffset? EndedAt, string? EndedBy,
    string? EndReason, DateTimeOffset? LastUsedAt) : RepeatableAnswer
{
    /// <summary>What is shown of a stored share.</summary>
    public static ShareView Of(StoredShare share, DateTimeOffset? lastUsedAt) => new(
        share.ShareId, share.Owner, share.Ally, share.Measures, share.Depth, share.VaccineIds, share.Dimensions, share.From, share.Until,
        share.MinimumCell, share.Reason, share.ChangedBy, share.ChangedAt, share.EndedAt, share.EndedBy, share.EndReason, lastUsedAt);
}
