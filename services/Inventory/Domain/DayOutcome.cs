namespace Distribution.Inventory.Domain;

/// <summary>
/// What follows from the facts of one day, beside the facts themselves: how far each lot's books had to be explained, and what each count
/// took off. In doses.
/// </summary>
internal sealed class DayOutcome
{
    private readonly Dictionary<string, long> _explained = [];
    private readonly Dictionary<(string CountId, string Lot), long> _counted = [];

    /// <summary>
    /// By lot: doses that enter on hand from what is unexplained, below 0 where stock pays for it. A lot that was drawn by a report without
    /// a lot number pays, and the stock without a number gets it.
    /// </summary>
    public IReadOnlyDictionary<string, long> Explained => _explained;

    /// <summary>By line of a count and lot: doses that the count took off, below 0 where more was there.</summary>
    public IReadOnlyDictionary<(string CountId, string Lot), long> Counted => _counted;

    /// <summary>Whether nothing follows.</summary>
    public bool IsEmpty => _explained.Count == 0 && _counted.Count == 0;

    /// <summary>Notes doses of a lot that enter on hand from what is unexplained.</summary>
    public void Explain(string lot, long doses) => Add(_explained, lot, doses);

    /// <summary>Notes doses that a count took off.</summary>
    public void Count(string countId, string lot, long doses) => Add(_counted, (countId, lot), doses);

    /// <summary>Takes out what was booked before.</summary>
    public void Take(DayOutcome booked)
    {
        foreach (var (lot, doses) in booked._explained) Explain(lot, -doses);
        foreach (var (line, doses) in booked._counted) Count(line.CountId, line.Lot, -doses);
    }

    private static void Add<TKey>(Dictionary<TKey, long> sums, TKey key, long doses) where TKey : notnull
    {
        if (doses == 0) return;
        var sum = sums.GetValueOrDefault(key) + doses;
        if (sum == 0) sums.Remove(key);
        else sums[key] = sum;
    }
}
