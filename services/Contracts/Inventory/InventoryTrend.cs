namespace Distribution.Contracts.Inventory.V1;

/// <summary>The stock of one place, with all below it, over time; steps in which nothing happened are left out.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="By">Its steps: <c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="OnHandBefore">Doses on hand before the first day.</param>
/// <param name="Points">In the order of time.</param>
public sealed record InventoryTrend(
    DateTimeOffset AsOf, string FacilityId, string VaccineId, string By, long OnHandBefore, IReadOnlyList<StockTrendPoint> Points);

/// <summary>What happened to the stock of a place in one day, week or month, in doses.</summary>
/// <param name="Date">Its first day; a week begins on Monday.</param>
/// <param name="Delivered">Received from outside the place in it, less what left it again.</param>
/// <param name="OnHand">On hand at its end.</param>
/// <param name="Wasted">Wasted in it.</param>
public sealed record StockTrendPoint(DateOnly Date, long Delivered, long OnHand, long Wasted);
