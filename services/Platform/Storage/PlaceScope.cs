using Distribution.SharedKernel.Places;

namespace Distribution.Platform.Storage;

/// <summary>
/// Reads a collection that is partitioned by facility: all of it, or what is of a place and all below it, in the order of the facilities'
/// ids. A reading looks into a bounded number of places, so that it may find few documents, even none, while there are more.
/// </summary>
public sealed class PlaceScope
{
    /// <summary>The id after which a place has no more documents: above every id that there is.</summary>
    public const string End = "~";

    private const int PlacesMax = 500;
    private readonly string[]? _places;

    private PlaceScope(string[]? places) => _places = places;

    /// <summary>The places of a request.</summary>
    /// <param name="places">The tree.</param>
    /// <param name="facilityId">The place, or null for all.</param>
    /// <param name="only">True for that place without those below it.</param>
    /// <param name="reach">Only places in it: a place outside of it has none.</param>
    public static PlaceScope Of(PlaceTree places, string? facilityId, bool? only, Reach reach) => new(
        facilityId is null ? reach.IsEverywhere ? null : [.. places.Within(reach)]
        : !places.IsIn(reach, facilityId) ? []
        : only is true ? [facilityId] : [.. places.Within(facilityId)]);

    /// <summary>Whether a facility is one of them.</summary>
    public bool Contains(string facilityId) => _places is null || IndexOf(facilityId) >= 0;

    /// <summary>Documents after an address, and where to go on; null at the end.</summary>
    public async ValueTask<(IReadOnlyList<Document> Documents, DocumentAddress? Next)> Read(
        IStore store, string collection, DocumentAddress? after, int limit, CancellationToken cancel)
    {
        if (_places is null)
        {
            var page = await store.ScanAll(collection, after, limit, cancel);
            return (page, page.Count < limit ? null : new DocumentAddress(page[^1].Partition, page[^1].Id));
        }

        var found = new List<Document>();
        var first = after is { } there ? IndexOf(there.Partition) : 0;
        var last = Math.Min(_places.Length, (first < 0 ? ~first : first) + PlacesMax);
        for (var at = first < 0 ? ~first : first; at < last; at++)
        {
            var from = after?.Partition == _places[at] ? after.Value.Id : null;
            var page = await store.Scan(collection, _places[at], from, limit - found.Count, cancel);
            found.AddRange(page);
            if (found.Count == limit) return (found, new DocumentAddress(_places[at], page[^1].Id));
        }

        return (found, last == _places.Length ? null : new DocumentAddress(_places[last - 1], End));
    }

    private int IndexOf(string facilityId) => Array.BinarySearch(_places!, facilityId, StringComparer.Ordinal);
}
