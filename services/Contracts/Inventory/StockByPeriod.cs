namespace Distribution.Contracts.Inventory.V1;

/// <summary>The stock of places by period.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="Places">By place; those at which nothing is known of the vaccine are left out.</param>
public sealed record StockByPeriod(DateTimeOffset AsOf, IReadOnlyList<StockOfPlace> Places);

/// <summary>The stock of one place.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="Periods">Its periods, each from the first of which, or of before which, anything is known.</param>
public sealed record StockOfPlace(string FacilityId, IReadOnlyList<StockTrendPoint> Periods);

/// <summary>How long periods are.</summary>
public static class PeriodSteps
{
    /// <summary>What a period may be; a week begins on Monday.</summary>
    public static IReadOnlyList<string> All { get; } = ["day", "week", "month", "quarter", "year"];
}
