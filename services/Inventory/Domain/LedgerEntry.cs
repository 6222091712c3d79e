using System.Text.Json.Serialization;

namespace Distribution.Inventory.Domain;

/// <summary>What made an entry.</summary>
internal enum EntryKind
{
    /// <summary>A shipment left.</summary>
    Dispatch,

    /// <summary>A shipment arrived.</summary>
    Receipt,

    /// <summary>Doses were given, or that was taken back.</summary>
    Administration,

    /// <summary>It follows from other facts: known stock was matched anew with what was given or sent, or a count explains more or
    /// less than before.</summary>
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

    /// <summary>The facility was merged into another, or another into it: stock is on the other shelf.</summary>
    Merge,
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

    /// <summary>Doses, above 0; 0 only of a count that found what the books had.</summary>
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

    /// <summary>The line of a count from which it follows.</summary>
    public string? CountId { get; init; }

    /// <summary>The day on which it stands.</summary>
    [JsonIgnore]
    public DateOnly Day => new FactTime(OccurredAt).Day;
}
