using System.Collections.Frozen;

namespace Distribution.Platform.Identity;

/// <summary>All grants of a list, by who has them.</summary>
/// <param name="grants">The grants.</param>
public sealed class KnownGrants(IEnumerable<KnownGrant> grants)
{
    private readonly FrozenDictionary<string, KnownGrant[]> _byCaller = grants.GroupBy(grant => grant.Caller, StringComparer.Ordinal)
        .ToFrozenDictionary(
            of => of.Key, of => of.OrderBy(grant => grant.GrantId, StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);

    /// <summary>Tells this list from every other, and keeps nothing of it alive.</summary>
    public object Sign { get; } = new();

    /// <summary>What a person has, and what groups have in which the person is, whether it holds now or not: always in the same
    /// order.</summary>
    /// <param name="names">The names of the person and of the groups.</param>
    public IReadOnlyList<KnownGrant> Of(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).SelectMany(name => _byCaller.GetValueOrDefault(name, []))];
}
