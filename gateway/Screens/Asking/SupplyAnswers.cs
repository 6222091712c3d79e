namespace Distribution.Screens.Asking;

/// <summary>Where a shipment comes from and goes to, and where it stands.</summary>
public abstract record ShipmentEnds
{
    /// <summary>Its id.</summary>
    public required string ShipmentId { get; init; }

    /// <summary>Where it stands.</summary>
    public required string State { get; init; }

    /// <summary>Who outside sends it.</summary>
    public string? Origin { get; init; }

    /// <summary>The place that sends it.</summary>
    public string? FromFacilityId { get; init; }

    /// <summary>The place that gets it.</summary>
    public string? ToFacilityId { get; init; }

    /// <summary>Who outside gets it.</summary>
    public string? Destination { get; init; }
}

/// <summary>Shipments by where they stand.</summary>
/// <param name="AsOf">When it was looked at.</param>
/// <param name="Complete">Whether all of them were.</param>
/// <param name="States">By state.</param>
public sealed record PipelineView(DateTimeOffset AsOf, bool Complete, IReadOnlyList<PipelineState> States);

/// <summary>The shipments of a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Doses">Their doses.</param>
/// <param name="Items">The first of them.</param>
public sealed record PipelineState(string State, int Count, long Doses, IReadOnlyList<ShipmentInShort> Items);

/// <summary>A shipment in a list.</summary>
/// <param name="VaccineIds">What it holds.</param>
/// <param name="Doses">Its doses.</param>
/// <param name="LotCount">Its lots.</param>
/// <param name="LastStepAt">When it came to its state.</param>
public sealed record ShipmentInShort(IReadOnlyList<string> VaccineIds, long Doses, int LotCount, DateTimeOffset LastStepAt) : ShipmentEnds;

/// <summary>A shipment.</summary>
/// <param name="Lines">What it holds.</param>
/// <param name="History">Its steps, in the order in which they were recorded.</param>
/// <param name="Warnings">What a person who handles it should know.</param>
public sealed record ShipmentView(
    IReadOnlyList<ShipmentLine> Lines, IReadOnlyList<ShipmentStep> History, IReadOnlyList<string> Warnings) : ShipmentEnds
{
    /// <summary>When it left.</summary>
    public DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>Who took it in.</summary>
    public string? ReceivedBy { get; init; }

    /// <summary>Why it does not go, where it does not.</summary>
    public string? Reason { get; init; }

    /// <summary>When it is to leave, while that is looked at.</summary>
    public DateTimeOffset? DispatchAskedAt { get; init; }

    /// <summary>Why it could not leave when it last was to.</summary>
    public string? DispatchRefusal { get; init; }
}

/// <summary>A vaccine and lot of a shipment, in doses.</summary>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="LotNumber">The lot.</param>
/// <param name="ExpirationDate">When that expires.</param>
/// <param name="Doses">Doses that were asked for or allocated.</param>
/// <param name="Shipped">Doses that left.</param>
/// <param name="Accepted">Doses taken in.</param>
/// <param name="Rejected">Doses that came unusable.</param>
/// <param name="Missing">Doses that did not come.</param>
/// <param name="Reason">Why.</param>
public sealed record ShipmentLine(
    string VaccineId, string? LotNumber, DateOnly? ExpirationDate, long Doses, long? Shipped = null, long? Accepted = null,
    long? Rejected = null, long? Missing = null, string? Reason = null);

/// <summary>A step of a shipment.</summary>
/// <param name="State">The state that it came to.</param>
/// <param name="At">When that was.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why.</param>
public sealed record ShipmentStep(string State, DateTimeOffset At, string By, string? Reason = null);

/// <summary>What a place holds of a lot, in doses.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="LotNumber">The lot; null for stock without a number.</param>
/// <param name="ExpirationDate">When that expires.</param>
/// <param name="UsableUntil">The last day on which it may be used.</param>
/// <param name="OnHand">What lies there, but for what is set apart.</param>
/// <param name="Usable">Of which may be used.</param>
/// <param name="Expired">Of which is past its expiry.</param>
/// <param name="Recalled">Of which is of a recalled lot.</param>
/// <param name="Reserved">Of which is promised to shipments.</param>
/// <param name="Available">Usable and not promised.</param>
/// <param name="Quarantined">What is set apart.</param>
/// <param name="Discrepancy">Doses given or sent beyond what is known.</param>
public sealed record StockLine(
    string FacilityId, string VaccineId, string? LotNumber, DateOnly? ExpirationDate, DateOnly? UsableUntil, long OnHand, long Usable,
    long Expired, long Recalled, long? Reserved, long? Available, long Quarantined, long Discrepancy);

/// <summary>What a shipment would be allocated.</summary>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Unavailable">Doses that are not there.</param>
/// <param name="Lots">What would go, first expiry first.</param>
public sealed record ProposalView(string VaccineId, long Unavailable, IReadOnlyList<ProposedLot> Lots);

/// <summary>Doses of a lot that would go.</summary>
/// <param name="LotNumber">The lot; null for stock without a number.</param>
/// <param name="ExpirationDate">When it expires.</param>
/// <param name="Doses">Doses.</param>
public sealed record ProposedLot(string? LotNumber, DateOnly? ExpirationDate, long Doses);

/// <summary>What a count comes to.</summary>
/// <param name="Repeated">Whether it was recorded before.</param>
/// <param name="Counts">Its lines, in the order in which they were sent.</param>
public sealed record CountView(bool Repeated, IReadOnlyList<CountedLine> Counts);

/// <summary>A line of a count.</summary>
/// <param name="Books">Doses that the book has of it at that time; below 0 for doses given or sent beyond what is known.</param>
/// <param name="Difference">Counted less that.</param>
public sealed record CountedLine(long Books, long Difference);
