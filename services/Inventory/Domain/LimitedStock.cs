using System.Runtime.InteropServices;

namespace Distribution.Inventory.Domain;

/// <summary>
/// By how much the doses on hand of a card's lots that something limits change, day by day, when more becomes known: summed by what limits
/// them (<see cref="Measure.Limited"/>), they tell of any day what had expired, what was recalled, and how long the rest could be used.
/// </summary>
internal sealed class LimitedStock
{
    private readonly Dictionary<string, LotTerm> _limitedBefore;
    private readonly Dictionary<string, LotTerm>? _limited;
    private readonly Dictionary<string, (long Was, long Now)> _onHand;
    private readonly Dictionary<(DateOnly Day, string Measure), long> _changes = [];

    /// <param name="before">Where the card stands before the first day that is told.</param>
    /// <param name="termsBefore">What was known of its lots.</param>
    /// <param name="terms">What is known of them now.</param>
    public LimitedStock(CardState before, IReadOnlyList<LotTerm> termsBefore, IReadOnlyList<LotTerm> terms)
    {
        _limitedBefore = Limited(termsBefore);
        _limited = ReferenceEquals(termsBefore, terms) ? null : Limited(terms);
        _onHand = HasAny ? before.Net.Keys.ToDictionary(lot => lot, lot => (before.OnHand(lot), before.OnHand(lot))) : [];
    }

    /// <summary>The changes, in doses, by day and measure.</summary>
    public IReadOnlyDictionary<(DateOnly Day, string Measure), long> Changes => _changes;

    private bool HasAny => _limitedBefore.Count + (_limited?.Count ?? 0) > 0;

    /// <summary>Takes in the end of a day, in the order of days.</summary>
    /// <param name="day">The day.</param>
    /// <param name="was">Where the card stood at its end by what was known.</param>
    /// <param name="now">Where it stands at its end by what is known now.</param>
    public void Step(DateOnly day, CardState was, CardState now)
    {
        if (!HasAny) return;
        foreach (var lot in now.Net.Keys) Note(lot);
        foreach (var lot in was.Net.Keys) Note(lot);
        // What has gone is in neither.
        foreach (var lot in _onHand.Keys) Note(lot);

        void Note(string lot)
        {
            var wasLimited = _limitedBefore.TryGetValue(lot, out var termBefore);
            var term = termBefore;
            var isLimited = _limited is null ? wasLimited : _limited.TryGetValue(lot, out term);
            if (!wasLimited && !isLimited) return;
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_onHand, lot, out _);
            (long Was, long Now) ends = (was.OnHand(lot), now.OnHand(lot));
            var (more, moreBefore) = (ends.Now - known.Now, ends.Was - known.Was);
            known = ends;
            if (wasLimited && isLimited && term == termBefore) Add(day, term, more - moreBefore);
            else
            {
                if (isLimited) Add(day, term, more);
                if (wasLimited) Add(day, termBefore, -moreBefore);
            }
        }
    }

    private void Add(DateOnly day, LotTerm term, long doses)
    {
        if (doses == 0) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_changes, (day, Measure.Limited(term)), out _) += doses;
    }

    private static Dictionary<string, LotTerm> Limited(IReadOnlyList<LotTerm> terms)
    {
        var limited = new Dictionary<string, LotTerm>();
        foreach (var term in terms)
        {
            if (term.UsableUntil is not null) limited[term.Lot] = term;
        }

        return limited;
    }
}
