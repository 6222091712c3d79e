using System.Text.Json.Serialization;

namespace Distribution.Inventory.Domain;

/// <summary>Why doses are wanted from a stock card: they were given, or they were sent away.</summary>
internal enum DemandKind
{
    /// <summary>Reported as given.</summary>
    Administered,

    /// <summary>Reported as sent.</summary>
    Out,
}

/// <summary>What a stock card knows of one lot: sums of facts and commands, whatever the order in which they came.</summary>
internal sealed class LotStock
{
    /// <summary>The lot's number; empty for stock that was received without one.</summary>
    public required string Lot { get; init; }

    /// <summary>Doses: receipts and adjustments less wastage and what was set apart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long In { get; set; }

    /// <summary>Doses that reports say were given from this lot. Below 0 while a retraction precedes its report.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Administered { get; set; }

    /// <summary>Doses that shipments say were sent from this lot.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Out { get; set; }

    /// <summary>Doses that are promised to shipments and still on hand.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Reserved { get; set; }

    /// <summary>Doses that are set apart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Quarantined { get; set; }

    /// <summary>The lot's expiry, or null when it is not known.</summary>
    public DateOnly? ExpirationDate { get; set; }

    /// <summary>The last day on which the lot may be used, or null when nothing limits it.</summary>
    public DateOnly? UsableUntil { get; set; }

    /// <summary>A copy.</summary>
    public LotStock Copy() => (LotStock)MemberwiseClone();

    /// <summary>Whether the lot may be used on a day.</summary>
    public bool UsableOn(DateOnly day) => UsableUntil is null || UsableUntil >= day;

    /// <summary>First expiry first out: the earliest expiry, then no expiry, then by lot number.</summary>
    public static int CompareFefo(LotStock a, LotStock b)
    {
        var byExpiry = (a.ExpirationDate ?? DateOnly.MaxValue).CompareTo(b.ExpirationDate ?? DateOnly.MaxValue);
        return byExpiry != 0 ? byExpiry : string.CompareOrdinal(a.Lot, b.Lot);
    }
}

/// <summary>
/// Demand that named no lot, over days on which the same lots are usable: after the bucket before, up to
/// <see cref="Until"/>.
/// </summary>
internal sealed class DemandBucket
{
    /// <summary>The last day, or null for the bucket without an end.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Doses given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Administered { get; set; }

    /// <summary>Doses sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Out { get; set; }

    /// <summary>A copy.</summary>
    public DemandBucket Copy() => (DemandBucket)MemberwiseClone();
}

/// <summary>Demand of one day that named no lot.</summary>
internal readonly record struct DayDemand(DateOnly Day, DemandKind Kind, long Doses);

/// <summary>
/// The stock of one vaccine at one facility, as sums that commute. What is on hand, what is drawn and what is owed
/// follows from the sums alone (<see cref="Settlement"/>), so the order in which facts come does not matter.
/// </summary>
internal sealed class StockCard : ICloneable
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Where.</summary>
    public required string FacilityId { get; init; }

    /// <summary>Of what.</summary>
    public required string VaccineId { get; init; }

    /// <summary>Every lot that a fact or command named, first expiry first.</summary>
    public List<LotStock> Lots { get; init; } = [];

    /// <summary>Demand that named no lot, split at every distinct <see cref="LotStock.UsableUntil"/>, by day.</summary>
    public List<DemandBucket> Unspecified { get; private set; } = [new()];

    /// <summary>For reading a stored card.</summary>
    [JsonConstructor]
    public StockCard(List<DemandBucket>? unspecified = null)
    {
        if (unspecified is { Count: > 0 }) Unspecified = unspecified;
    }

    /// <summary>A copy that shares nothing that can change.</summary>
    public object Clone() => new StockCard([.. Unspecified.Select(bucket => bucket.Copy())])
    {
        SchemaVersion = SchemaVersion,
        FacilityId = FacilityId,
        VaccineId = VaccineId,
        Lots = [.. Lots.Select(lot => lot.Copy())],
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

    /// <summary>Adds a lot, or changes what is known of its expiry. <see cref="BucketsFit"/> may fail afterwards.</summary>
    public LotStock SetLot(string lot, DateOnly? expirationDate, DateOnly? usableUntil)
    {
        var stock = Find(lot);
        if (stock is null) Lots.Add(stock = new LotStock { Lot = lot });
        stock.ExpirationDate = expirationDate;
        stock.UsableUntil = usableUntil;
        Lots.Sort(LotStock.CompareFefo);
        return stock;
    }

    /// <summary>Whether the buckets are split at the lots' last usable days; else <see cref="Rebucket"/> is due.</summary>
    public bool BucketsFit() => Bounds()
        .SequenceEqual(Unspecified.Where(bucket => bucket.Until is not null).Select(bucket => bucket.Until!.Value));

    /// <summary>Splits the demand anew, from the sums by day.</summary>
    public void Rebucket(IEnumerable<DayDemand> days)
    {
        Unspecified = [.. Bounds().Select(until => new DemandBucket { Until = until }), new DemandBucket()];
        foreach (var demand in days) AddUnspecified(demand);
    }

    /// <summary>Adds demand that named no lot.</summary>
    public void AddUnspecified(DayDemand demand)
    {
        var index = 0;
        while (Unspecified[index].Until < demand.Day) index++;
        var bucket = Unspecified[index];
        if (demand.Kind == DemandKind.Administered) bucket.Administered += demand.Doses;
        else bucket.Out += demand.Doses;
    }

    /// <summary>
    /// Sets what is on hand of a lot to what was counted, and explains what was owed: the lot's own discrepancy and,
    /// for stock without a lot number, that of the demand without one.
    /// </summary>
    /// <returns>Doses by which the known stock rose (or fell, below 0).</returns>
    public long Count(string lot, long counted)
    {
        var stock = Find(lot) ?? throw new ArgumentException("the lot is not on the card", nameof(lot));
        var before = stock.In;
        var settled = Settlement.Of(this);
        var line = settled.Of(lot);
        var specified = Math.Max(0, stock.Administered) + Math.Max(0, stock.Out);
        var drawnUnspecified = line.Administered + line.Out - (specified - line.Owed);
        var low = specified + drawnUnspecified + counted + (lot.Length == 0 ? settled.UnspecifiedOwed : 0);
        var high = specified + counted + Unspecified.Sum(bucket => Math.Max(0, bucket.Administered) + Math.Max(0, bucket.Out));
        high = Math.Max(low, high);

        // Stock that is found may be drawn at once by demand without a lot, so what is on hand rises by no more than
        // the known stock, and never falls: the least stock that leaves the counted doses on hand is searched.
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            stock.In = middle;
            var tried = Settlement.Of(this);
            if (tried.Of(lot).OnHand >= counted && (lot.Length > 0 || tried.UnspecifiedOwed == 0)) high = middle;
            else low = middle + 1;
        }

        stock.In = low;
        return low - before;
    }

    private IEnumerable<DateOnly> Bounds() =>
        Lots.Where(lot => lot.UsableUntil is not null).Select(lot => lot.UsableUntil!.Value).Distinct().Order();
}
