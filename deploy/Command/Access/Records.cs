using Distribution.Command.Calls;

namespace Distribution.Command.Access;

/// <summary>What somebody has been given: by an access key or by a grant.</summary>
internal interface IGiven
{
    /// <summary>Who has it, as records name them.</summary>
    string Holder { get; }

    /// <summary>The role.</summary>
    string Role { get; }

    /// <summary>Where, with all below it; null for the whole system.</summary>
    string? PlaceId { get; }

    /// <summary>What may be done there, by name.</summary>
    IReadOnlyList<string> Rights { get; }

    /// <summary>Who gave it.</summary>
    string GivenBy { get; }

    /// <summary>When it holds.</summary>
    Term Term { get; }
}

/// <summary>An access key, as the API tells of it.</summary>
internal sealed record Key(
    string KeyId, string Name, string Role, string? PlaceId, IReadOnlyList<string> Rights, DateTimeOffset From, DateTimeOffset Until,
    string MadeBy, DateTimeOffset? EndedAt, string? EndedBy, string? Reason, DateTimeOffset? LastUsedAt) : IGiven
{
    /// <inheritdoc/>
    public string Holder => $"key:{KeyId}";

    /// <inheritdoc/>
    public string GivenBy => MadeBy;

    /// <inheritdoc/>
    public Term Term => new(From, Until, EndedAt, EndedBy, Reason);
}

/// <summary>A grant, likewise.</summary>
internal sealed record Grant(
    string GrantId, string Caller, string Role, string? PlaceId, IReadOnlyList<string> Rights, DateTimeOffset From, DateTimeOffset Until,
    string Reason, string GrantedBy, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason) : IGiven
{
    /// <inheritdoc/>
    public string Holder => Caller;

    /// <inheritdoc/>
    public string GivenBy => GrantedBy;

    /// <inheritdoc/>
    public Term Term => new(From, Until, EndedAt, EndedBy, EndReason);
}

/// <summary>A share, likewise.</summary>
internal sealed record Share(
    string ShareId, string Owner, string Ally, IReadOnlyList<string> Measures, string Depth, IReadOnlyList<string>? VaccineIds,
    DateTimeOffset From, DateTimeOffset? Until, string ChangedBy, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason,
    DateTimeOffset? LastUsedAt)
{
    /// <summary>When it holds.</summary>
    public Term Term => new(From, Until, EndedAt, EndedBy, EndReason);
}

/// <summary>From when until when something holds.</summary>
/// <param name="From">Since when it holds.</param>
/// <param name="Until">When it ends; null where that is not said.</param>
/// <param name="EndedAt">When it was ended before its time.</param>
/// <param name="EndedBy">Who ended it.</param>
/// <param name="Why">Why it was ended.</param>
internal sealed record Term(DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset? EndedAt, string? EndedBy, string? Why)
{
    /// <summary>Whether it holds at a moment.</summary>
    public bool Holds(DateTimeOffset at) => EndedAt is null && From <= at && !(at >= Until);

    /// <summary>Whether it holds at a moment, and why not.</summary>
    public string State(DateTimeOffset at) =>
        EndedAt is not null ? $"ended {Output.Time(EndedAt)} by {EndedBy}: {Why}"
        : at < From ? $"from {Output.Time(From)}"
        : Holds(at) ? "holds"
        : "over";
}
