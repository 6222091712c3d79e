namespace Distribution.Contracts.Inventory.V1;

/// <summary>What somebody else calls a facility, in normal form.</summary>
/// <param name="System">Who gives such identifiers: a URI.</param>
/// <param name="Value">The identifier.</param>
public sealed record FacilityIdentifier(string System, string Value);

/// <summary>A code for a vaccine in a code system, in normal form.</summary>
/// <param name="System">The code system: a URI, such as <c>http://hl7.org/fhir/sid/cvx</c>.</param>
/// <param name="Code">The code in it.</param>
public sealed record VaccineCode(string System, string Code);

/// <summary>A place was made or changed. State-carrying: an older <paramref name="Version"/> is ignored.</summary>
/// <param name="FacilityId">The facility's code.</param>
/// <param name="Version">Rises by one with each change of this facility, from 1.</param>
/// <param name="Name">The name that people use.</param>
/// <param name="Level"><c>country</c>, <c>region</c>, <c>district</c> or <c>facility</c>.</param>
/// <param name="ParentId">The place that contains it, or null for a root.</param>
/// <param name="Country">The country's code.</param>
/// <param name="Gln">GS1 Global Location Number, 13 digits, or null.</param>
/// <param name="Latitude">Degrees north, or null.</param>
/// <param name="Longitude">Degrees east, or null.</param>
/// <param name="TimeZone">Its own time zone by the IANA name, or null.</param>
/// <param name="MergedInto">The place of which it is a part since they were merged, its parent then; null for a place of its own.</param>
/// <param name="Identifiers">What others call it; null where nobody does, and from a service of before.</param>
[InPages]
[WireName("inventory.facility-changed.v1")]
[DeliveredTo("administration", "shipment")]
public sealed record FacilityChanged(
    string FacilityId, long Version, string Name, string Level, string? ParentId, string Country,
    string? Gln = null, double? Latitude = null, double? Longitude = null,
    string? TimeZone = null, string? MergedInto = null, IReadOnlyList<FacilityIdentifier>? Identifiers = null) : IEvent;

/// <summary>One dose number of a vaccine's series, in the order of the schedule.</summary>
/// <param name="DoseNumber">Text, because real programmes have <c>B1</c> and the like.</param>
/// <param name="CompletesSeries">True when a person who got this dose is fully vaccinated.</param>
/// <param name="StartsSeries">True when a person who got this dose had none of the series before; null where nobody has said. Where no
/// dose of a series says so, the first one starts it.</param>
public sealed record SeriesDose(string DoseNumber, bool CompletesSeries, bool? StartsSeries = null);

/// <summary>A vaccine was made or changed. State-carrying.</summary>
/// <param name="VaccineId">The vaccine's code.</param>
/// <param name="Version">Rises by one with each change of this vaccine, from 1.</param>
/// <param name="Name">The name that people use.</param>
/// <param name="Antigens">What it protects against.</param>
/// <param name="DosesPerVial">Doses in one vial, at least 1.</param>
/// <param name="Series">The dose numbers that may be given.</param>
/// <param name="MinCelsius">Lowest storage temperature in °C, or null.</param>
/// <param name="MaxCelsius">Highest storage temperature in °C, or null.</param>
/// <param name="Gtin">GS1 Global Trade Item Number, or null.</param>
/// <param name="IntroducedOn">The first day on which it may have been given, or null when nobody has said.</param>
/// <param name="Codes">Its codes in code systems, each of this vaccine alone; null where it has none, and from a service of before.</param>
[WireName("inventory.vaccine-changed.v1")]
[DeliveredTo("administration", "inventory", "shipment")]
public sealed record VaccineChanged(
    string VaccineId, long Version, string Name, IReadOnlyList<string> Antigens, int DosesPerVial,
    IReadOnlyList<SeriesDose> Series, double? MinCelsius = null, double? MaxCelsius = null, string? Gtin = null,
    DateOnly? IntroducedOn = null, IReadOnlyList<VaccineCode>? Codes = null) : IEvent;

