using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;

namespace Distribution.Access.Store;

/// <summary>An access key as it is kept: all of it but the key itself.</summary>
/// <param name="KeyId">Names it.</param>
/// <param name="Name">Whose it is: a device, a person, a system.</param>
/// <param name="Role">Its role.</param>
/// <param name="Rights">What its holder may do, by name.</param>
/// <param name="Hash">SHA-256 of the key, as hex.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="EndedAt">When it was ended before its time; null where it was not.</param>
/// <param name="EndedBy">Who ended it.</param>
/// <param name="Reason">Why it was ended.</param>
/// <param name="PlaceId">Where it holds, with all below it; null for the whole system.</param>
internal sealed record StoredKey(
    string KeyId, string Name, string Role, IReadOnlyList<string> Rights, string Hash, DateTimeOffset From, DateTimeOffset Until,
    string MadeBy, DateTimeOffset? EndedAt = null, string? EndedBy = null, string? Reason = null,
    string? PlaceId = null)
{
    /// <summary>What those who check keys know of it.</summary>
    public KnownKey Known => new(KeyId, Hash, Rights, PlaceId, From, Until);

    /// <summary>Whether its holder may give access to the whole system at a moment.</summary>
    public bool Administers(DateTimeOffset at) =>
        EndedAt is null && PlaceId is null && Known.Holds(at) && Rights.Contains(Right.AccessWrite.Name());
}
