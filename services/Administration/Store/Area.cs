using Distribution.Administration.Domain;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Store;

/// <summary>Where doses are counted: a place with all below it, or what of that is in none of some places below it.</summary>
/// <param name="PlaceId">The place.</param>
/// <param name="Without">Places below it that do not count, none of them in another.</param>
internal sealed record Area(string PlaceId, IReadOnlyList<string> Without)
{
    /// <summary>Whether it is the whole place.</summary>
    public bool IsWhole => Without.Count == 0;

    /// <summary>
    /// The counters of a vaccine in this area. A place is read before what does not count, so that doses which come meanwhile never seem to
    /// lie in the area.
    /// </summary>
    public async ValueTask<IReadOnlyList<Counter>> Counters(
        AdministrationStore store, string family, string vaccineId, string? from, string? until, CancellationToken cancel)
    {
        var all = await store.Counters(family, Cells.Partition(PlaceId, vaccineId), from, until, cancel);
        if (IsWhole || all.Count == 0) return all;
        var rest = all.ToDictionary(counter => counter.Key, counter => counter.Value);
        foreach (var place in Without)
            foreach (var counter in await store.Counters(family, Cells.Partition(place, vaccineId), from, until, cancel))
                Cells.Add(rest, counter.Key, -counter.Value);
        return [.. all.Select(counter => counter with { Value = rest[counter.Key] }).Where(counter => counter.Value > 0)];
    }
}
