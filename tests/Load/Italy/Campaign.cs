namespace Distribution.Load.Italy;

/// <summary>Doses of one region and day that are reported together.</summary>
/// <param name="Index">Its place among all of them.</param>
/// <param name="Row">The place in <see cref="ItalyTable.Days"/>.</param>
/// <param name="From">The first dose, counted in the row.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Part(long Index, int Row, int From, int Count);

/// <summary>
/// The campaign cut into submissions, in the order in which they would come: day by day, and within a day whenever a
/// region has given so many more doses. Only one day is held at a time.
/// </summary>
/// <param name="table">The campaign.</param>
/// <param name="batch">Doses in a submission at most.</param>
/// <param name="dosesMax">Where it ends, in doses.</param>
internal sealed class Campaign(ItalyTable table, int batch, long dosesMax)
{
    private readonly Lock _gate = new();
    private readonly int[] _dealt = new int[table.Days.Count];
    private readonly List<(double At, int Row, int From, int Count)> _day = [];
    private int _next;
    private int _rows;
    private long _index;
    private long _doses;

    /// <summary>The next part, or null at the end.</summary>
    public Part? Next()
    {
        lock (_gate)
        {
            if (_doses >= dosesMax || (_next == _day.Count && !NextDay())) return null;
            var (_, row, from, count) = _day[_next++];
            count = (int)Math.Min(count, dosesMax - _doses);
            _doses += count;
            _dealt[row] += count;
            return new Part(_index++, row, from, count);
        }
    }

    /// <summary>How many doses of each row have been dealt out, from its first on.</summary>
    public IReadOnlyList<int> Dealt => _dealt;

    private bool NextDay()
    {
        _day.Clear();
        _next = 0;
        if (_rows == table.Days.Count) return false;
        for (var day = table.Days[_rows].Day; _rows < table.Days.Count && table.Days[_rows].Day == day; _rows++)
        {
            var doses = table.Days[_rows].Doses;
            for (var from = 0; from < doses; from += batch)
            {
                var count = Math.Min(batch, doses - from);
                _day.Add(((double)(from + count) / doses, _rows, from, count));
            }
        }

        _day.Sort();
        return true;
    }
}
