using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;

namespace Distribution.Gateway.Coverage;

/// <summary>
/// What a service says of several vaccines, added up place by place. It is as of the oldest answer among them, and what is known of one
/// vaccine and not of another is unknown.
/// </summary>
internal static class Sums
{
    /// <summary>The stock of vaccines together. On how many days one or another was short is not known: their days may be the same.
    /// </summary>
    /// <param name="stocks">Two or more answers to the same question.</param>
    public static InventorySummary Of(IReadOnlyList<InventorySummary> stocks) => new(
        stocks.Min(stock => stock.AsOf), Least(stocks.Select(stock => stock.ConsumedUpTo)), stocks.Max(stock => stock.Errored),
        Together(stocks.SelectMany(stock => stock.Rows)), Together(stocks.SelectMany(stock => stock.Above ?? [])));

    /// <summary>What is on the way of vaccines together.</summary>
    /// <param name="incoming">Two or more answers to the same question.</param>
    public static IncomingSummary Of(IReadOnlyList<IncomingSummary> incoming) => incoming[0] with
    {
        AsOf = incoming.Min(one => one.AsOf),
        Rows = [.. incoming.SelectMany(one => one.Rows)],
    };

    /// <summary>What a place has beyond one that it contains.</summary>
    public static InventorySummaryRow Less(InventorySummaryRow whole, InventorySummaryRow part) => Add(whole, part, -1);

    private static IReadOnlyList<InventorySummaryRow> Together(IEnumerable<InventorySummaryRow> rows) =>
        [.. rows.GroupBy(row => row.FacilityId).Select(ofPlace => ofPlace.Aggregate(Add))];

    private static InventorySummaryRow Add(InventorySummaryRow one, InventorySummaryRow other) => Add(one, other, 1);

    private static InventorySummaryRow Add(InventorySummaryRow one, InventorySummaryRow other, int sign) => one with
    {
        Delivered = one.Delivered + (sign * other.Delivered),
        Received = one.Received + (sign * other.Received),
        OnHand = one.OnHand + (sign * other.OnHand),
        Quarantined = one.Quarantined + (sign * other.Quarantined),
        InTransit = one.InTransit + (sign * other.InTransit),
        Administered = one.Administered + (sign * other.Administered),
        Wasted = one.Wasted + (sign * other.Wasted),
        Lost = one.Lost + (sign * other.Lost),
        Adjusted = one.Adjusted + (sign * other.Adjusted),
        Discrepancy = one.Discrepancy + (sign * other.Discrepancy),
        ShortfallDays = null,
        Usable = one.Usable + (sign * other.Usable),
        Expired = one.Expired + (sign * other.Expired),
        Incoming = one.Incoming + (sign * other.Incoming),
        WastedOpen = one.WastedOpen + (sign * other.WastedOpen),
        Lasting = one.Lasting is null || other.Lasting is null
            ? null
            : [.. one.Lasting, .. other.Lasting.Select(doses => doses with { Doses = sign * doses.Doses })],
    };

    private static DateTimeOffset? Least(IEnumerable<DateTimeOffset?> moments) =>
        moments.Aggregate((one, other) => one is null || other is null ? null : one < other ? one : other);
}
