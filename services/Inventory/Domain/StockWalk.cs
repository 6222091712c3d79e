namespace Distribution.Inventory.Domain;

/// <summary>
/// Goes through the days of a card in order and tells where its lots stand: a pure function of what is known of each day, so that the
/// order in which facts come does not matter.
/// <para>
/// Within a day what came counts before what went. Stock pays first what its own lot owes, then what reports without a lot number owe. Such
/// a report draws from the lots that may be used on its day, first expiry first; what no stock backs is owed, and paid by stock that comes
/// later. A count is the truth at its moment: what it finds is on hand, and nothing is owed any longer of what was counted. Reports without
/// a lot number had drawn all that was there, so a count of any lot settles what they are owed too: neither what was counted pays for them,
/// nor what comes later.
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
        int? after = null;
        var demanded = false;
        foreach (var count in known.Counts)
        {
            Settle(state, day, known.Rows, after, count.Time, outcome);
            after = count.Time;
            if (!count.Before && !demanded)
            {
                demanded = true;
                Demand(state, day, known.Rows, outcome);
            }

            Count(state, count, outcome);
        }

        Settle(state, day, known.Rows, after, null, outcome);
        if (!demanded) Demand(state, day, known.Rows, outcome);
        return outcome;
    }

    /// <summary>Firm changes later than one time and not later than another. What comes and what goes of a lot is one sum.</summary>
    private void Settle(
        CardState state, DateOnly day, IReadOnlyList<StockRow> rows, int? after, int? until, DayOutcome outcome)
    {
        List<StockRow>? lots = null;
        foreach (var row in rows)
        {
            if (row.Time is null || row.Time <= after || row.Time > until) continue;
            var index = (lots ??= []).FindIndex(lot => lot.Lot == row.Lot);
            if (index < 0) lots.Add(row);
            else lots[index] = row with { Net = row.Net + lots[index].Net };
        }

        if (lots is null) return;
        foreach (var lot in lots) Move(state, lot.Lot, lot.Net, outcome);
        var owed = state.Owed(NoLot);
        if (owed > 0) state[NoLot] += Draw(state, day, owed, outcome);
    }

    /// <summary>Doses given or sent on the day: first those that name their lot.</summary>
    private void Demand(CardState state, DateOnly day, IReadOnlyList<StockRow> rows, DayOutcome outcome)
    {
        StockRow? open = null;
        foreach (var row in rows)
        {
            if (row.Time is not null) continue;
            // More taken back than was given on the day: its report is still to come, or was known before cards had days.
            if (row.Net < 0 && row.Lot == NoLot) open = row;
            else Move(state, row.Lot, row.Net, outcome);
        }

        if (open is { } report) Report(state, day, -report.Net, outcome);
    }

    private static void Move(CardState state, string lot, long net, DayOutcome outcome)
    {
        var owed = state.Owed(lot);
        state[lot] += net;
        outcome.Explain(lot, state.Owed(lot) - owed);
    }

    /// <summary>Doses that reports without a lot number took. They are booked on the stock without a number, whatever they draw
    /// from.</summary>
    private void Report(CardState state, DateOnly day, long doses, DayOutcome outcome)
    {
        var own = state.OnHand(NoLot);
        var drawn = Draw(state, day, doses, outcome);
        var ownDrawn = own - state.OnHand(NoLot);
        state[NoLot] -= doses - drawn;
        outcome.Explain(NoLot, doses - ownDrawn);
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
            if (count.SettlesOpen && state.Owed(NoLot) > 0) Set(NoLot, 0);
            return;
        }

        // All of the vaccine: what is wanting is taken from what expires first, what was found has no lot number.
        var missing = state.TotalOnHand - count.Doses;
        var found = Math.Max(0, -missing);
        foreach (var term in terms)
        {
            var onHand = state.OnHand(term.Lot);
            var taken = Math.Clamp(missing, 0, onHand);
            missing -= taken;
            Set(term.Lot, onHand - taken + (term.Lot == NoLot ? found : 0));
        }

        void Set(string of, long doses)
        {
            var before = state[of];
            state[of] = doses;
            outcome.Count(count.CountId, of, before - doses);
            outcome.Explain(of, Math.Min(0, before));
        }
    }
}
