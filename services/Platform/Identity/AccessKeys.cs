namespace Distribution.Platform.Identity;

/// <summary>All that gives access now, as the programs that sign people in get it.</summary>
/// <param name="Version">One more with every change.</param>
/// <param name="Keys">The keys.</param>
/// <param name="Grants">The grants; null from an Access service that knows of none.</param>
/// <param name="Shares">What countries share with their allies; null likewise.</param>
public sealed record AccessKeys(
    long Version, IReadOnlyList<KnownKey> Keys, IReadOnlyList<KnownGrant>? Grants = null, IReadOnlyList<KnownShare>? Shares = null);

/// <summary>What is known of an access key.</summary>
/// <param name="KeyId">Names its record.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Rights">What its holder may do, by name.</param>
/// <param name="PlaceId">Where, with all below it; null for the whole system.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends.</param>
/// <param name="SessionOf">For the session of a browser: the key that its user signed in with; null for an access key itself.</param>
public sealed record KnownKey(
    string KeyId, string Hash, IReadOnlyList<string> Rights, string? PlaceId, DateTimeOffset From, DateTimeOffset Until,
    string? SessionOf = null)
{
    /// <summary>Whether it holds at a moment.</summary>
    public bool Holds(DateTimeOffset at) => From <= at && at < Until;
}

/// <summary>What is known of a grant.</summary>
/// <param name="GrantId">Names it.</param>
/// <param name="Caller">Who has it: a person or a group, as <see cref="SharedKernel.Access.Person"/> names them.</param>
/// <param name="Rights">What they may do, by name.</param>
/// <param name="PlaceId">Where, with all below it; null for the whole system.</param>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends.</param>
public sealed record KnownGrant(
    string GrantId, string Caller, IReadOnlyList<string> Rights, string? PlaceId, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>All of it, as a text that no other grant has.</summary>
    public override string ToString() => $"{GrantId} {PlaceId} {From:O} {Until:O} {string.Join(' ', Rights)}";

    /// <summary>Whether it holds at a moment.</summary>
    public bool Holds(DateTimeOffset at) => From <= at && at < Until;
}
