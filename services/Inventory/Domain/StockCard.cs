using System.Text.Json.Serialization;

namespace Distribution.Inventory.Domain;

/// <summary>What a stock card knows of one lot, in doses.</summary>
internal sealed class LotStock
{
    /// <summary>The lot's number; empty for stock, and demand, without one.</summary>
    public required string Lot { get; init; }

    /// <summary>At the start of the card's newest day: above 0 on hand, below 0 owed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Start { get; set; }

    /// <summary>At the end of the card's newest day: above 0 on hand, below 0 owed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Net { get; set; }

    /// <summary>Doses that are promised to shipments and still on hand.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Reserved { get; set; }

    /// <summary>Doses that are set apart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Quarantined { get; set; }

    /// <summary>The lot's expiry, or null when it is not known.</summary>
    public DateOnly? ExpirationDate { get; set; }

    /// <summary>Another expiry that was said of the lot, or null.</summary>
    public DateOnly? OtherExpirationDate { get; set; }

    /// <summary>The last day on which the lot may be used, or null when nothing limits it.</summary>
    public DateOnly? UsableUntil { get; set; }

    /// <summary>Doses on hand, 0 or more.</summary>
    [JsonIgnore]
    public long OnHand => Math.Max(0, Net);

    /// <summary>Doses given, sent or taken off beyond the known stock, 0 or more.</summary>
    [JsonIgnore]
    public long Owed => Math.Max(0, -Net);

    /// <summary>Doses on hand that are not promised to a shipment, 0 or more.</summary>
    [JsonIgnore]
    public long Available => Math.Max(0, Net - Reserved);

    /// <summary>What is known of the lot for drawing stock.</summary>
    [JsonIgnore]
    public LotTerm Term => new(Lot, ExpirationDate, UsableUntil);

    /// <summary>A copy.</summary>
    public LotStock Copy() => (LotStock)MemberwiseClone();
}

/// <summary>
/// Where the stock of one vaccine at one facility stands: the newest day on which something is known to have happened, what happened on it,
/// and each lot before and after it. What lies before is in the table of days (<see cref="CardTable"/>), which only a fact that comes late
/// needs.
/// </summary>
internal sealed class StockCard : ICloneable
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>Where.</summary>
    public required string FacilityId { get; init; }

    /// <summary>Of what.</summary>
    public required string VaccineId { get; init; }

    /// <summary>Another with each change, at random: names what is known of the card, for memory that must not be of another
    /// state.</summary>
    public long Stamp { get; set; }

    /// <summary>The newest day on which something happened.</summary>
    public DateOnly Day { get; set; }

    /// <summary>What is known of that day.</summary>
    public StockDay Today { get; set; } = StockDay.Empty;

    /// <summary>Every lot that a fact or command named, first expiry first.</summary>
    public List<LotStock> Lots { get; init; } = [];

    /// <summary>Doses on hand over all lots.</summary>
    [JsonIgnore]
    public long OnHand => Lots.Sum(lot => lot.OnHand);

    /// <summary>Doses given, sent or taken off beyond the known stock, over all lots.</summary>
    [JsonIgnore]
    public long Discrepancy => Lots.Sum(lot => lot.Owed);

    /// <summary>What is known of the lots for drawing stock, first expiry first.</summary>
    [JsonIgnore]
    public IReadOnlyList<LotTerm> Terms => Lots.ConvertAll(lot => lot.Term);

    /// <summary>A copy that shares nothing that can change.</summary>
    public object Clone() => new StockCard
    {
        SchemaVersion = SchemaVersion,
        FacilityId = FacilityId,
        VaccineId = VaccineId,
        Stamp = Stamp,
        Day = Day,
        Today = Today,
        Lots = Lots.ConvertAll(lot => lot.Copy()),
    };

    /// <summary>The lot, or null when nothing has named it here.</summary>
    public LotStock? Find(string lot)
    {
        foreach (var known in Lots)
        {
            if (known.Lot == lot) return known;
        }

        return null;
    }

    /// <summary>Adds a lot, or changes what is known of its expiry.</summary>
    /// <param name="lot">The lot's number; empty for stock without one.</param>
    /// <param name="known">What is known of the lot; null when nothing is.</param>
    public LotStock SetLot(string lot, Lot? known)
    {
        var stock = Find(lot) ?? new LotStock { Lot = lot };
        Lots.Remove(stock);
        (stock.ExpirationDate, stock.OtherExpirationDate) = (known?.ExpirationDate, known?.OtherExpirationDate);
        stock.UsableUntil = known?.UsableUntil;
        var at = Lots.FindIndex(other => LotTerm.CompareFefo(other.Term, stock.Term) > 0);
        Lots.Insert(at < 0 ? Lots.Count : at, stock);
        return stock;
    }
}
