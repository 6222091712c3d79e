using Distribution.Shipment.Epcis.Wire;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>What an event does to shipments.</summary>
internal enum MovementKind
{
    /// <summary>It says what is in a logistic unit.</summary>
    Packing,

    /// <summary>A consignment left.</summary>
    Shipping,

    /// <summary>A consignment arrived.</summary>
    Receiving,
}

/// <summary>What an event says of a shipment, in the words of EPCIS.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="At">When.</param>
/// <param name="Delivery">The despatch advice; null where it has none, and is told by its unit and where it goes.</param>
/// <param name="From">Places from which it may come, the most particular first.</param>
/// <param name="To">Places to which it may go, the most particular first.</param>
/// <param name="Items">Trade items.</param>
/// <param name="Units">Logistic units, whose content moves with them; of a packing those that are in another.</param>
/// <param name="Parent">Of a packing: the unit.</param>
/// <param name="TakesOut">Of a packing: whether something is taken out, and all where nothing is named.</param>
/// <param name="Condition">Of an arrival: in which condition that does not go into stock as it is, or null.</param>
internal sealed record Movement(
    MovementKind Kind, DateTimeOffset At, string? Delivery, IReadOnlyList<string> From, IReadOnlyList<string> To,
    IReadOnlyList<MovedItem> Items, IReadOnlyList<string> Units, string? Parent = null, bool TakesOut = false, string? Condition = null)
{
    // Beyond it nothing is counted in pieces.
    private const decimal QuantityMax = 1_000_000_000_000;

    private const string Address = "https://ref.gs1.org/cbv/Disp-";

    private static readonly string[] Unfit =
    [
        .. new[]
        {
            "damaged", "destroyed", "disposed", "expired", "recalled", "stolen", "returned", "non_sellable_other", "non_conformant",
            "needs_replacement",
        }.Select(word => Address + word),
    ];

    /// <summary>What an event says of shipments; of most events nothing.</summary>
    public static IReadOnlyList<Movement> Of(EpcisEvent read) => read.Type switch
    {
        "ObjectEvent" when read.Action is not "DELETE" && Vocabulary.BizSteps.Is(read.BizStep, "shipping") =>
            Each(read, new(MovementKind.Shipping, read.Time, null,
                Places(read, "source", ["location"], ["bizLocation", "readPoint"]), Places(read, "destination", ["location"], []), [], [])),
        "ObjectEvent" when read.Action is not "DELETE" && Vocabulary.BizSteps.Is(read.BizStep, "receiving") =>
            Each(read, new(MovementKind.Receiving, read.Time, null, [],
                Places(read, "destination", [], ["bizLocation", "readPoint"]), [], [],
                Condition: Unfit.Contains(read.Disposition) ? read.Disposition![Address.Length..] : null)),
        "AggregationEvent" when read.Action is "ADD" or "DELETE" && read.Identifier("parentID") is { Primary: Gs1Key.Sscc } unit =>
            [new(MovementKind.Packing, read.Time, null, [], [], ItemsIn(read, "childEPCs", "childQuantityList"),
                UnitsIn(read, "childEPCs"), unit.Value, read.Action is "DELETE")],
        _ => [],
    };

    /// <summary>A movement for each consignment that an event tells of.</summary>
    private static IReadOnlyList<Movement> Each(EpcisEvent read, Movement movement)
    {
        var items = ItemsIn(read, "epcList", "quantityList");
        var units = UnitsIn(read, "epcList");
        if (items.Count == 0 && units.Count == 0) return [];
        // Where quantities are said they are what moved, and the units beside them are how it is packed.
        if (read.Transactions("desadv").Order(StringComparer.Ordinal).FirstOrDefault() is { } delivery)
            return [movement with { Delivery = delivery, Items = items, Units = items.Count > 0 ? [] : units }];
        if (units is [var unit]) return [movement with { Items = items, Units = [unit] }];
        return items.Count > 0 ? [] : [.. units.Select(each => movement with { Units = [each] })];
    }

    private static string[] Places(EpcisEvent read, string name, string[] first, string[] fields) =>
    [
        .. first.Concat(["possessing_party", "owning_party"]).SelectMany(type => read.Parties(name, type).Select(key => (type, key)))
            .Select(party => (Rank: Array.IndexOf(first, party.type) >= 0 ? 0 : 2, Key: party.key))
            .Concat(fields.Select(field => (Rank: 1, Key: read.Place(field))).Where(place => place.Key is not null)
                .Select(place => (place.Rank, Key: place.Key!)))
            .Where(place => place.Key.IsPlace).OrderBy(place => place.Rank).Select(place => place.Key.Value!).Distinct(),
    ];

    private static List<string> UnitsIn(EpcisEvent read, string list) =>
        [.. read.Identifiers(list).Where(key => key.Primary == Gs1Key.Sscc).Select(key => key.Value!).Distinct()];

    private static List<MovedItem> ItemsIn(EpcisEvent read, string list, string quantities) =>
    [
        .. read.Quantities(quantities).Where(item => item.IsSaid).Select(item => new MovedItem(
            item.Class.Primary == Gs1Key.Gtin ? item.Class.Value : null, item.Class.Lot,
            item.Quantity is >= 0 and <= QuantityMax ? item.Quantity : null, item.Unit, item.Class.Normal)),
        .. read.Identifiers(list).Where(key => key.Primary == Gs1Key.Gtin && key.Serial is not null)
            .GroupBy(key => (key.Value, key.Lot)).Select(same => new MovedItem(
                same.Key.Value, same.Key.Lot, same.Count(), null, same.First().Normal)),
    ];
}

/// <summary>Some of a kind of trade item.</summary>
/// <param name="Gtin">Its number, of 14 digits; null where it is no trade item.</param>
/// <param name="Lot">Its lot, or null.</param>
/// <param name="Quantity">How many, in the unit; null where that is no number that can be counted.</param>
/// <param name="Unit">The unit of measure (UN/ECE recommendation 20); null for pieces.</param>
/// <param name="Name">What it is called, for messages.</param>
internal sealed record MovedItem(string? Gtin, string? Lot, decimal? Quantity, string? Unit, string Name);
