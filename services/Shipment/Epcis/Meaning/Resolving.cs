using System.Globalization;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>What the identifiers of a movement are in this system, as far as it is known within a change.</summary>
/// <param name="tx">The change.</param>
internal sealed class Resolving(ITransaction tx)
{
    private const int UnitsDeepMax = 8;
    private const int UnitsMax = 1_000;
    private const int PackingsMax = 10_000;

    private static readonly string[] Pieces = ["H87", "EA", "C62", "NIU"];

    private readonly List<string> _reasons = [];
    private int _unitsLeft = UnitsMax;

    /// <summary>What is not known.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>What a person has to see to, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Why it waits.</summary>
    public string Reason => string.Join("; ", _reasons.Distinct().Take(10));

    /// <summary>The first of some places that is a facility; null where none is.</summary>
    public async ValueTask<string?> Facility(IReadOnlyList<string> glns)
    {
        foreach (var gln in glns)
            if (await tx.Scan(ShipmentStore.FacilitiesByGln, gln, null, 2) is [var only]) return only.Id;
        foreach (var gln in glns)
        {
            Missing.Add(Meaning.Missing.Gln(gln));
            _reasons.Add($"no facility, or more than one, has the GLN {gln}: give it to one");
        }

        return null;
    }

    /// <summary>The lines of a movement in doses, those of one vaccine and lot added up.</summary>
    public async ValueTask<IReadOnlyList<ConsignedLine>> Lines(Movement movement)
    {
        var items = new List<MovedItem>(movement.Items);
        if (items.Count == 0)
        {
            foreach (var unit in movement.Units)
            {
                var content = await Content(unit, movement.At, UnitsDeepMax);
                if (content.Count == 0)
                {
                    Missing.Add(Meaning.Missing.Unit(unit));
                    _reasons.Add($"nobody has said what is in {unit}: send its AggregationEvent");
                }

                items.AddRange(content);
            }
        }

        var lines = new List<ConsignedLine>(items.Count);
        foreach (var item in items.Where(item => item.Quantity is not 0))
            if (await Line(item) is { } line) lines.Add(line);
        if (Problem is not null || Missing.Count > 0) return [];
        var merged = Lots.Merge(lines);
        if (merged.Count is 0 or > Limits.LinesMax)
            Problem = $"it has {merged.Count} lines: 1 to {Limits.LinesMax} can be shipped at once";
        else if (merged.FirstOrDefault(line => line.Doses > Limits.DosesMax) is { } many)
            Problem = $"{many.Key}: {many.Doses} doses are too many";
        return merged;
    }

    private async ValueTask<ConsignedLine?> Line(MovedItem item)
    {
        if (item.Gtin is null) Problem ??= $"{item.Name} is no trade item with a GTIN";
        else if (item.Unit is not null && !Pieces.Contains(item.Unit)) Problem ??= $"{item.Name} is in {item.Unit}, and not in pieces";
        else if (item.Quantity is not { } quantity || quantity < 0 || quantity > Limits.DosesMax || quantity != decimal.Truncate(quantity))
            Problem ??= string.Create(CultureInfo.InvariantCulture, $"{item.Name}: {item.Quantity} is no number of pieces");
        else if (item.Lot is not null && !LotNumber.Is(item.Lot)) Problem ??= $"{item.Name}: the lot number {LotNumber.Rule}";
        else if (await tx.Scan(ShipmentStore.VaccinesByGtin, item.Gtin, null, 2) is not [var only])
            Wait($"no vaccine, or more than one, has the GTIN {item.Gtin}: give it to one");
        else if (only.As<TradeItem>().Doses is not { } doses)
            Wait($"{item.Gtin} is a case, and nobody has said how many doses are in it: send its trade items");
        else if (quantity * doses > Limits.DosesMax) Problem ??= $"{item.Name}: {quantity * doses} doses are too many";
        else return new ConsignedLine(only.Id, item.Lot, null, (long)quantity * doses);
        return null;

        void Wait(string reason)
        {
            Missing.Add(Meaning.Missing.Gtin(item.Gtin!));
            _reasons.Add(reason);
        }
    }

    /// <summary>What is in a unit at a moment: all that was put in by then, less what was taken out.</summary>
    private async ValueTask<IReadOnlyList<MovedItem>> Content(string unit, DateTimeOffset at, int deepMax)
    {
        // Units may be in each other in a circle.
        if (deepMax == 0 || --_unitsLeft < 0)
        {
            Problem ??= $"there are too many units in units: at most {UnitsMax}, {UnitsDeepMax} deep";
            return [];
        }

        var items = new Dictionary<(string? Gtin, string? Lot, string? Unit, string Name), decimal>();
        var units = new List<string>();
        var until = PackingKey(at, "~");
        foreach (var document in await tx.Scan(Reports.Packed, unit, null, PackingsMax))
        {
            if (string.CompareOrdinal(document.Id, until) > 0) break;
            var packing = document.As<Packing>();
            if (packing is { TakesOut: true, Items.Count: 0, Units.Count: 0 })
            {
                items.Clear();
                units.Clear();
                continue;
            }

            foreach (var item in packing.Items)
            {
                var key = (item.Gtin, item.Lot, item.Unit, item.Gtin ?? item.Name);
                if (item.Quantity is null) Problem ??= $"{item.Name}: what is in {unit} is no number of pieces";
                var quantity = item.Quantity ?? 0;
                items[key] = items.GetValueOrDefault(key) + (packing.TakesOut ? -quantity : quantity);
            }

            if (packing.TakesOut) units.RemoveAll(packing.Units.Contains);
            else units.AddRange(packing.Units.Except(units));
        }

        var content = items.Where(item => item.Value != 0)
            .Select(item => new MovedItem(item.Key.Gtin, item.Key.Lot, item.Value, item.Key.Unit, item.Key.Name)).ToList();
        foreach (var inner in units) content.AddRange(await Content(inner, at, deepMax - 1));
        return content;
    }

    /// <summary>Orders what was done to a unit by time.</summary>
    public static string PackingKey(DateTimeOffset at, string reportKey) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks:D19}-{reportKey}");
}
