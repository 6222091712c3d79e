using Distribution.Contracts.Inventory.V1;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Tests;

/// <summary>Shipments to test with.</summary>
internal static class Make
{
    public static readonly DateTimeOffset Noon = new(2021, 1, 31, 12, 0, 0, TimeSpan.Zero);
    public static readonly Stamp Stamp = new(Noon, "local");
    public static readonly ShipmentRoute BetweenFacilities = new(null, "store", "clinic", null);
    public static readonly ShipmentRoute FromOutside = new("maker", null, "store", null);
    public static readonly ShipmentRoute ToOutside = new(null, "store", null, "allied country");
    public static readonly IReadOnlyDictionary<LotKey, LotRecord> NoLots = new Dictionary<LotKey, LotRecord>();

    public static ConsignedLine Line(string vaccine, string? lot, long doses, DateOnly? expiry = null) => new(vaccine, lot, expiry, doses);

    public static Outcome.Accepted Request(ShipmentRoute route, params ConsignedLine[] lines) =>
        ShipmentDecisions.Request(Start(route), Noon, allowPartial: false, lines, Stamp);

    public static ShipmentStart Start(ShipmentRoute route) => new("s1", route, null, "f");

    public static Receipt Receipt(DateTimeOffset at, string? by, params ReceiptLine?[] lines) =>
        new(at, by, null, false, lines);

    public static ShipmentRecord Dispatched(params ConsignedLine[] lines) =>
        Accepted(Departures.Dispatch(Request(FromOutside, lines).Shipment, Noon.AddHours(1), NoLots, Stamp));

    public static ShipmentRecord Accepted(Outcome outcome) => Assert.IsType<Outcome.Accepted>(outcome).Shipment;

    public static AllocatedLine[] Allocation(IEnumerable<ConsignedLine> lines) =>
        [.. lines.Select(line => new AllocatedLine(line.VaccineId, line.LotNumber ?? "A", line.ExpirationDate, line.Doses))];
}
