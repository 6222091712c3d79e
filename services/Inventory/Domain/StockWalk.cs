namespace Distribution.Inventory.Domain;

/// <summary>
/// Goes through the days of a card in order and tells where its lots stand: a pure function of what is known of each day, so that the order in
/// which facts come does not matter.
/// <para>
/// Within a day what came counts before what went. Stock pays first what its own lot owes, then what reports without a lot number owe. Such
/// a report draws from the lots that may be used on its day, first expiry first; what no stock backs is owed, and paid by stock that comes
/// later. A count is the truth at its moment: what it finds is on hand, and nothing is owed any longer of what was counted.
/// </para>
/// </summary>
/// <param name="terms">What is known of the card's lots, first expiry first.</param>
internal sealed class StockWalk(IReadOnlyList<LotTerm> terms)
{
    private const string NoLot = "";

    /// <summary>Takes a state through a day.</summary>
    /// <param name="state">The state at the start of the day; changed to that at its end.</param>
    /// <param name="day">The day.</param>
    /// <param name="known">What is known of it.</param>
    /// <returns>What follows from it.</returns>
    public DayOutcome Step(CardState state, DateOnly day, StockDay known)
    {
        var outcome = new DayOutcome();
        var firm = known.Rows.Where(row => row.Time is not null).OrderBy(row => row.Time).ToList();
        var (next, demanded) = (0, false);
        foreach (var count in known.Counts)
        {
            var until = next;
            while (until < firm.Count && firm[until].Time <= count.Time) until++;
            Settle(state, day, firm[next..until], outcome);
            next = until;
            if (!count.Before) Demand(ref demanded);
            Count(state, count, outcome);
        }

        Settle(state, day, firm[next..], outcome);
        Demand(ref demanded);
        return outcome;

        void Demand(ref bool done)
        {
            if (done) return;
            done = true;
            foreach (var row in known.Rows.Where(row => row.Time is null && row.Lot != NoLot)) Move(state, row.Lot, row.Net, outcome);
            foreach (var row in known.Rows.Where(row => row.Time is null && row.Lot == NoLot)) Report(state, day, row.Net, outcome);
        }
    }

    /// <summary>Firm changes of some part of a day, by lot.</summary>
    private void Settle(CardState state, DateOnly day, List<StockRow> rows, DayOutcome outcome)
    {
        if (rows.Count == 0) return;
        foreach (var lot in rows.GroupBy(row => row.Lot)) Move(state, lot.Key, lot.Sum(row => row.Net), outcome);
        var owed = state.Owed(NoLot);
        if (owed > 0) state[NoLot] += Draw(state, day, owed, outcome);
    }

    private static void Move(CardState state, string lot, long net, DayOutcome outcome)
    {
        var owed = state.Owed(lot);
        state[lot] += net;
        outcome.Explain(lot, state.Owed(lot) - owed);
    }

    /// <summary>Doses that reports without a lot number took (below 0). It is booked on the stock without a number.</summary>
    private void Report(CardState state, DateOnly day, long net, DayOutcome outcome)
    {
        if (net > 0)
        {
            // A report that was taken back before it came.
            Move(state, NoLot, net, outcome);
            return;
        }

        var own = state.OnHand(NoLot);
        var unbacked = -net - Draw(state, day, -net, outcome);
        state[NoLot] -= unbacked;
        outcome.Explain(NoLot, -net - (own - state.OnHand(NoLot)));
    }

    /// <summary>Takes doses from the lots that may be used on a day, first expiry first.</summary>
    private long Draw(CardState state, DateOnly day, long wanted, DayOutcome outcome)
    {
        var total = 0L;
        foreach (var term in terms)
        {
            if (total == wanted) break;
            if (!term.UsableOn(day)) continue;
            var taken = Math.Min(state.OnHand(term.Lot), wanted - total);
            if (taken == 0) continue;
            state[term.Lot] -= taken;
            total += taken;
            if (term.Lot != NoLot) outcome.Explain(term.Lot, -taken);
        }

        return total;
    }

    private void Count(CardState state, StockCount count, DayOutcome outcome)
    {
        if (count.Lot is { } lot)
        {
            Set(lot, count.Doses);
            return;
        }

        // All of the vaccine: what is wanting is taken from what expires first, what was found has no lot number.
        var missing = state.TotalOnHand - count.Doses;
        foreach (var known in terms.Select(term => term.Lot).ToList())
        {
            var onHand = state.OnHand(known);
            var taken = Math.Clamp(missing, 0, onHand);
            missing -= taken;
            Set(known, onHand - taken);
        }

        if (missing < 0) Set(NoLot, state.OnHand(NoLot) - missing);

        void Set(string of, long doses)
        {
            var before = state[of];
            state[of] = doses;
            outcome.Count(count.CountId, of, before - doses);
            outcome.Explain(of, -Math.Max(0, -before));
        }
    }
}
