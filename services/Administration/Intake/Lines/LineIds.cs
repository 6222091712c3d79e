using System.Globalization;
using System.Text;

namespace Distribution.Administration.Intake.Lines;

/// <summary>
/// How one dose or tally line is named: a dose by its UUID, a tally line by its submission and its place in it
/// (<c>submission:line</c>).
/// </summary>
/// <param name="Space">The space of keys that remembers such lines.</param>
/// <param name="Key">Its key there: UUIDs big-endian, so that version 7 sorts by time.</param>
/// <param name="Text">The name in requests and answers.</param>
internal readonly record struct LineId(string Space, ReadOnlyMemory<byte> Key, string Text)
{
    /// <summary>The space of doses.</summary>
    public const string Doses = "doses";

    /// <summary>The space of tally lines.</summary>
    public const string Tallies = "tallies";

    private const byte TallySeparator = 0x1F;

    /// <summary>Bytes of a tally line's key at most.</summary>
    public const int TallyKeyBytesMax = SubmissionIdBytesMax + 1 + 20;

    private const int SubmissionIdBytesMax = 64;

    /// <summary>What the lines of a facility and a day are listed by. Ids cannot hold the bar.</summary>
    public static string Label(string facility, DateOnly day) => $"{facility}|{day:O}";

    /// <summary>The facility of such a label.</summary>
    public static string FacilityOf(string label) => label[..label.IndexOf('|', StringComparison.Ordinal)];

    /// <summary>Reads a name; null when it is neither a UUID nor <c>submission:line</c>.</summary>
    public static LineId? Parse(string text)
    {
        if (Guid.TryParseExact(text, "D", out var doseId)) return OfDose(doseId);
        var colon = text.LastIndexOf(':');
        return colon > 0 && Encoding.UTF8.GetByteCount(text.AsSpan(0, colon)) <= SubmissionIdBytesMax
            && long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? OfTally(text[..colon], line)
            : null;
    }

    /// <summary>The name of a kept line.</summary>
    public static LineId OfKey(string space, ReadOnlyMemory<byte> key)
    {
        if (space == Doses) return OfDose(new Guid(key.Span, bigEndian: true));
        var separator = key.Span.IndexOf(TallySeparator);
        return new LineId(
            Tallies, key, $"{Encoding.UTF8.GetString(key.Span[..separator])}:{Encoding.UTF8.GetString(key.Span[(separator + 1)..])}");
    }

    /// <summary>A dose's name.</summary>
    public static LineId OfDose(Guid doseId) => new(Doses, doseId.ToByteArray(bigEndian: true), doseId.ToString());

    /// <summary>A tally line's name.</summary>
    public static LineId OfTally(string submissionId, long line)
    {
        var key = new byte[TallyKeyBytesMax];
        var length = WriteTallyKey(key, Encoding.UTF8.GetBytes(submissionId), line);
        return new LineId(Tallies, key.AsMemory(0, length), $"{submissionId}:{line}");
    }

    /// <summary>Writes a tally line's key; returns its length.</summary>
    public static int WriteTallyKey(Span<byte> to, ReadOnlySpan<byte> submissionId, long line)
    {
        submissionId.CopyTo(to);
        to[submissionId.Length] = TallySeparator;
        line.TryFormat(to[(submissionId.Length + 1)..], out var digits, provider: CultureInfo.InvariantCulture);
        return submissionId.Length + 1 + digits;
    }
}
