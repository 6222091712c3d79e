using Distribution.Inventory.Domain;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>Tells where a card stands after a change: from its newest day alone, unless something became known of a day before
/// it.</summary>
internal static class CardSettling
{
    /// <summary>Settles a card of which something became known.</summary>
    public static async ValueTask<CardSettled> Settle(ITransaction tx, CardTables tables, CardWork work) =>
        work.From >= work.Card.Day
            ? Forward(work, tables.Find(work.StampBefore))
            : Late(work, await tables.Load(tx, work.Card, work.StampBefore));

    private static CardSettled Forward(CardWork work, CardTable? table)
    {
        var card = work.Card;
        var terms = card.Terms;
        var walk = new StockWalk(terms);
        CardState before = new(), start = new(), end = new();
        foreach (var lot in card.Lots) (before[lot.Lot], start[lot.Lot], end[lot.Lot]) = (lot.Net, lot.Start, lot.Net);
        var (newest, today) = (card.Day, card.Today);
        var changes = new List<DayChange>();
        var limited = new LimitedStock(before, terms, terms);
        foreach (var (day, known) in work.Changed(day => day == card.Day ? card.Today : StockDay.Empty))
        {
            if (day > newest) start = end.Copy();
            end = start.Copy();
            var outcome = walk.Step(end, day, known);
            if (day == card.Day && !card.Today.IsEmpty) outcome.Take(walk.Step(start.Copy(), day, card.Today));
            changes.Add(new DayChange(day, outcome, end.OwedMoreThan(before)));
            limited.Step(day, before, end);
            (newest, today) = (day, known);
            table = table?.With(day, known);
        }

        return new CardSettled(changes, newest, today, start, end, limited.Changes, table);
    }

    private static CardSettled Late(CardWork work, CardTable before)
    {
        var table = before;
        foreach (var (day, known) in work.Changed(day => before[day])) table = table.With(day, known);
        var terms = work.Card.Terms;
        var (changes, start, end, limited) = table.Since(work.From, before, work.TermsBefore ?? terms, terms);
        return new CardSettled(changes, table.Newest, table[table.Newest], start, end, limited, table);
    }
}
