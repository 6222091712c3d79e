using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Distribution.Inventory.Domain;

/// <summary>A day of a card of which more became known.</summary>
/// <param name="Day">The day.</param>
/// <param name="ToBook">What follows from it now, less what followed from it before.</param>
/// <param name="OwedMore">Doses by which more is owed at its end than was, over the lots of which more is; 0 or more.</param>
internal readonly record struct DayChange(DateOnly Day, DayOutcome ToBook, long OwedMore);

/// <summary>All that is known of a card, day by day. Never changed.</summary>
internal sealed class CardTable
{
    private readonly ImmutableSortedDictionary<DateOnly, StockDay> _days;

    private CardTable(ImmutableSortedDictionary<DateOnly, StockDay> days) => _days = days;

    /// <summary>A table of days that are known.</summary>
    public static CardTable Of(IEnumerable<KeyValuePair<DateOnly, StockDay>> days) =>
        new(days.Where(day => !day.Value.IsEmpty).ToImmutableSortedDictionary());

    /// <summary>What it takes in memory, in rows.</summary>
    public int Size => 1 + _days.Sum(day => 1 + day.Value.Rows.Count + day.Value.Counts.Count);

    /// <summary>The days on which something happened, in order.</summary>
    public IEnumerable<KeyValuePair<DateOnly, StockDay>> Days => _days;

    /// <summary>The newest day on which something happened; the first of all days when there is none.</summary>
    public DateOnly Newest => _days.IsEmpty ? DateOnly.MinValue : _days.Keys.Last();

    /// <summary>What is known of a day.</summary>
    public StockDay this[DateOnly day] => _days.GetValueOrDefault(day, StockDay.Empty);

    /// <summary>The table with more known of a day.</summary>
    public CardTable With(DateOnly day, StockDay known) => new(known.IsEmpty ? _days.Remove(day) : _days.SetItem(day, known));

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

    /// <summary>By lot, the fewest doses on hand at the end of a day or of any later one; lots of which there are none are left
    /// out.</summary>
    public IReadOnlyDictionary<string, long> LeastFrom(DateOnly day, IReadOnlyList<LotTerm> terms)
    {
        var (walk, state) = (new StockWalk(terms), At(day, terms));
        var least = state.Net.Where(lot => lot.Value > 0).ToDictionary();
        foreach (var (each, known) in _days)
        {
            if (each <= day) continue;
            walk.Step(state, each, known);
            foreach (var lot in least.Keys) least[lot] = Math.Min(least[lot], state.OnHand(lot));
        }

        return least;
    }

    /// <summary>
    /// What is to be booked, day by day, when the card was known as <paramref name="before"/> and is now known as this; where it stands
    /// at the start and at the end of its newest day; and its stock that something limits.
    /// </summary>
    /// <param name="from">The first day of which something else is known.</param>
    /// <param name="before">The table of before.</param>
    /// <param name="termsBefore">What was known of the lots.</param>
    /// <param name="terms">What is known of them now.</param>
    public (IReadOnlyList<DayChange> Changes, CardState Start, CardState End, IReadOnlyDictionary<(DateOnly, string), long> Limited) Since(
        DateOnly from, CardTable before, IReadOnlyList<LotTerm> termsBefore, IReadOnlyList<LotTerm> terms)
    {
        var (old, now) = (new StockWalk(termsBefore), new StockWalk(terms));
        CardState? was = null;
        LimitedStock? limited = null;
        CardState state = new(), start = new();
        var changes = new List<DayChange>();
        using var known = _days.GetEnumerator();
        using var knownBefore = before._days.GetEnumerator();
        bool more = known.MoveNext(), moreBefore = knownBefore.MoveNext();
        while (more || moreBefore)
        {
            var day = Earlier(more ? known.Current.Key : null, moreBefore ? knownBefore.Current.Key : null);
            if (was is null && day >= from)
            {
                was = state.Copy();
                limited = new LimitedStock(state, termsBefore, terms);
            }

            var today = more && known.Current.Key == day ? known.Current.Value : StockDay.Empty;
            var todayBefore = moreBefore && knownBefore.Current.Key == day ? knownBefore.Current.Value : StockDay.Empty;
            if (more && known.Current.Key == day && !(more = known.MoveNext())) start = state.Copy();
            if (moreBefore && knownBefore.Current.Key == day) moreBefore = knownBefore.MoveNext();
            var outcome = now.Step(state, day, today);
            if (was is null) continue;
            outcome.Take(old.Step(was, day, todayBefore));
            var owedMore = state.OwedMoreThan(was);
            if (!outcome.IsEmpty || owedMore != 0) changes.Add(new DayChange(day, outcome, owedMore));
            limited!.Step(day, was, state);
        }

        return (changes, start, state, limited?.Changes ?? ReadOnlyDictionary<(DateOnly, string), long>.Empty);
    }

    private static DateOnly Earlier(DateOnly? a, DateOnly? b) => a is null || b < a ? b!.Value : a.Value;
}
