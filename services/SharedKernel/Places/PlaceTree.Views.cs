namespace Distribution.SharedKernel.Places;

/// <summary>Which places a view shows, and which lie above it.</summary>
public sealed partial class PlaceTree
{
    /// <summary>
    /// The places of a view, by id: those of a level in a country and below a place; without a level the direct
    /// children of <paramref name="within"/> or else of the country; with nothing given, the countries.
    /// </summary>
    /// <param name="country">The country, or null for all.</param>
    /// <param name="level">The level, or null.</param>
    /// <param name="within">The place that those of the view lie below, or null; of its own level it is the place itself.</param>
    /// <param name="reach">Only places in it; where it is not everywhere, its own places stand in for the countries. Below one that lies
    /// outside of it, or that it does not show the parts of, there are none.</param>
    public IReadOnlyList<Place> Select(string? country, string? level, string? within, Reach reach)
    {
        lock (_gate)
        {
            if (within is not null && level is not null && _places.GetValueOrDefault(within) is { } own && own.Level == level)
                return IsOwn(own) && IsShown(reach, own) && (country is null || own.Country == country) ? [own] : [];
            if (within is not null && !IsOpen(reach, within)) return [];
            // Each of these is in order, so that a view costs what it shows and not what the tree has.
            var chosen = level is not null ? OfLevel(level, reach).Where(IsOwn)
                : within is not null ? OwnPartsOf(within)
                : country is not null ? Tops(reach).SelectMany(top => IsOpenCountry(reach, top) ? OwnPartsOf(top.Id) : [top])
                    .OrderBy(place => place.Id, StringComparer.Ordinal)
                : Tops(reach);
            if (country is not null) chosen = chosen.Where(place => place.Country == country);
            if (within is not null) chosen = chosen.Where(place => place.Id != within && PathOf(place.Id).Contains(within));
            if (!reach.ShowsAll) chosen = chosen.Where(place => IsShown(reach, place));
            return [.. chosen];
        }
    }

    /// <summary>
    /// The places above those of a view (<see cref="Select"/>), from the top: what such a place has beyond its places of the view, or above
    /// them, lies in no place of the view. A view of all countries has none above it.
    /// </summary>
    public IReadOnlyList<PlaceAbove> Above(string? country, string? level, string? within, Reach reach)
    {
        if (country is null && level is null && within is null) return [];
        var rank = level is null ? PlaceLevel.All.Count : PlaceLevel.Rank(level);
        lock (_gate)
        {
            if (within is not null && !IsOpen(reach, within)) return [];
            var above = level is not null ? PlaceLevel.All.Take(rank).SelectMany(higher => OfLevel(higher, reach))
                : within is null ? Tops(reach).Where(top => IsOpenCountry(reach, top))
                : _places.TryGetValue(within, out var whole) ? [whole] : [];
            if (country is not null) above = above.Where(place => place.Country == country);
            if (within is not null) above = above.Where(place => PathOf(place.Id).Contains(within));
            if (!reach.ShowsAll) above = above.Where(place => IsShown(reach, place));
            return [.. above.Select(place => Parts(place))];
        }

        PlaceAbove Parts(Place place)
        {
            var below = OwnPartsOf(place.Id).ToLookup(
                part => PlaceLevel.Rank(part.Level) <= rank && (country is null || part.Country == country) && IsShown(reach, part));
            return new PlaceAbove(place, [.. below[true]], [.. below[false]]);
        }
    }

    /// <summary>The places that make up a reach, none of them in another, by id: the countries where it is everywhere.</summary>
    /// <param name="reach">The reach.</param>
    /// <param name="country">Only those of this country, or null.</param>
    public IReadOnlyList<Place> TopsOf(Reach reach, string? country = null)
    {
        lock (_gate) return [.. Tops(reach).Where(top => country is null || top.Country == country)];
    }

    private IEnumerable<Place> OfLevel(string level, Reach reach) => reach.IsEverywhere
        ? OfLevel(level)
        : PlacesIn(reach).Where(place => place.Level == level).OrderBy(place => place.Id, StringComparer.Ordinal);

    private IEnumerable<Place> Tops(Reach reach) => reach.IsEverywhere
        ? OfLevel(PlaceLevel.Country)
        : reach.Roots.Select(id => _places.GetValueOrDefault(id)).OfType<Place>()
            .Where(place => IsOwn(place) && !PathOf(place.Id).Skip(1).Any(reach.Roots.Contains))
            .OrderBy(place => place.Id, StringComparer.Ordinal);

    // Whether the places right below one may be shown.
    private bool IsOpen(Reach reach, string id) => IsIn(reach, id)
        && (reach.ShowsAll || !_places.TryGetValue(id, out var place) || reach.Shows(PathOf(id), PlaceLevel.Below(place.Level)));

    private bool IsOpenCountry(Reach reach, Place top) => top.Level == PlaceLevel.Country && IsOpen(reach, top.Id);

    private bool IsShown(Reach reach, Place place) => reach.IsEverywhere || reach.Shows(PathOf(place.Id), place.Level);
}
