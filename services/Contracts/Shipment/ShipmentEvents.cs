namespace Distribution.Contracts.Shipment.V1;

/// <summary>One line of a shipment.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null when it is not named.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="Doses">Doses, above 0.</param>
public sealed record ShipmentLine(string VaccineId, string? LotNumber, DateOnly? ExpirationDate, long Doses);

/// <summary>A shipment out of a facility was asked for: its stock is to be allocated.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="FromFacilityId">Whose stock it takes.</param>
/// <param name="ToFacilityId">Where it goes, or null when it leaves the system.</param>
/// <param name="Destination">Who outside gets it, or null.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="Lines">What was asked for.</param>
[WireName("shipment.shipment-requested.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentRequested(
    string ShipmentId, string FromFacilityId, string? ToFacilityId, string? Destination, DateTimeOffset RequestedAt,
    IReadOnlyList<ShipmentLine> Lines) : IEvent;

/// <summary>A shipment left. Exactly one of origin and source, and one of target and destination, is set.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Origin">Who outside sent it, or null.</param>
/// <param name="FromFacilityId">The facility that sent it, or null.</param>
/// <param name="ToFacilityId">The facility that it goes to, or null.</param>
/// <param name="Destination">Who outside gets it, or null.</param>
/// <param name="OccurredAt">When it left.</param>
/// <param name="Lines">What left.</param>
/// <param name="RequestedBy">Who asked for the command; <c>local</c> where there is no authentication.</param>
[WireName("shipment.shipment-dispatched.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentDispatched(
    string ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    DateTimeOffset OccurredAt, IReadOnlyList<ShipmentLine> Lines, string RequestedBy) : IEvent;

/// <summary>One line of a proof of delivery: accepted + rejected + missing = shipped.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null when it is not named.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="Accepted">Doses taken into stock.</param>
/// <param name="Rejected">Doses that came unusable: wasted at the receiver.</param>
/// <param name="Missing">Doses that did not come: lost on the way.</param>
/// <param name="Reason">Why doses were rejected or missing, or null when none were.</param>
public sealed record ReceivedLine(
    string VaccineId, string? LotNumber, DateOnly? ExpirationDate, long Accepted, long Rejected, long Missing, string? Reason);

/// <summary>
/// A shipment arrived. Carries what its dispatch said too, so that it can be applied when it comes first.
/// </summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Origin">Who outside sent it, or null.</param>
/// <param name="FromFacilityId">The facility that sent it, or null.</param>
/// <param name="ToFacilityId">The facility that got it, or null.</param>
/// <param name="Destination">Who outside got it, or null.</param>
/// <param name="DispatchedAt">When it left.</param>
/// <param name="OccurredAt">When it arrived.</param>
/// <param name="Lines">What arrived, for every line that was shipped.</param>
/// <param name="RequestedBy">Who asked for the command; <c>local</c> where there is no authentication.</param>
[WireName("shipment.shipment-received.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentReceived(
    string ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    DateTimeOffset DispatchedAt, DateTimeOffset OccurredAt, IReadOnlyList<ReceivedLine> Lines, string RequestedBy) : IEvent;

/// <summary>A shipment was cancelled before it left: what was reserved for it is free again.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="FromFacilityId">The facility that would have sent it, or null for a consignment from outside.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
[WireName("shipment.shipment-cancelled.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentCancelled(string ShipmentId, string? FromFacilityId, string Reason) : IEvent;
