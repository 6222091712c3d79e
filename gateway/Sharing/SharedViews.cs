using System.Collections.Concurrent;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Sharing;

/// <summary>What is asked for of places, as far as shares have to do with it.</summary>
/// <param name="Country">Only places of this country, or null.</param>
/// <param name="Level">Only places of this level, or null.</param>
/// <param name="Within">Only places below this one, or null.</param>
/// <param name="VaccineIds">Of these vaccines.</param>
/// <param name="Dimensions">By what of people it is narrowed.</param>
internal sealed record SharedQuestion(
    string? Country, string? Level, string? Within, IReadOnlyList<string> VaccineIds, IReadOnlyList<string> Dimensions);

/// <summary>
/// Finds what a caller may see of a question through the shares of allied countries, as they are at that moment. A share counts between
/// two countries that are known, for who may see the coverage of the whole of the ally.
/// </summary>
internal sealed class SharedViews(AccessList access, AccessUses uses, ReferenceData reference, TimeProvider clock)
{
    private const int KeptMax = 1_000;

    // The same for the same caller and shares, so that the tokens which tell the services of them are made once.
    private readonly ConcurrentDictionary<(Caller, string), SharedView> _kept = new();

    /// <summary>What a caller may see of many places; a refusal where it names an ally and asks for more than that one shares.</summary>
    public async ValueTask<(SharedView? View, Refusal? Refusal)> Of(Caller caller, SharedQuestion question)
    {
        var shared = new List<SharedCountry>();
        foreach (var ofOwner in await Offered(caller))
        {
            var owner = ofOwner.Key;
            var isNamed = question.Country == owner.Country
                || (question.Within is { } within && reference.Tree.PathOf(within).Contains(owner.Id));
            if (!isNamed && (question.Country ?? question.Within) is not null) continue;
            var seen = ofOwner.Where(share => question.Within is null || Shows(share, question.Within)).ToList();
            var admitted = seen.FindAll(share => Beyond(share, question) is null);
            if (admitted.Count > 0) shared.Add(SharedCountry.Of(owner.Id, Alike(admitted, question)));
            else if (isNamed && seen.Count > 0 && reference.Tree.TopsOf(caller.ReachOf(Right.CoverageRead), owner.Country).Count == 0)
                return (null, NotShared(seen.Select(share => Beyond(share, question)!).MaxBy(beyond => beyond.Nearness)!.Detail));
        }

        return (Kept(caller, shared), null);
    }

    /// <summary>What a caller may see of one place; a refusal where an ally shares nothing of it.</summary>
    public async ValueTask<(SharedView? View, SharedCountry? Shared, Refusal? Refusal)> Of(
        Caller caller, string facilityId, string vaccineId)
    {
        foreach (var ofOwner in await Offered(caller))
        {
            if (!reference.Tree.PathOf(facilityId).Contains(ofOwner.Key.Id)) continue;
            var seen = ofOwner.Where(share => Shows(share, facilityId)).ToList();
            var admitted = seen.FindAll(share => share.IsOf([vaccineId]));
            if (reference.Tree.IsIn(caller.ReachOf(Right.CoverageRead), facilityId) || seen.Count == 0) break;
            if (admitted.Count == 0) return (null, null, NotShared($"{ofOwner.Key.Id} does not share figures of {vaccineId} there."));
            var shared = SharedCountry.Of(ofOwner.Key.Id, admitted);
            return (Kept(caller, [shared]), shared, null);
        }

        return (Kept(caller, []), null, null);
    }

    /// <summary>The shares through which a caller sees anything now.</summary>
    public async ValueTask<IReadOnlyList<KnownShare>> Through(Caller caller) =>
        [.. (await Offered(caller)).SelectMany(ofOwner => ofOwner).OrderBy(share => share.ShareId, StringComparer.Ordinal)];

    private async ValueTask<IEnumerable<IGrouping<Place, KnownShare>>> Offered(Caller caller)
    {
        var own = caller.ReachOf(Right.CoverageRead);
        if (own.IsEverywhere || access.Shares is not { Count: > 0 } shares || await reference.Places() is not { } tree) return [];
        var now = clock.GetUtcNow();
        return shares.Where(share => share.Holds(now) && IsCountry(share.Ally) && tree.IsIn(own, share.Ally)
                && IsCountry(share.Owner) && !tree.IsIn(own, share.Owner))
            .GroupBy(share => tree.Find(share.Owner)!).OrderBy(ofOwner => ofOwner.Key.Id, StringComparer.Ordinal);

        bool IsCountry(string id) => tree.Find(id)?.Level == PlaceLevel.Country;
    }

    private SharedView Kept(Caller caller, List<SharedCountry> shared)
    {
        if (shared.Count == 0) return SharedView.Of(caller, shared);
        foreach (var id in shared.SelectMany(country => country.ShareIds)) uses.NoteShare(id);
        var key = string.Join('\n', shared.Select(country => country.Key));
        if (_kept.TryGetValue((caller, key), out var kept)) return kept;
        if (_kept.Count >= KeptMax) _kept.Clear();
        return _kept.GetOrAdd((caller, key), SharedView.Of(caller, shared));
    }

    private bool Shows(KnownShare share, string placeId) =>
        reference.Tree.Find(placeId) is { } place && PlaceLevel.Rank(place.Level) <= PlaceLevel.Rank(share.Depth);

    // A view of a country's parts is of one depth: a share of the whole country alone has no part in it, where another goes deeper.
    private static List<KnownShare> Alike(List<KnownShare> admitted, SharedQuestion question)
    {
        if (question is not { Country: not null, Level: null, Within: null }) return admitted;
        var deeper = admitted.FindAll(share => share.Depth != PlaceLevel.Country);
        return deeper.Count > 0 ? deeper : admitted;
    }

    /// <summary>What a question asks beyond a share; null where it asks nothing beyond.</summary>
    private BeyondShare? Beyond(KnownShare share, SharedQuestion question)
    {
        if (!share.IsOf(question.VaccineIds))
        {
            var others = string.Join(", ", question.VaccineIds.Where(id => !share.IsOf([id])));
            return new(0, $"{share.Owner} does not share figures of {others}.");
        }

        var lowest = question.Level
            ?? (question.Within is { } within && reference.Tree.Find(within) is { } place
                ? PlaceLevel.Below(place.Level)
                : PlaceLevel.Country);
        var depth = PlaceLevel.Rank(share.Depth);
        if (PlaceLevel.Rank(lowest) > depth)
        {
            return new(1 + depth,
                $"{share.Owner} shares these figures of its places down to the level {share.Depth}: ask for that level, or a higher one.");
        }

        return question.Dimensions.FirstOrDefault(dimension => !share.Dimensions.Contains(dimension)) is { } beyond
            ? new(PlaceLevel.All.Count + 1, $"{beyond}: {share.Owner} does not share figures of some people only by it. Leave it out.")
            : null;
    }

    private sealed record BeyondShare(int Nearness, string Detail);

    /// <summary>403: an ally shares less than what is asked for.</summary>
    public static Refusal NotShared(string detail) => new(403, "Not shared", detail + " GET /api/v1/shares says what it shares.");
}
