namespace Distribution.Contracts.Inventory.V1;

/// <summary>What lies at each place by vaccine, as far as something may have to be done about it.</summary>
/// <param name="AsOf">When it was looked at.</param>
/// <param name="Complete">False where there are more stock cards than one request looks at: then places are missing.</param>
/// <param name="Places">A row for each place and vaccine of which stock was ever known, given or sent.</param>
public sealed record StockConditions(DateTimeOffset AsOf, bool Complete, IReadOnlyList<StockCondition> Places);

/// <summary>What lies at a place itself of one vaccine, in doses.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Day">Today, by the clock of the place.</param>
/// <param name="Usable">Doses on hand of lots that are neither expired nor recalled.</param>
/// <param name="Expired">Doses on hand past their expiry.</param>
/// <param name="Recalled">Doses on hand of recalled lots that have not expired.</param>
/// <param name="Discrepancy">Doses given or sent beyond what is known to have come.</param>
/// <param name="FirstExpiry">The earliest expiry of the expired doses; null without any.</param>
/// <param name="Lasting">Of the usable doses, those of lots that something limits, by how long, the shortest first.</param>
public sealed record StockCondition(
    string FacilityId, string VaccineId, DateOnly Day, long Usable, long Expired, long Recalled, long Discrepancy, DateOnly? FirstExpiry,
    IReadOnlyList<LastingDoses> Lasting);
