using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;
using Distribution.Shipment.Epcis.Wire;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Epcis.Kept;

/// <summary>
/// Reads events for a caller: those that name a place where it may see stock, and its own. A request reads a bounded number of them, and
/// answers a bounded number of bytes, so that a page may be short, even empty, while there are more.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="places">The places.</param>
internal sealed class EventReading(ShipmentStore store, ShipmentPlaces places)
{
    private const int ReadMax = 5_000;
    private const int BatchMax = 200;
    private const int PageBytesMax = 5 * 1024 * 1024;

    /// <summary>A page, and the key after which the next one begins; null at the end.</summary>
    public async ValueTask<(IReadOnlyList<StoredEvent> Events, string? Next)> Page(
        EventQuery query, Caller caller, CancellationToken cancel)
    {
        var sight = await SightOf(caller, cancel);
        var found = new List<StoredEvent>();
        if (query.Ids is { } ids)
        {
            foreach (var id in ids)
            {
                foreach (var stored in await OfId(id, cancel))
                    if (query.Takes(stored) && await sight.Sees(stored, cancel)) found.Add(stored);
            }

            return (found, null);
        }

        var after = query.After ?? (query.RecordedFrom is { } from ? EventKeeping.KeyFrom(from) : null);
        var until = query.RecordedBefore is { } before ? EventKeeping.KeyFrom(before) : null;
        for (int read = 0, bytes = 0; ;)
        {
            var batch = await store.Scan(EpcisCollections.Events, EpcisCollections.Everything, after, BatchMax, cancel);
            foreach (var document in batch)
            {
                if (until is not null && string.CompareOrdinal(document.Id, until) >= 0) return (found, null);
                var stored = document.As<StoredEvent>();
                var takes = query.Takes(stored) && await sight.Sees(stored, cancel);
                if (takes && (found.Count == query.PerPage || (found.Count > 0 && bytes + document.Body.Length > PageBytesMax)))
                    return (found, after);
                after = document.Id;
                if (!takes) continue;
                found.Add(stored);
                bytes += document.Body.Length;
            }

            read += batch.Count;
            if (batch.Count < BatchMax) return (found, null);
            if (read >= ReadMax) return (found, after);
        }
    }

    /// <summary>The event of an id, or the one that declares it in error; null where the caller sees none.</summary>
    public async ValueTask<StoredEvent?> Find(string id, Caller caller, CancellationToken cancel)
    {
        var sight = await SightOf(caller, cancel);
        return await OfId(Gs1Key.Of(id).Normal, cancel) is [.., var last] && await sight.Sees(last, cancel) ? last : null;
    }

    private async ValueTask<IReadOnlyList<StoredEvent>> OfId(string id, CancellationToken cancel)
    {
        var found = new List<StoredEvent>();
        var of = await store.Find<EventsOfId>(EpcisCollections.Ids, EpcisCollections.Everything, Canonical.Hash(id), cancel);
        foreach (var key in new[] { of?.Key, of?.ErrorKey }.OfType<string>())
        {
            if (await store.Find<StoredEvent>(EpcisCollections.Events, EpcisCollections.Everything, key, cancel) is { } stored)
                found.Add(stored);
        }

        return found;
    }

    private async ValueTask<Sight> SightOf(Caller caller, CancellationToken cancel)
    {
        var reach = caller.ReachOf(Right.StockRead);
        if (!reach.IsEverywhere) await places.CatchUp(cancel);
        return new Sight(store, places.Tree, reach, caller.Subject);
    }

    /// <summary>What a caller sees.</summary>
    private sealed class Sight(ShipmentStore store, PlaceTree tree, Reach reach, string subject)
    {
        private readonly Dictionary<string, bool> _glns = new(StringComparer.Ordinal);

        public async ValueTask<bool> Sees(StoredEvent stored, CancellationToken cancel)
        {
            if (reach.IsEverywhere || stored.By == subject) return true;
            foreach (var gln in stored.Index.Glns)
                if (await Sees(gln, cancel)) return true;
            return false;
        }

        private async ValueTask<bool> Sees(string gln, CancellationToken cancel)
        {
            if (_glns.TryGetValue(gln, out var known)) return known;
            var facilities = await store.Scan(ShipmentStore.FacilitiesByGln, gln, null, 10, cancel);
            return _glns[gln] = facilities.Any(facility => tree.IsIn(reach, facility.Id));
        }
    }
}
