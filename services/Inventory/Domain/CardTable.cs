using System.Collections.Immutable;

namespace Distribution.Inventory.Domain;

/// <summary>All that is known of a card, day by day. Never changed.</summary>
internal sealed class CardTable
{
    private readonly ImmutableSortedDictionary<DateOnly, StockDay> _days;

    private CardTable(ImmutableSortedDictionary<DateOnly, StockDay> days) => _days = days;

    /// <summary>A card on which nothing has happened.</summary>
    public static CardTable Empty { get; } = new(ImmutableSortedDictionary<DateOnly, StockDay>.Empty);

    /// <summary>The days on which something happened, in order.</summary>
    public IEnumerable<KeyValuePair<DateOnly, StockDay>> Days => _days;

    /// <summary>What is known of a day.</summary>
    public StockDay this[DateOnly day] => _days.GetValueOrDefault(day, StockDay.Empty);

    /// <summary>The table with another day.</summary>
    public CardTable With(DateOnly day, StockDay known) =>
        new(known.Rows.Count + known.Counts.Count == 0 ? _days.Remove(day) : _days.SetItem(day, known));

    /// <summary>Where the card stands at the end of a day.</summary>
    public CardState At(DateOnly day, IReadOnlyList<LotTerm> terms)
    {
        var (walk, state) = (new StockWalk(terms), new CardState());
        foreach (var (each, known) in _days)
        {
            if (each > day) break;
            walk.Step(state, each, known);
        }

        return state;
    }

    /// <summary>
    /// What is to be booked, day by day, when the card was known as <paramref name="before"/> and is now known as this, with what is known
    /// of its lots; and where it stands at the end of each such day.
    /// </summary>
    /// <param name="before">The table of before.</param>
    /// <param name="termsBefore">What was known of the lots.</param>
    /// <param name="terms">What is known of them now.</param>
    public IEnumerable<(DateOnly Day, DayOutcome ToBook, CardState Before, CardState Now)> Since(
        CardTable before, IReadOnlyList<LotTerm> termsBefore, IReadOnlyList<LotTerm> terms)
    {
        var (old, now) = (new StockWalk(termsBefore), new StockWalk(terms));
        var (oldState, state) = (new CardState(), new CardState());
        foreach (var day in before._days.Keys.Union(_days.Keys).Order())
        {
            var was = old.Step(oldState, day, before[day]);
            var toBook = now.Step(state, day, this[day]).Less(was);
            yield return (day, toBook, oldState, state);
        }
    }
}
