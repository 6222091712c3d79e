using Distribution.Inventory.Domain;

namespace Distribution.Inventory.Ledger;

/// <summary>A stock card while a change works on it.</summary>
internal sealed class CardWork(StockCard card, PlacePath path)
{
    private readonly List<(DateOnly Day, StockRow Row)> _rows = [];
    private readonly List<Recount> _recounts = [];

    /// <summary>The card.</summary>
    public StockCard Card { get; } = card;

    /// <summary>Where it lies.</summary>
    public PlacePath Path { get; } = path;

    /// <summary>Its stamp before the change.</summary>
    public long StampBefore { get; } = card.Stamp;

    /// <summary>What was known of its lots before the change, when it is another than now; else null.</summary>
    public IReadOnlyList<LotTerm>? TermsBefore { get; private set; }

    /// <summary>Doses on hand before the change.</summary>
    public long OnHandBefore { get; } = card.OnHand;

    /// <summary>Doses owed before the change.</summary>
    public long DiscrepancyBefore { get; } = card.Discrepancy;

    /// <summary>Doses set apart before the change.</summary>
    public long QuarantinedBefore { get; } = card.Lots.Sum(lot => lot.Quarantined);

    /// <summary>What became known of its days, in the order in which it did.</summary>
    public IReadOnlyList<(DateOnly Day, StockRow Row)> Rows => _rows;

    /// <summary>Lines of counts that were added or taken back, in the order in which they were.</summary>
    public IReadOnlyList<Recount> Recounts => _recounts;

    /// <summary>Doses that were set apart by this change, by day and lot; below 0 for those released.</summary>
    public List<(DateOnly Day, string Lot, long Doses)> SetApart { get; } = [];

    /// <summary>Its facility, when that was merged into another: what is on the card goes on to the other's; else null.</summary>
    public Facility? Merged { get; set; }

    /// <summary>Whether there may be doses on it that somebody should look at (<see cref="Domain.Reviews"/>).</summary>
    public bool ToReview { get; set; }

    /// <summary>Where the card would stand, when that was asked for since the last change.</summary>
    public CardSettled? Settled { get; set; }

    /// <summary>The account of usable stock.</summary>
    public Account OnHand => Domain.Account.OnHand(Path);

    /// <summary>Whether anything became known that may change where the card stands.</summary>
    public bool HasChanged => _rows.Count + _recounts.Count > 0 || TermsBefore is not null;

    /// <summary>The first day of which something else is known.</summary>
    public DateOnly From => TermsBefore is not null
        ? DateOnly.MinValue
        : _rows.Select(row => row.Day).Concat(_recounts.Select(line => line.Day)).Min();

    /// <summary>An account of this facility.</summary>
    public Account Account(AccountKind kind, string? about = null) => new(kind, about, Path);

    /// <summary>Notes a change of a lot's stock.</summary>
    public void Add(DateOnly day, StockRow row)
    {
        _rows.Add((day, row));
        Settled = null;
    }

    /// <summary>Notes a line of a count.</summary>
    public void Add(StockCount count, EntryNote note) => Add(new Recount(count, note with { CountId = count.CountId }, IsTakenBack: false));

    /// <summary>Takes a line of a count back.</summary>
    public void Remove(StockCount count, EntryNote note) =>
        Add(new Recount(count, note with { CountId = count.CountId }, IsTakenBack: true));

    /// <summary>To be said before a lot's last usable day, or its place in the order of expiry, becomes another.</summary>
    public void TermsWillChange()
    {
        TermsBefore ??= Card.Terms;
        Settled = null;
    }

    /// <summary>The days that change, in order, each as it is known now.</summary>
    public SortedDictionary<DateOnly, StockDay> Changed(Func<DateOnly, StockDay> before)
    {
        var days = new SortedDictionary<DateOnly, StockDay>();
        foreach (var rows in _rows.GroupBy(row => row.Day, row => row.Row)) days[rows.Key] = Known(rows.Key).With(rows);
        foreach (var line in _recounts)
            days[line.Day] = line.IsTakenBack ? Known(line.Day).Without(line.Count.CountId) : Known(line.Day).With(line.Count);
        return days;

        StockDay Known(DateOnly day) => days.TryGetValue(day, out var known) ? known : before(day);
    }

    private void Add(Recount line)
    {
        _recounts.Add(line);
        Settled = null;
    }
}

/// <summary>A line of a count that was added or taken back.</summary>
/// <param name="Count">The line.</param>
/// <param name="Note">What its entries say.</param>
/// <param name="IsTakenBack">Whether it was taken back.</param>
internal readonly record struct Recount(StockCount Count, EntryNote Note, bool IsTakenBack)
{
    /// <summary>The day of the count.</summary>
    public DateOnly Day => Note.At.Day;
}

/// <summary>Where a card stands after a change.</summary>
/// <param name="Changes">What is to be booked, by day.</param>
/// <param name="Day">The newest day.</param>
/// <param name="Today">What is known of it.</param>
/// <param name="Start">By lot, at its start.</param>
/// <param name="End">By lot, at its end.</param>
/// <param name="Limited">By how much the stock that something limits changes, by day and measure.</param>
/// <param name="Table">All days, when they were needed or at hand.</param>
internal sealed record CardSettled(
    IReadOnlyList<DayChange> Changes, DateOnly Day, StockDay Today, CardState Start, CardState End,
    IReadOnlyDictionary<(DateOnly Day, string Measure), long> Limited, CardTable? Table);
