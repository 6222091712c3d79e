using System.Buffers;

namespace Distribution.Administration.Intake.Lines;

/// <summary>
/// What the lines of a chunk say of who got their doses: each recipient is hashed as it is read. The records of such lines lie here, so
/// that the chunk's canonical bytes are the same under whatever key a repeat is hashed. Costs nothing where no line has a recipient.
/// </summary>
/// <param name="keyOf">The key for a facility, or null where it is still to be got ready.</param>
internal sealed class ChunkRecipients(Func<string, RecipientKey?> keyOf)
{
    // Stands in for the mark of a line whose key cannot be used.
    private const byte NoKey = 0xFF;

    // Whatever comes after it in a line may say who got a dose, in whatever way the field is written.
    private static ReadOnlySpan<byte> FieldName => "ecipient"u8;

    private readonly byte[] _mark = new byte[RecipientKey.MarkBytesMax];
    private readonly ArrayBufferWriter<byte> _keys = new();
    private readonly ArrayBufferWriter<byte> _hashes = new();
    private byte[] _records = [];
    private int _end;
    private Symbol? _facility;
    private RecipientKey? _key;
    private int _length;

    /// <summary>Facilities whose key is to be got ready, and then their lines are read anew.</summary>
    public HashSet<string> Awaited { get; private set; } = [];

    /// <summary>Whether any line says who got the dose, if only one that is rejected.</summary>
    public bool Any { get; private set; }

    /// <summary>Under which keys the recipients were hashed, line by line.</summary>
    public ReadOnlySpan<byte> Keys => _keys.WrittenSpan;

    /// <summary>Their hashes, line by line.</summary>
    public ReadOnlySpan<byte> Hashes => _hashes.WrittenSpan;

    /// <summary>The records of lines that lie apart.</summary>
    public byte[] Records => _records;

    /// <summary>Why the recipient that was hashed last could not be; or null.</summary>
    public string? Problem => _key?.Problem;

    /// <summary>Bytes that are held.</summary>
    public int Capacity => _records.Length;

    /// <summary>Whether the next line has the recipient of another, which is <see cref="Keep">kept</see> as it is.</summary>
    public bool IsKept { get; private set; }

    /// <summary>The facilities that are awaited, which are so no longer.</summary>
    public HashSet<string> TakeAwaited()
    {
        var awaited = Awaited;
        Awaited = [];
        return awaited;
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _end = 0;
        _keys.ResetWrittenCount();
        _hashes.ResetWrittenCount();
        Awaited.Clear();
        Any = false;
        (_facility, _key) = (null, null);
        IsKept = false;
    }

    /// <summary>Gives the next line the recipient of another one.</summary>
    /// <param name="mark">The other one's mark; empty where nobody knows who got the dose.</param>
    public void Keep(ReadOnlySpan<byte> mark)
    {
        mark.CopyTo(_mark);
        (_length, IsKept) = (mark.Length, !mark.IsEmpty);
    }

    /// <summary>Hashes the recipient of a line, for <see cref="AddRecord"/>; false where the line must wait for its key.</summary>
    public bool Hash(ReadOnlySpan<byte> recipient, Symbol facility)
    {
        Any = true;
        // Most submissions are of one facility. A key that is gone may be followed by another.
        if (_key is null || !ReferenceEquals(facility, _facility) || !_key.TryMark(recipient, _mark, out _length))
        {
            (_facility, _key) = (facility, keyOf(facility.Text));
            if (_key is null || !_key.TryMark(recipient, _mark, out _length))
            {
                Awaited.Add(facility.Text);
                return false;
            }
        }

        if (_length == 0) _keys.Write([NoKey]);
        else
        {
            _keys.Write(_mark.AsSpan(0, _length - RecipientKey.HashBytes));
            _hashes.Write(_mark.AsSpan(_length - RecipientKey.HashBytes, RecipientKey.HashBytes));
        }

        return true;
    }

    /// <summary>What may be hashed of a line that is rejected, by a hash that anybody can make: what comes before who got the
    /// dose.</summary>
    public ReadOnlySpan<byte> CutFrom(ReadOnlySpan<byte> raw)
    {
        var who = raw.IndexOf(FieldName);
        Any |= who >= 0;
        return who < 0 ? raw : raw[..who];
    }

    /// <summary>Writes the record of a line: that of which the recipient was hashed last, or one that says nothing of it.</summary>
    /// <param name="begin">Its header and its dimensions.</param>
    /// <param name="count">Its doses.</param>
    /// <param name="hasRecipient">Whether it says who got them.</param>
    /// <param name="kind">What it says of them, where they were not simply given.</param>
    /// <param name="submission">The submission's id.</param>
    /// <returns>Where it lies, its length, and that of its content.</returns>
    public (int At, int Length, int ContentLength) AddRecord(
        ReadOnlySpan<byte> begin, int count, bool hasRecipient, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> submission)
    {
        if (_records.Length < _end + DoseRecord.BytesMax) Array.Resize(ref _records, (_records.Length * 2) + DoseRecord.BytesMax);
        var to = _records.AsSpan(_end);
        begin.CopyTo(to);
        var contentEnd = begin.Length + DoseRecord.WriteRest(to[begin.Length..], count, _mark.AsSpan(0, hasRecipient ? _length : 0));
        kind.CopyTo(to[contentEnd..]);
        contentEnd += kind.Length;
        submission.CopyTo(to[contentEnd..]);
        var record = (_end, contentEnd + submission.Length, contentEnd - DoseRecord.HeaderBytes);
        _end += record.Item2;
        return record;
    }
}
