namespace Distribution.Inventory.Domain;

/// <summary>What is known of a lot, for drawing stock: its expiry, and the last day on which it may be used.</summary>
/// <param name="Lot">The lot's number; empty for stock without one.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="UsableUntil">The last day on which it may be used, or null when nothing limits it.</param>
internal readonly record struct LotTerm(string Lot, DateOnly? ExpirationDate, DateOnly? UsableUntil)
{
    /// <summary>Whether the lot may be used on a day.</summary>
    public bool UsableOn(DateOnly day) => UsableUntil is null || UsableUntil >= day;

    /// <summary>First expiry first out: the earliest expiry, then no expiry, then by lot number.</summary>
    public static int CompareFefo(LotTerm a, LotTerm b)
    {
        var byExpiry = (a.ExpirationDate ?? DateOnly.MaxValue).CompareTo(b.ExpirationDate ?? DateOnly.MaxValue);
        return byExpiry != 0 ? byExpiry : string.CompareOrdinal(a.Lot, b.Lot);
    }
}

/// <summary>
/// Where the lots of a card stand at a moment, in doses: on hand where above 0, owed (given, sent or taken off beyond the known stock)
/// where below. A lot never has and owes at once, because its stock pays what it owes first.
/// </summary>
internal sealed class CardState
{
    private readonly Dictionary<string, long> _net;

    /// <summary>A card on which nothing has happened.</summary>
    public CardState() => _net = [];

    /// <summary>A card as it was kept.</summary>
    public CardState(Dictionary<string, long> net) => _net = new(net);

    /// <summary>By lot, those that are neither on hand nor owed left out.</summary>
    public IReadOnlyDictionary<string, long> Net => _net;

    /// <summary>Doses on hand, over all lots.</summary>
    public long TotalOnHand
    {
        get
        {
            var total = 0L;
            foreach (var net in _net.Values) total += Math.Max(0, net);
            return total;
        }
    }

    /// <summary>Doses of a lot: above 0 on hand, below 0 owed.</summary>
    public long this[string lot]
    {
        get => _net.GetValueOrDefault(lot);
        set
        {
            if (value == 0) _net.Remove(lot);
            else _net[lot] = value;
        }
    }

    /// <summary>Doses of a lot on hand, 0 or more.</summary>
    public long OnHand(string lot) => Math.Max(0, this[lot]);

    /// <summary>Doses of a lot that are owed, 0 or more.</summary>
    public long Owed(string lot) => Math.Max(0, -this[lot]);

    /// <summary>Doses by which more is owed than in another state, over the lots of which more is.</summary>
    public long OwedMoreThan(CardState other)
    {
        var more = 0L;
        foreach (var (lot, net) in _net)
        {
            if (net < 0) more += Math.Max(0, -net - other.Owed(lot));
        }

        return more;
    }

    /// <summary>A copy that shares nothing.</summary>
    public CardState Copy() => new(_net);
}
