namespace Distribution.Inventory.Domain;

/// <summary>What becomes of one lot's stock.</summary>
/// <param name="Lot">The lot's number; empty for stock without one.</param>
/// <param name="OnHand">Doses that nothing has drawn.</param>
/// <param name="Administered">Doses drawn by those given.</param>
/// <param name="Out">Doses drawn by those sent.</param>
/// <param name="Owed">Doses given or sent from this very lot beyond its known stock.</param>
internal record struct LotSettlement(string Lot, long OnHand, long Administered, long Out, long Owed);

/// <summary>
/// How the known stock of a card backs what was given and sent. A pure function of the card's sums: demand that names
/// its lot comes first, given before sent; then demand without a lot, given before sent and day by day, first expiry
/// first out from the lots that are usable on the day. What is not backed is the discrepancy.
/// </summary>
internal sealed class Settlement
{
    private readonly LotSettlement[] _lots;

    private Settlement(LotSettlement[] lots, long unspecifiedOwed)
    {
        _lots = lots;
        UnspecifiedOwed = unspecifiedOwed;
        Discrepancy = unspecifiedOwed;
        foreach (var lot in lots)
        {
            OnHand += lot.OnHand;
            Discrepancy += lot.Owed;
        }
    }

    /// <summary>By lot, first expiry first.</summary>
    public IReadOnlyList<LotSettlement> Lots => _lots;

    /// <summary>Doses on hand over all lots.</summary>
    public long OnHand { get; }

    /// <summary>Doses given or sent without naming a lot, beyond the known stock.</summary>
    public long UnspecifiedOwed { get; }

    /// <summary>Doses given or sent beyond the known stock, over all lots and without one.</summary>
    public long Discrepancy { get; }

    /// <summary>The settlement of one lot; all zero for a lot that is not on the card.</summary>
    public LotSettlement Of(string lot, int hint = 0)
    {
        if (hint < _lots.Length && _lots[hint].Lot == lot) return _lots[hint];
        foreach (var known in _lots)
        {
            if (known.Lot == lot) return known;
        }

        return new LotSettlement(lot, 0, 0, 0, 0);
    }

    /// <summary>Settles a card.</summary>
    public static Settlement Of(StockCard card)
    {
        var lots = new LotSettlement[card.Lots.Count];
        for (var i = 0; i < lots.Length; i++)
        {
            // A sum below zero is a retraction that came before its report: there is nothing to back yet.
            var stock = card.Lots[i];
            long known = Math.Max(0, stock.In), given = Math.Max(0, stock.Administered), sent = Math.Max(0, stock.Out);
            var givenBacked = Math.Min(known, given);
            var sentBacked = Math.Min(known - givenBacked, sent);
            lots[i] = new LotSettlement(
                stock.Lot, known - givenBacked - sentBacked, givenBacked, sentBacked, given + sent - givenBacked - sentBacked);
        }

        // All that was given comes before all that was sent: within each bucket instead, a lot that only splits a
        // bucket, and of which there never was stock, would change which of them is backed.
        var owed = 0L;
        foreach (var bucket in card.Unspecified)
            owed += Draw(card, lots, bucket.Until, Math.Max(0, bucket.Administered), DemandKind.Administered);
        foreach (var bucket in card.Unspecified)
            owed += Draw(card, lots, bucket.Until, Math.Max(0, bucket.Out), DemandKind.Out);

        return new Settlement(lots, owed);
    }

    private static long Draw(StockCard card, LotSettlement[] lots, DateOnly? until, long doses, DemandKind kind)
    {
        for (var i = 0; i < lots.Length && doses > 0; i++)
        {
            var usableUntil = card.Lots[i].UsableUntil;
            if (usableUntil is not null && (until is null || usableUntil < until)) continue;
            ref var lot = ref lots[i];
            var taken = Math.Min(lot.OnHand, doses);
            lot.OnHand -= taken;
            if (kind == DemandKind.Administered) lot.Administered += taken;
            else lot.Out += taken;
            doses -= taken;
        }

        return doses;
    }
}
