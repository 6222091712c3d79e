using System.Globalization;
using Distribution.Platform.Storage;
using Distribution.Shipment.Epcis.Wire;

namespace Distribution.Shipment.Epcis.Kept;

/// <summary>Keeps events, each once by its id; only who declares one in error sends its id again.</summary>
internal static class EventKeeping
{
    /// <summary>What an event comes to, by what is known of its id.</summary>
    /// <returns>Whether it is known already; or why it cannot be kept; and what is known.</returns>
    public static async ValueTask<(bool IsKnown, string? Conflict, EventsOfId? Of)> Look(ITransaction tx, EpcisEvent read)
    {
        var known = await tx.Find<EventsOfId>(EpcisCollections.Ids, EpcisCollections.Everything, Canonical.Hash(read.Id));
        if (known is null) return (false, null, null);
        if (known.ContentHash != read.ContentHash)
            return (false, $"eventID '{read.Id}' is known with other content: give another event another id", known);
        if (read.ErrorHash is null) return (known.Key is not null, null, known);
        return known.ErrorHash is null || known.ErrorHash == read.ErrorHash
            ? (known.ErrorHash is not null, null, known)
            : (false, $"eventID '{read.Id}' was declared in error before, in other words", known);
    }

    /// <summary>Keeps an event that is not known.</summary>
    /// <returns>Its key.</returns>
    public static async ValueTask<string> Keep(ITransaction tx, EpcisEvent read, EventsOfId? known, string by)
    {
        var id = Canonical.Hash(read.Id);
        var key = string.Create(CultureInfo.InvariantCulture, $"{tx.Now.UtcTicks:D19}-{id[..20]}{(read.ErrorHash is null ? "" : "-e")}");
        await tx.Put(EpcisCollections.Events, EpcisCollections.Everything, key, new StoredEvent(
            read.Id, read.Json, read.Contexts, tx.Now, by, EventIndex.Of(read)));
        known ??= new EventsOfId(read.ContentHash, null);
        await tx.Put(EpcisCollections.Ids, EpcisCollections.Everything, id, read.ErrorHash is null
            ? known with { Key = key }
            : known with { ErrorKey = key, ErrorHash = read.ErrorHash });
        return key;
    }

    /// <summary>The least key of events that are recorded from a moment on.</summary>
    public static string KeyFrom(DateTimeOffset moment) => string.Create(CultureInfo.InvariantCulture, $"{moment.UtcTicks:D19}");
}
