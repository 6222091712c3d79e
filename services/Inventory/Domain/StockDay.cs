namespace Distribution.Inventory.Domain;

/// <summary>
/// What is known to have changed the stock of one lot on a day, as a sum that commutes. Firm changes (receipts, dispatches, wastage,
/// adjustments, quarantine) have a time; demand that is known by its day alone (doses given, dispatches that named no lot) has none.
/// </summary>
/// <param name="Time">The time of day where the facility lies, to the second; null for demand.</param>
/// <param name="Lot">The lot; empty for stock, or demand, without one.</param>
/// <param name="Net">Doses that came, less doses that went.</param>
internal readonly record struct StockRow(TimeOnly? Time, string Lot, long Net);

/// <summary>A line of a physical count.</summary>
/// <param name="CountId">Names the line for ever.</param>
/// <param name="Time">The time of day where the facility lies.</param>
/// <param name="Lot">The lot; null when all of the vaccine was counted, whatever its lots.</param>
/// <param name="Doses">Doses counted.</param>
/// <param name="Before">Counted before the day's doses were given; else after them.</param>
internal sealed record StockCount(string CountId, TimeOnly Time, string? Lot, long Doses, bool Before);

/// <summary>All that is known of one day of a card. Never changed.</summary>
/// <param name="Rows">By time and lot, each pair once.</param>
/// <param name="Counts">By time, then id.</param>
internal sealed record StockDay(IReadOnlyList<StockRow> Rows, IReadOnlyList<StockCount> Counts)
{
    /// <summary>A day on which nothing happened.</summary>
    public static StockDay Empty { get; } = new([], []);

    /// <summary>The day with more doses of a row.</summary>
    public StockDay With(StockRow row)
    {
        var rows = new List<StockRow>(Rows.Count + 1);
        var found = false;
        foreach (var known in Rows)
        {
            if (known.Time != row.Time || known.Lot != row.Lot) rows.Add(known);
            else
            {
                found = true;
                if (known.Net + row.Net != 0) rows.Add(known with { Net = known.Net + row.Net });
            }
        }

        if (!found && row.Net != 0) rows.Add(row);
        return this with { Rows = rows };
    }

    /// <summary>The day with a line of a count; a line of the same id is replaced.</summary>
    public StockDay With(StockCount count) => this with
    {
        Counts = [.. Counts.Where(known => known.CountId != count.CountId).Append(count)
            .OrderBy(known => known.Time).ThenBy(known => known.CountId, StringComparer.Ordinal)],
    };

    /// <summary>The day without a line of a count.</summary>
    public StockDay Without(string countId) => this with { Counts = [.. Counts.Where(known => known.CountId != countId)] };
}
