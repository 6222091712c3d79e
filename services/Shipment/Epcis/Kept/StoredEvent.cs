using System.Text.Json;
using Distribution.Shipment.Epcis.Wire;

namespace Distribution.Shipment.Epcis.Kept;

/// <summary>An event as it is stored: as it came, and what it is asked for by.</summary>
/// <param name="EventId">Its id in normal form.</param>
/// <param name="Event">The event as it came.</param>
/// <param name="Contexts">The contexts of its document but EPCIS's own.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="By">Who sent it.</param>
/// <param name="Index">What it is asked for by.</param>
internal sealed record StoredEvent(
    string EventId, JsonElement Event, IReadOnlyList<JsonElement> Contexts, DateTimeOffset RecordedAt, string By, EventIndex Index)
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>What events are asked for by, in normal form.</summary>
/// <param name="Type">The type.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Action">The action, or null.</param>
/// <param name="BizStep">The business step, or null.</param>
/// <param name="Disposition">The disposition, or null.</param>
/// <param name="BizLocation">Where things are, or null.</param>
/// <param name="ReadPoint">Where it was seen, or null.</param>
/// <param name="Deliveries">Despatch advices.</param>
/// <param name="Epcs">Things that it is about, or that are in another.</param>
/// <param name="OtherEpcs">Other things: what they are in, what went into and came out of a transformation.</param>
/// <param name="Classes">Kinds of things.</param>
/// <param name="Glns">Places that it names: Global Location Numbers.</param>
internal sealed record EventIndex(
    string Type, DateTimeOffset Time, string? Action, string? BizStep, string? Disposition, string? BizLocation, string? ReadPoint,
    IReadOnlyList<string> Deliveries, IReadOnlyList<string> Epcs, IReadOnlyList<string> OtherEpcs, IReadOnlyList<string> Classes,
    IReadOnlyList<string> Glns)
{
    private static readonly string[] PartyTypes = ["location", "possessing_party", "owning_party"];

    /// <summary>That of an event.</summary>
    public static EventIndex Of(EpcisEvent read)
    {
        var (location, point) = (read.Place("bizLocation"), read.Place("readPoint"));
        return new(
            read.Type, read.Time, read.Action, read.BizStep, read.Disposition, location?.Normal, point?.Normal,
            [.. read.Transactions("desadv").Distinct()],
            Normal(read.Identifiers("epcList").Concat(read.Identifiers("childEPCs"))),
            Normal(read.Identifiers("inputEPCList").Concat(read.Identifiers("outputEPCList"))
                .Concat(read.Identifier("parentID") is { } parent ? [parent] : [])),
            Normal(read.Quantities("quantityList").Concat(read.Quantities("childQuantityList")).Select(quantity => quantity.Class)),
            [.. new[] { location, point }.Concat(PartyTypes.SelectMany(type =>
                read.Parties("source", type).Concat(read.Parties("destination", type))))
                .OfType<Gs1Key>().Where(key => key.IsPlace).Select(key => key.Value!).Distinct()]);
    }

    private static string[] Normal(IEnumerable<Gs1Key> keys) => [.. keys.Select(key => key.Normal).Distinct()];
}

/// <summary>Which events have an id: the event, and the one that declares it in error, whichever came first.</summary>
/// <param name="ContentHash">Tells whether another event of this id says the same.</param>
/// <param name="Key">Where the event is; null where only the declaration came.</param>
/// <param name="ErrorKey">Where the event is that declares it in error, or null.</param>
/// <param name="ErrorHash">Tells whether another declaration says the same, or null.</param>
internal sealed record EventsOfId(string ContentHash, string? Key, string? ErrorKey = null, string? ErrorHash = null)
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;
}
