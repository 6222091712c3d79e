using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Sharing;

/// <summary>Whose figures an answer may have: those of the caller's own places, and what allied countries share.</summary>
/// <param name="Caller">The caller.</param>
/// <param name="Shared">What allies share, by country; none where the caller sees all places anyway.</param>
/// <param name="Key">The same text for all who may see the same.</param>
/// <param name="Reach">The caller's own places, and the allies'.</param>
internal sealed record SharedView(Caller Caller, IReadOnlyList<SharedCountry> Shared, string Key, Reach Reach)
{
    /// <summary>What a caller sees that looks through shares.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="shared">What allies share.</param>
    public static SharedView Of(Caller caller, IReadOnlyList<SharedCountry> shared)
    {
        var own = caller.ReachOf(Right.CoverageRead);
        if (shared.Count == 0) return new(caller, [], own.Key, own);
        var all = Through(caller, shared);
        var key = string.Join('\n', shared.Select(country => country.Key).Prepend(own.Key));
        return new(caller, shared, key, all.ReachOf(Right.CoverageRead))
        {
            OfCoverage = Through(caller, shared.Where(country => country.Shows(ShareMeasure.Coverage))),
            // Inventory also says which places there are, where Administration is not asked for them.
            OfStock = Through(caller, shared.Where(country =>
                country.Shows(ShareMeasure.Stock) || country.Shows(ShareMeasure.Wastage) || !country.Shows(ShareMeasure.Coverage))),
            OfPipeline = Through(caller, shared.Where(country => country.Shows(ShareMeasure.Pipeline))),
        };
    }

    /// <summary>In whose name Administration is asked.</summary>
    public Caller OfCoverage { get; private init; } = Caller;

    /// <summary>In whose name Inventory is asked.</summary>
    public Caller OfStock { get; private init; } = Caller;

    /// <summary>In whose name Shipment is asked.</summary>
    public Caller OfPipeline { get; private init; } = Caller;

    /// <summary>The country that shares the figures of a place with the caller; null where they are the caller's own.</summary>
    /// <param name="path">The place, then those above it.</param>
    public SharedCountry? Sharing(string[] path) => IsOwn(path) ? null : Shared.FirstOrDefault(country => path.Contains(country.Owner));

    /// <summary>Whether a place is the caller's own, or lies in a country that shares: the services may know of one before the gateway
    /// knows which of them it is.</summary>
    /// <param name="path">The place, then those above it.</param>
    public bool Places(string[] path) => IsOwn(path) || Shared.Any(country => path.Contains(country.Owner));

    private bool IsOwn(string[] path) => Shared.Count == 0 || Caller.ReachOf(Right.CoverageRead).Covers(path);

    // The services are told of one more grant of the caller: they know of no shares.
    private static Caller Through(Caller caller, IEnumerable<SharedCountry> shared) => new(
        caller.Subject, [.. caller.Grants, .. shared.Select(country => country.Grant)], caller.SessionId);
}

/// <summary>What a country shares with the caller's, as far as a question goes.</summary>
/// <param name="Owner">The country, by the code of its place.</param>
/// <param name="ShareIds">Through which shares.</param>
/// <param name="Measures">What is seen.</param>
/// <param name="Depth">The lowest level of which places are seen.</param>
/// <param name="MinimumCell">The smallest number of doses that is shown of some people only.</param>
public sealed record SharedCountry(
    string Owner, IReadOnlyList<string> ShareIds, IReadOnlyList<string> Measures, string Depth, int MinimumCell)
{
    private static readonly HashSet<Right> Rights = [Right.CoverageRead];

    /// <summary>The same text for what shows the same.</summary>
    internal string Key { get; } = $"{Owner}:{Depth}:{string.Join('+', Measures)}:{MinimumCell}:{string.Join('+', ShareIds)}";

    /// <summary>What the caller may see there.</summary>
    internal Grant Grant { get; } = new(Rights, Owner, Depth, MinimumCell);

    /// <summary>Whether a measure is seen.</summary>
    public bool Shows(string measure) => Measures.Contains(measure);

    /// <summary>What several shares of a country show together: all that one of them does, at the depth that all of them have.</summary>
    internal static SharedCountry Of(string owner, IReadOnlyCollection<KnownShare> shares) => new(
        owner, [.. shares.Select(share => share.ShareId).Order(StringComparer.Ordinal)],
        [.. ShareMeasure.All.Where(measure => shares.Any(share => share.Measures.Contains(measure)))],
        shares.MinBy(share => PlaceLevel.Rank(share.Depth))!.Depth, shares.Max(share => share.MinimumCell));
}

/// <summary>What is shown of a place, whoever's it is.</summary>
public static class SharedFigures
{
    /// <summary>Whether a measure is shown: of an own place, which nobody need share, every one is.</summary>
    /// <param name="sharedBy">The country that shares the place; null of an own one.</param>
    /// <param name="measure">The measure.</param>
    public static bool Has(this SharedCountry? sharedBy, string measure) => sharedBy is null || sharedBy.Shows(measure);
}
