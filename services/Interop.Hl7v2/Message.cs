using System.Text;

namespace Distribution.Interop.Hl7v2;

/// <summary>A message of HL7 version 2 in its ER7 form, of whatever type: segments of fields of components, delimited as it says
/// itself.</summary>
public sealed class Message
{
    /// <summary>The name of the first segment.</summary>
    public const string Header = "MSH";

    private const int HeaderBytesMax = 4096;
    private const int CharacterSetField = 18;

    // What the lower layer protocol (MLLP) puts around a message.
    private static ReadOnlySpan<byte> Around => [0x0B, 0x1C, (byte)'\r', (byte)'\n', (byte)' ', (byte)'\t'];

    private Message(IReadOnlyList<Segment> segments, Delimiters by, bool hasKnownCharacters, bool isAlone) =>
        (Segments, Delimiters, HasKnownCharacters, IsAlone) = (segments, by, hasKnownCharacters, isAlone);

    /// <summary>Its segments, the header first.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>What separates its parts.</summary>
    public Delimiters Delimiters { get; }

    /// <summary>Whether its character set (MSH-18) is one that can be read; else only the header is to be relied on.</summary>
    public bool HasKnownCharacters { get; }

    /// <summary>Whether nothing but this message was sent: no batch around it, and no other one after it.</summary>
    public bool IsAlone { get; }

    /// <summary>The header.</summary>
    public Segment Msh => Segments[0];

    /// <summary>Reads a message; segments end with CR, LF or both, and empty lines are passed over.</summary>
    /// <param name="bytes">The message, in UTF-8 or as it says itself, perhaps as the lower layer protocol sends it.</param>
    /// <returns>The message, of several the first; null where no header can be read.</returns>
    public static Message? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        bytes = bytes.Trim(Around);
        var isBatch = bytes.StartsWith("FHS"u8) || bytes.StartsWith("BHS"u8);
        if (isBatch) bytes = bytes[FirstMessage(bytes)..];
        var header = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, HeaderBytesMax)]);
        if (Hl7v2.Delimiters.Of(header) is not { } by) return null;
        var end = header.AsSpan().IndexOfAny('\r', '\n');
        var msh = Segment.Of(end < 0 ? header : header[..end], _ => 1, by);
        var characters = CharactersOf(msh[CharacterSetField][1]);
        var text = (characters ?? Encoding.Latin1).GetString(bytes);
        var counts = new Dictionary<string, int>();
        var segments = text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Segment.Of(line, name => counts[name] = counts.GetValueOrDefault(name) + 1, by)).ToList();
        var next = segments.FindIndex(1, segment => segment.Name == Header);
        return new Message(next < 0 ? segments : segments[..next], by, characters is not null, !isBatch && next < 0);
    }

    // After the end of the segments that begin the batch; 0 where there is none.
    private static int FirstMessage(ReadOnlySpan<byte> bytes)
    {
        var (cr, lf) = (bytes.IndexOf("\rMSH"u8), bytes.IndexOf("\nMSH"u8));
        return 1 + (cr < 0 ? lf : lf < 0 ? cr : Math.Min(cr, lf));
    }

    // HL7 table 0211.
    private static Encoding? CharactersOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "UNICODE UTF-8" or "UTF-8" or "UNICODE" or "ASCII" or "US-ASCII" => Encoding.UTF8,
        "8859/1" => Encoding.Latin1,
        ['8', '8', '5', '9', '/', .. var part] => CodePagesEncodingProvider.Instance.GetEncoding($"iso-8859-{part}"),
        _ => null,
    };
}