/// <summary>A lot was made or changed. State-carrying.</summary>
/// <param name="VaccineId">The lot's vaccine.</param>
/// <param name="LotNumber">The maker's lot number.</param>
/// <param name="Version">Rises by one with each change of this lot, from 1.</param>
/// <param name="ExpirationDate">The last day on which it may be used, or null when it is not known.</param>
/// <param name="Manufacturer">The maker, or null.</param>
/// <param name="Gtin">GS1 Global Trade Item Number, or null.</param>
/// <param name="Status"><c>APPROVED</c>, <c>QUARANTINED</c> or <c>RECALLED</c>.</param>
/// <param name="StatusFrom">The first day on which a status other than <c>APPROVED</c> holds, or null.</param>
[WireName("inventory.lot-changed.v1")]
[DeliveredTo("inventory", "shipment")]
public sealed record LotChanged(
    string VaccineId, string LotNumber, long Version, DateOnly? ExpirationDate, string? Manufacturer, string? Gtin,
    string Status, DateOnly? StatusFrom) : IEvent;

/// <summary>What one facility holds of one vaccine, over all lots. State-carrying.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="Version">Rises with each change of this stock card.</param>
/// <param name="OnHand">Usable doses on hand.</param>
/// <param name="Quarantined">Doses set apart.</param>
/// <param name="Discrepancy">Doses reported as given or sent beyond the known stock.</param>
[InPages]
[WireName("inventory.stock-level-changed.v1")]
public sealed record StockLevelChanged(
    string FacilityId, string VaccineId, long Version, long OnHand, long Quarantined, long Discrepancy) : IEvent;

/// <summary>One line of an allocation: a single lot.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null for stock that was received without one.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="Doses">Doses reserved, above 0.</param>
public sealed record AllocatedLine(string VaccineId, string? LotNumber, DateOnly? ExpirationDate, long Doses);

/// <summary>Stock is reserved for a requested shipment: for all of it, or for what there is where that was allowed.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Lines">What is reserved, one lot a line, earliest expiry first.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("inventory.shipment-allocated.v1")]
[DeliveredTo("shipment")]
public sealed record ShipmentAllocated(string ShipmentId, IReadOnlyList<AllocatedLine> Lines, int? Revision = null) : IEvent;

/// <summary>A requested shipment cannot be served; nothing is reserved.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Reason">Why, saying what is there.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("inventory.shipment-allocation-refused.v1")]
[DeliveredTo("shipment")]
public sealed record ShipmentAllocationRefused(string ShipmentId, string Reason, int? Revision = null) : IEvent;

/// <summary>Whether what was allocated to a shipment could leave when it was to. When it could, it has left.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Attempt">Which time that it was asked.</param>
/// <param name="Refusal">Why it could not, and what to do; null when it left.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("inventory.shipment-dispatch-answered.v1")]
[DeliveredTo("shipment")]
public sealed record ShipmentDispatchAnswered(string ShipmentId, int Attempt, string? Refusal, int? Revision = null) : IEvent;

/// <summary>What was told of a shipment named something that is not known, and a person gave it up: it counts nowhere.</summary>
/// <param name="ShipmentId">The shipment.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="RequestedBy">Who asked for the command; <c>local</c> where there is no authentication.</param>
/// <param name="Revision">Which shipment of this id: null for the first; another once it had been discarded.</param>
[WireName("inventory.shipment-discarded.v1")]
[DeliveredTo("shipment")]
public sealed record ShipmentDiscarded(string ShipmentId, string Reason, string RequestedBy, int? Revision = null) : IEvent;

/// <summary>The discrepancy of a stock card opened, changed or closed (0 doses). State-carrying.</summary>
/// <param name="FacilityId">The code of the facility.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="Version">Rises with each change of this stock card.</param>
/// <param name="Doses">Doses reported beyond known stock, over all lots; 0 when closed.</param>
[WireName("inventory.stock-discrepancy-found.v1")]
public sealed record StockDiscrepancyFound(string FacilityId, string VaccineId, long Version, long Doses) : IEvent;
