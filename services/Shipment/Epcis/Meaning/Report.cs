using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>How far what an event says of a shipment counts.</summary>
internal enum ReportState
{
    /// <summary>It counts, or counted before.</summary>
    Applied,

    /// <summary>It waits for something, and settles by itself when that becomes known.</summary>
    Held,

    /// <summary>A person has to see to it.</summary>
    ForPerson,

    /// <summary>The event was declared in error, and nothing of it counts.</summary>
    Undone,
}

/// <summary>What an event says of a shipment, and how far it counts.</summary>
/// <param name="Key">Names it: the event's key with a number.</param>
/// <param name="EventId">The event's id in normal form.</param>
/// <param name="Movement">What it says.</param>
/// <param name="By">Who sent it.</param>
/// <param name="Sends">Where that caller might send shipments; null for everywhere.</param>
/// <param name="Receives">Where that caller might receive them; null for everywhere.</param>
/// <param name="State">How far it counts.</param>
/// <param name="Missing">What it waits for.</param>
/// <param name="Reason">Why it does not count, or null.</param>
/// <param name="ShipmentId">The shipment that it is of, once that is known.</param>
internal sealed record Report(
    string Key, string EventId, Movement Movement, string By, IReadOnlyList<string>? Sends, IReadOnlyList<string>? Receives,
    ReportState State = ReportState.Held, IReadOnlyList<string>? Missing = null, string? Reason = null, string? ShipmentId = null)
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>What a caller says, with where it might say it.</summary>
    public static Report Of(string key, string eventId, Movement movement, Caller caller) => new(
        key, eventId, movement, caller.Subject, Roots(caller, Right.ShipmentSend), Roots(caller, Right.ShipmentReceive));

    /// <summary>Whether who sent it might say of a place what it says.</summary>
    public bool MayAt(PlaceTree places, string facilityId)
    {
        var roots = Movement.Kind is MovementKind.Receiving ? Receives : Sends;
        return roots is null || places.IsIn(Reach.Of(roots), facilityId);
    }

    /// <summary>It waits for some things.</summary>
    public Report Wait(string reason, params IEnumerable<string> missing) =>
        this with { State = ReportState.Held, Missing = [.. missing.Distinct()], Reason = reason };

    /// <summary>A person has to see to it.</summary>
    public Report ForPerson(string reason) => this with { State = ReportState.ForPerson, Missing = null, Reason = reason };

    /// <summary>It counts.</summary>
    public Report Apply(string? shipmentId = null) =>
        this with { State = ReportState.Applied, Missing = null, Reason = null, ShipmentId = shipmentId ?? ShipmentId };

    private static string[]? Roots(Caller caller, Right right) =>
        caller.ReachOf(right) is { IsEverywhere: false } reach ? [.. reach.Roots] : null;
}

/// <summary>Names what reports wait for.</summary>
internal static class Missing
{
    /// <summary>A facility with a Global Location Number.</summary>
    public static string Gln(string gln) => $"gln:{gln}";

    /// <summary>A vaccine with a trade item, and how many doses are in that.</summary>
    public static string Gtin(string gtin) => $"gtin:{gtin}";

    /// <summary>What is in a logistic unit.</summary>
    public static string Unit(string sscc) => $"sscc:{sscc}";

    /// <summary>That a consignment left.</summary>
    public static string Departure(string consignment) => $"departure:{consignment}";

    /// <summary>That it is said where a consignment arrived.</summary>
    public static string Arrival(string consignment) => $"arrival:{consignment}";

    /// <summary>That the event is declared in error by which a consignment left before.</summary>
    public static string Turn(string consignment) => $"turn:{consignment}";

    /// <summary>A step of a shipment that was asked for by other means.</summary>
    public static string Step(string shipmentId) => $"shipment:{shipmentId}";
}
