using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;

namespace Distribution.Access.Store;

/// <summary>A grant as it is kept.</summary>
/// <param name="GrantId">Names it.</param>
/// <param name="Caller">Who has it: a person or a group.</param>
/// <param name="Role">The role.</param>
/// <param name="PlaceId">Where, with all below it; null for the whole system.</param>
/// <param name="Rights">What they may do there, by name.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Reason">Why it was given.</param>
/// <param name="GrantedBy">Who gave it.</param>
/// <param name="GrantedAt">When.</param>
/// <param name="Asked">SHA-256 of what was asked for, as hex: a repeat asks for the same.</param>
/// <param name="EndedAt">When it was ended before its time; null where it was not.</param>
/// <param name="EndedBy">Who ended it.</param>
/// <param name="EndReason">Why it was ended.</param>
internal sealed record StoredGrant(
    string GrantId, string Caller, string Role, string? PlaceId, IReadOnlyList<string> Rights, DateTimeOffset From, DateTimeOffset Until,
    string Reason, string GrantedBy, DateTimeOffset GrantedAt, string Asked, DateTimeOffset? EndedAt = null, string? EndedBy = null,
    string? EndReason = null)
{
    /// <summary>What those who sign people in know of it.</summary>
    public KnownGrant Known => new(GrantId, Caller, Rights, PlaceId, From, Until);

    /// <summary>Whether who has it may give access to the whole system at a moment.</summary>
    public bool Administers(DateTimeOffset at) =>
        EndedAt is null && PlaceId is null && Known.Holds(at) && Rights.Contains(Right.AccessWrite.Name());
}
