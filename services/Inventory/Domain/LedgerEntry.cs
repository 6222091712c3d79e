namespace Distribution.Inventory.Domain;

/// <summary>What made an entry.</summary>
internal enum EntryKind
{
    /// <summary>A shipment left.</summary>
    Dispatch,

    /// <summary>A shipment arrived.</summary>
    Receipt,

    /// <summary>Known stock and reported doses were matched anew.</summary>
    Settlement,

    /// <summary>A correction of the stock.</summary>
    Adjustment,

    /// <summary>Doses were wasted.</summary>
    Wastage,

    /// <summary>A physical count.</summary>
    Count,

    /// <summary>Stock was set apart.</summary>
    Quarantine,

    /// <summary>Stock that was set apart is usable again.</summary>
    Release,

    /// <summary>Another entry was taken back.</summary>
    Reversal,
}

/// <summary>One line of the append-only dose ledger: doses of one (vaccine, lot) move between two accounts.</summary>
internal sealed record LedgerEntry
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Unique for ever; begins with the facility.</summary>
    public required string EntryId { get; init; }

    /// <summary>The facility whose accounts it is about, or that sent or gets the shipment.</summary>
    public required string FacilityId { get; init; }

    /// <summary>The vaccine.</summary>
    public required string VaccineId { get; init; }

    /// <summary>The lot, or null for stock without a lot number.</summary>
    public string? LotNumber { get; init; }

    /// <summary>The account that the doses leave.</summary>
    public required string From { get; init; }

    /// <summary>The account that the doses enter.</summary>
    public required string To { get; init; }

    /// <summary>Doses, above 0.</summary>
    public required long Doses { get; init; }

    /// <summary>What made it.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When it was learned of.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>The request or event that it follows from.</summary>
    public required string Cause { get; init; }

    /// <summary>Why, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>For wastage: <c>openVial</c> or <c>closedVial</c>, or null when it was not said.</summary>
    public string? WastageKind { get; init; }

    /// <summary>The entry that this one takes back.</summary>
    public string? Reverses { get; init; }

    /// <summary>The shipment.</summary>
    public string? ShipmentId { get; init; }
}
