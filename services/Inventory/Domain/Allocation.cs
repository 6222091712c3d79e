namespace Distribution.Inventory.Domain;

/// <summary>Doses of one lot.</summary>
internal readonly record struct LotDoses(string Lot, DateOnly? ExpirationDate, long Doses);

/// <summary>What an allocation found.</summary>
/// <param name="Lots">What can be taken, first expiry first.</param>
/// <param name="Short">Doses that are wanting; 0 when all is there.</param>
internal readonly record struct Allocated(IReadOnlyList<LotDoses> Lots, long Short);

/// <summary>Chooses lots for a shipment: first expiry first out, skipping what may not be used on the day.</summary>
internal static class Allocation
{
    /// <summary>Finds doses on a card.</summary>
    /// <param name="card">The sender's stock.</param>
    /// <param name="lot">The lot that is asked for, or null for any.</param>
    /// <param name="day">The day on which the lots must be usable.</param>
    /// <param name="doses">Doses, above 0.</param>
    /// <param name="goesBack">Whether a lot that is asked for by its number may go though it may not be used.</param>
    public static Allocated Find(StockCard card, string? lot, DateOnly day, long doses, bool goesBack)
    {
        var taken = new List<LotDoses>();
        foreach (var stock in card.Lots)
        {
            if (doses == 0) break;
            if ((lot is not null && stock.Lot != lot) || !(stock.Term.UsableOn(day) || (goesBack && lot is not null))) continue;
            var take = Math.Min(doses, stock.Available);
            if (take == 0) continue;
            taken.Add(new LotDoses(stock.Lot, stock.ExpirationDate, take));
            doses -= take;
        }

        return new Allocated(taken, doses);
    }
}
