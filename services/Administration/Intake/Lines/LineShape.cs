namespace Distribution.Administration.Intake.Lines;

/// <summary>The fields that a line may have.</summary>
internal enum LineField
{
    /// <summary>One that nothing is known of, which is wrong, or none.</summary>
    Other,
    DoseId,
    OccurredOn,
    Count,
    RecipientKey,
    Kind,
    Reason,
    VaccineCodes,
    Facility,
    Vaccine,
    DoseNumber,
    Lot,
    AgeBand,
    Sex,
    PriorityGroup,
}

/// <summary>
/// How a line was written, apart from its values: the bytes before each value, and those after the last one, as the JSON
/// reader came through them. Whoever writes many lines writes them alike, so comparing these bytes is the quickest
/// way to find the values of the next line.
/// </summary>
/// <remarks>
/// What was valid JSON before one value is so before another. A line may lack fields of the shape: all bytes before a
/// value but the first begin with the comma, and so follow any other value.
/// </remarks>
internal sealed class LineShape
{
    /// <summary>Bytes that are kept at most. A line that has more of them has no shape.</summary>
    private const int BytesMax = 512;
    private const int PlacesMax = 20;

    private readonly byte[] _bytes = new byte[BytesMax];
    private readonly Place[] _places = new Place[PlacesMax];
    private int _count;
    private int _length;
    private bool _fits;

    /// <summary>How many places for values there are; 0 where nothing is known.</summary>
    public int Values { get; private set; }

    /// <summary>Forgets the shape, to learn that of another line.</summary>
    public void Begin()
    {
        Values = _count = _length = 0;
        _fits = true;
    }

    /// <summary>Learns the bytes before a value, from the end of the one before or the start of the line.</summary>
    public void Add(LineField field, ReadOnlySpan<byte> before)
    {
        _fits &= _count < PlacesMax && before.TryCopyTo(_bytes.AsSpan(_length));
        if (!_fits) return;
        _places[_count++] = new Place(_length, before.Length, field);
        _length += before.Length;
    }

    /// <summary>Learns the bytes after the last value. Only now the shape can be compared with.</summary>
    public void End(ReadOnlySpan<byte> after)
    {
        Add(LineField.Other, after);
        if (_fits) Values = _count - 1;
    }

    /// <summary>Passes over the bytes before the next value, or those after the last one.</summary>
    /// <param name="json">The bytes, from the start of the line on.</param>
    /// <param name="at">The end of the last value, or 0; then the start of the next one or the end of the line.</param>
    /// <param name="place">The place of the last value, or -1; then that of the next one, or <see cref="Values"/>.</param>
    /// <returns>Whether the line is as it was learnt.</returns>
    public bool TryNext(ReadOnlySpan<byte> json, ref int at, ref int place)
    {
        var rest = json[at..];
        var last = place < 0 ? 0 : Values;
        while (++place <= last)
        {
            var (from, length, _) = _places[place];
            if (!rest.StartsWith(_bytes.AsSpan(from, length))) continue;
            at += length;
            return true;
        }

        return false;
    }

    /// <summary>The field of which the value is at a place.</summary>
    public LineField this[int place] => _places[place].Field;

    private readonly record struct Place(int From, int Length, LineField Field);
}
