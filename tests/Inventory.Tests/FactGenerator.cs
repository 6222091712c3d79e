using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Features;

namespace Distribution.Inventory.Tests;

/// <summary>Makes facts from a seed: consignments in and out, transfers, reports, retractions, lots that change.</summary>
internal sealed class FactGenerator(int seed)
{
    private static readonly string[] Facilities = ["F1", "F2", "F3", "R1"];
    private static readonly string?[] LotNumbers = [null, "A", "B", "C"];
    private readonly Random _random = new(seed);
    private int _ids;

    public static DateTimeOffset At(int day) => new DateTimeOffset(2021, 1, 1, 9, 0, 0, TimeSpan.Zero).AddDays(day);

    public static DateOnly Day(int day) => new DateOnly(2021, 1, 1).AddDays(day);

    /// <summary>Facts, none of which is a repeat. A lot's word comes once per lot, since the last word wins.</summary>
    public List<object> Facts(int count)
    {
        var facts = new List<object>();
        foreach (var lot in new[] { "A", "B", "C" })
        {
            if (_random.Next(2) == 0)
                facts.Add((lot, new LotBody(
                    Date(), Status: Pick<string?>(null, "APPROVED", "RECALLED", "QUARANTINED"), StatusFrom: Date(),
                    Extended: Pick<bool?>(null, true))));
        }

        while (facts.Count < count)
        {
            switch (_random.Next(6))
            {
                case 0 or 1:
                    AddShipment(facts, null, Facility());
                    break;
                case 2:
                    AddShipment(facts, Facility(), _random.Next(3) == 0 ? null : Facility());
                    break;
                default:
                    var sums = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Sum()).ToList();
                    facts.Add(new DosesAdministered($"s{++_ids}", sums));
                    if (_random.Next(3) == 0)
                        facts.Add(new AdministrationRetracted($"r{++_ids}", "wrong", sums.Take(_random.Next(1, sums.Count + 1)).ToList()));
                    break;
            }
        }

        return facts;
    }

    /// <summary>Doses given at a facility.</summary>
    public DosesAdministered Given(string facility) => new($"s{++_ids}", [Sum() with { FacilityId = facility }]);

    public T Pick<T>(params T[] items) => items[_random.Next(items.Length)];

    public int Next(int max) => _random.Next(max);

    public List<T> Shuffled<T>(IEnumerable<T> items)
    {
        var list = items.ToArray();
        _random.Shuffle(list);
        return [.. list];
    }

    private void AddShipment(List<object> facts, string? from, string? to)
    {
        var id = $"ship{++_ids}";
        var day = _random.Next(60);
        var lines = LotNumbers.Where(_ => _random.Next(2) == 0).Select(lot => new ReceivedLine(
            "V", lot, lot is null || _random.Next(2) == 0 ? null : Date(), _random.Next(1, 30), _random.Next(3), _random.Next(3), "broken",
            _random.Next(6) == 0 ? 2 : null))
                .ToList();
        if (lines.Count == 0) lines.Add(new ReceivedLine("V", null, null, 10, 0, 0, null));
        string? origin = from is null ? "maker" : null, destination = to is null ? "donor" : null;
        var left = new ShipmentDispatched(id, origin, from, to, destination, At(day), [.. lines
            .Select(line => new ShipmentLine("V", line.LotNumber, line.ExpirationDate, line.Accepted + line.Rejected + line.Missing))],
            "local");
        ShipmentReceived? arrived = null;
        var later = new List<ShipmentReceivedLater>();
        if (_random.Next(6) > 0)
        {
            var at = _random.Next(8) == 0 ? Facility() : null;
            arrived = new ShipmentReceived(
                id, origin, from, to, destination, At(day), At(day + 2), lines, "local", AtFacilityId: at == to ? null : at);
            if (lines[0].Missing > 0 && _random.Next(2) == 0)
            {
                later.Add(new(id, arrived, new(1, null, At(day + 5),
                    [lines[0] with { Accepted = 1, Rejected = 0, Missing = 0, Extra = null }]), "local"));
            }
        }

        if (arrived is null || _random.Next(2) == 0) facts.Add(left);
        if (arrived is not null) facts.Add(arrived);
        facts.AddRange(later);
        if (_random.Next(4) == 0) facts.Add(new ShipmentEnteredInError(
            id, left, arrived, [.. later.Select(each => each.Later)], "typed wrongly", "local"));
    }

    private AdministeredSum Sum() => new(
        Facility(), "V", Pick(LotNumbers), "1", Day(_random.Next(60)), null, null, null, _random.Next(1, 15));

    private string Facility() => Pick(Facilities);

    private DateOnly Date() => Day(_random.Next(10, 60));
}
