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
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
/// <param name="AllowPartial">True when less than was asked for may be allocated; null is no.</param>
[WireName("shipment.shipment-requested.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentRequested(
    string ShipmentId, string FromFacilityId, string? ToFacilityId, string? Destination, DateTimeOffset RequestedAt,
    IReadOnlyList<ShipmentLine> Lines, int? Revision = null, bool? AllowPartial = null) : IEvent;

/// <summary>
/// A shipment is to leave a facility: Inventory looks whether what was allocated may still go, moves it if so, and answers
/// (<see cref="Inventory.V1.ShipmentDispatchAnswered"/>).
/// </summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Attempt">Rises by one with each time that it is asked, from 1.</param>
/// <param name="FromFacilityId">The facility that sends it.</param>
/// <param name="ToFacilityId">The facility that it goes to, or null.</param>
/// <param name="Destination">Who outside gets it, or null.</param>
/// <param name="OccurredAt">When it leaves.</param>
/// <param name="Lines">What was allocated.</param>
/// <param name="RequestedBy">Who asked for the command; <c>local</c> where there is no authentication.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("shipment.shipment-dispatch-asked.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentDispatchAsked(
    string ShipmentId, int Attempt, string FromFacilityId, string? ToFacilityId, string? Destination, DateTimeOffset OccurredAt,
    IReadOnlyList<ShipmentLine> Lines, string RequestedBy, int? Revision = null) : IEvent;

/// <summary>A shipment left. Exactly one of origin and source, and one of target and destination, is set.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Origin">Who outside sent it, or null.</param>
/// <param name="FromFacilityId">The facility that sent it, or null.</param>
/// <param name="ToFacilityId">The facility that it goes to, or null.</param>
/// <param name="Destination">Who outside gets it, or null.</param>
/// <param name="OccurredAt">When it left.</param>
/// <param name="Lines">What left.</param>
/// <param name="RequestedBy">Who asked for the command; <c>local</c> where there is no authentication.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("shipment.shipment-dispatched.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentDispatched(
    string ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    DateTimeOffset OccurredAt, IReadOnlyList<ShipmentLine> Lines, string RequestedBy, int? Revision = null) : IEvent;

/// <summary>One line of a proof of delivery: accepted + rejected + missing = shipped; of a later receipt, what came of the
/// missing.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null when it is not named.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="Accepted">Doses taken into stock.</param>
/// <param name="Rejected">Doses that came unusable: wasted at the receiver.</param>
/// <param name="Missing">Doses that did not come: lost on the way.</param>
/// <param name="Reason">Why doses were rejected, missing or more than were shipped, or null when none were.</param>
/// <param name="Extra">Doses that came beyond those shipped, and were taken into stock: found at the receiver. Null is none.</param>
public sealed record ReceivedLine(
    string VaccineId, string? LotNumber, DateOnly? ExpirationDate, long Accepted, long Rejected, long Missing, string? Reason,
    long? Extra = null);

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
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
/// <param name="AtFacilityId">The facility where it arrived, when that is another than it was addressed to; its sender, when it was turned
/// back.</param>
[WireName("shipment.shipment-received.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentReceived(
    string ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    DateTimeOffset DispatchedAt, DateTimeOffset OccurredAt, IReadOnlyList<ReceivedLine> Lines, string RequestedBy,
    int? Revision = null, string? AtFacilityId = null) : IEvent;

/// <summary>A receipt of what had been missing.</summary>
/// <param name="Number">Which later receipt of the shipment, from 1.</param>
/// <param name="AtFacilityId">The facility where it arrived, when that is another than it was addressed to, or null.</param>
/// <param name="OccurredAt">When it arrived.</param>
/// <param name="Lines">What came of the missing; none of it is missing or extra.</param>
public sealed record LaterReceipt(
    int Number, string? AtFacilityId, DateTimeOffset OccurredAt, IReadOnlyList<ReceivedLine> Lines);

/// <summary>
/// Some of what had been missing of a shipment arrived after the rest. Carries what the first receipt said, so that it can be applied when
/// it comes first.
/// </summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="First">What arrived before.</param>
/// <param name="Later">What arrived now.</param>
/// <param name="RequestedBy">Who asked for the command; <c>local</c> where there is no authentication.</param>
[WireName("shipment.shipment-received-later.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentReceivedLater(
    string ShipmentId, ShipmentReceived First, LaterReceipt Later, string RequestedBy) : IEvent;

/// <summary>A shipment was cancelled before it left: what was reserved for it is free again.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="FromFacilityId">The facility that would have sent it, or null for a consignment from outside.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("shipment.shipment-cancelled.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentCancelled(string ShipmentId, string? FromFacilityId, string Reason, int? Revision = null) : IEvent;

/// <summary>
/// A shipment was entered in error: all that followed from it is taken back, each at its own date. Carries what its dispatch and its
/// receipt said, so that it can be applied whatever of them came, and comes, in whatever order.
/// </summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Dispatched">What its dispatch said, or null when it was not dispatched.</param>
/// <param name="Received">What its receipt said, or null when it was not received.</param>
/// <param name="ReceivedLater">What its later receipts said.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="RequestedBy">Who asked for the command; <c>local</c> where there is no authentication.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("shipment.shipment-entered-in-error.v1")]
[DeliveredTo("inventory")]
public sealed record ShipmentEnteredInError(
    string ShipmentId, ShipmentDispatched? Dispatched, ShipmentReceived? Received, IReadOnlyList<LaterReceipt> ReceivedLater,
    string Reason, string RequestedBy, int? Revision = null) : IEvent;
