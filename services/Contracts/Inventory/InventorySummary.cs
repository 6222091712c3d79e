namespace Distribution.Contracts.Inventory.V1;

/// <summary>The stock of the places of a view.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="ConsumedUpTo">Every event that had been sent to it before this moment is in it; null when that is not known.</param>
/// <param name="Errored">Events that it could not consume and that wait for a person.</param>
/// <param name="Rows">By place.</param>
/// <param name="Above">The same of the places above those of the view, as of the same moment: what they have beyond it lies in no place of
/// the view. Null from a service of before.</param>
public sealed record InventorySummary(
    DateTimeOffset AsOf, DateTimeOffset? ConsumedUpTo, long Errored, IReadOnlyList<InventorySummaryRow> Rows,
    IReadOnlyList<InventorySummaryRow>? Above = null);

/// <summary>The stock of one place with all below it, in doses.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level in the tree of places.</param>
/// <param name="Country">The code of its country.</param>
/// <param name="Delivered">Doses received from outside the place, less what left it again.</param>
/// <param name="Received">The same with what is on the way to it from outside the system.</param>
/// <param name="OnHand">Doses on hand.</param>
/// <param name="Quarantined">Doses in quarantine.</param>
/// <param name="InTransit">Doses on the way between two places inside it, and from outside the system to
/// one. What another place sends to it is in coverage as incoming.</param>
/// <param name="Administered">Doses given.</param>
/// <param name="Wasted">Doses wasted.</param>
/// <param name="Lost">Doses lost on the way.</param>
/// <param name="Adjusted">Doses that adjustments and counts took off, less what they added.</param>
/// <param name="Discrepancy">Doses given or sent beyond the known stock.</param>
/// <param name="ShortfallDays">Days up to the day asked for, on which more had been given or sent than is known to have come by then;
/// null when that is not known.</param>
/// <param name="Usable">Of the doses on hand, those of lots that are neither expired nor recalled on the day.</param>
/// <param name="Expired">Of the doses on hand, those past their expiry on the day.</param>
/// <param name="Lasting">Of the usable doses, those of lots that something limits, by how long, the shortest first; null from a
/// service of before.</param>
/// <param name="Incoming">Doses on the way to it, from another place inside it too; null from a service of before.</param>
/// <param name="WastedOpen">Of the doses wasted, those of vials that had been opened; null from a service of before.</param>
public sealed record InventorySummaryRow(
    string FacilityId, string Name, string Level, string Country, long Delivered, long Received, long OnHand, long Quarantined,
    long InTransit, long Administered, long Wasted, long Lost, long Adjusted, long Discrepancy,
    int? ShortfallDays = null, long? Usable = null, long? Expired = null, IReadOnlyList<LastingDoses>? Lasting = null,
    long? Incoming = null, long? WastedOpen = null);

/// <summary>Usable doses of lots that may be used for some days alone.</summary>
/// <param name="Days">Days on which they may still be used, today included; at least 1.</param>
/// <param name="Doses">Doses.</param>
public sealed record LastingDoses(int Days, long Doses);

/// <summary>How far one instance of Inventory is with what others tell it.</summary>
/// <param name="ConsumedUpTo">Every event that had been sent before this moment, and that it was this instance's to consume, is
/// in the figures; null when that is not known.</param>
public sealed record InventoryProgress(DateTimeOffset? ConsumedUpTo);
