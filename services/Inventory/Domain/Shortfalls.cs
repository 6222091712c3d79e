namespace Distribution.Inventory.Domain;

/// <summary>A time during which more had been given, sent or taken off than is known to have come by then.</summary>
/// <param name="Lot">The lot; empty where the reports left it open.</param>
/// <param name="From">The first day at whose end it was so.</param>
/// <param name="Until">The last such day; null while it goes on.</param>
/// <param name="Doses">Doses that were wanting at the worst.</param>
/// <param name="WorstOn">The first day on which so many were.</param>
/// <param name="EndedByCount">Whether a count ended it, not stock that came or a report that was taken back.</param>
internal sealed record Shortfall(string Lot, DateOnly From, DateOnly? Until, long Doses, DateOnly WorstOn, bool EndedByCount);

/// <summary>Finds the shortfalls of a card.</summary>
internal static class Shortfalls
{
    /// <summary>All of them, by lot and day.</summary>
    public static IReadOnlyList<Shortfall> Of(CardTable table, IReadOnlyList<LotTerm> terms)
    {
        var (walk, state) = (new StockWalk(terms), new CardState());
        var open = new Dictionary<string, Shortfall>();
        var ended = new List<Shortfall>();
        foreach (var (day, known) in table.Days)
        {
            var outcome = walk.Step(state, day, known);
            foreach (var shortfall in open.Values.Where(shortfall => state.Owed(shortfall.Lot) == 0).ToList())
            {
                open.Remove(shortfall.Lot);
                ended.Add(shortfall with
                {
                    Until = day.AddDays(-1),
                    EndedByCount = outcome.Counted.Keys.Any(line => line.Lot == shortfall.Lot)
                });
            }

            foreach (var (lot, net) in state.Net.Where(lot => lot.Value < 0))
            {
                var worst = open.GetValueOrDefault(lot) ?? new Shortfall(lot, day, null, 0, day, false);
                open[lot] = -net > worst.Doses ? worst with { Doses = -net, WorstOn = day } : worst;
            }
        }

        return [.. ended.Concat(open.Values).OrderBy(shortfall => shortfall.From).ThenBy(
            shortfall => shortfall.Lot, StringComparer.Ordinal)];
    }
}
