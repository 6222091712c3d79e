using System.Globalization;
using System.Text;

namespace Distribution.Interop.Hl7v2;

/// <summary>What separates the parts of a message, as its first segment says (MSH-1 and MSH-2; HL7 v2.5.1, section 2.5.4).</summary>
/// <param name="Field">Between fields, mostly <c>|</c>.</param>
/// <param name="Component">Between components, mostly <c>^</c>.</param>
/// <param name="Repetition">Between repetitions of a field, mostly <c>~</c>.</param>
/// <param name="Escape">Around an escape, mostly <c>\</c>; the field's own where the message has none.</param>
/// <param name="Subcomponent">Between subcomponents, mostly <c>&amp;</c>; the field's own where the message has none.</param>
public readonly record struct Delimiters(char Field, char Component, char Repetition, char Escape, char Subcomponent)
{
    private const int EscapeCharsMax = 64;

    /// <summary>Reads them from the beginning of a message; null where it does not begin with a header.</summary>
    public static Delimiters? Of(ReadOnlySpan<char> message)
    {
        if (message.Length < 8 || !message.StartsWith("MSH") || !IsDelimiter(message[3])) return null;
        var field = message[3];
        var rest = message[4..];
        var end = rest.IndexOfAny(field, '\r', '\n');
        if (end is < 2 or > 5 || rest[end] != field) return null;
        var signs = rest[..end];
        for (var at = 0; at < signs.Length; at++)
            if (!IsDelimiter(signs[at]) || signs[..at].Contains(signs[at])) return null;
        return new Delimiters(field, signs[0], signs[1], signs.Length > 2 ? signs[2] : field, signs.Length > 3 ? signs[3] : field);
    }

    /// <summary>A text with its escapes resolved (section 2.7); one that is not known stays as it was sent.</summary>
    public string Unescape(string text)
    {
        var at = text.IndexOf(Escape, StringComparison.Ordinal);
        if (at < 0) return text;
        var result = new StringBuilder(text.Length);
        for (var from = 0; ; from = at)
        {
            at = text.IndexOf(Escape, from);
            var end = at < 0 ? -1 : text.IndexOf(Escape, at + 1);
            if (end < 0 || end - at > EscapeCharsMax) return result.Append(text, from, text.Length - from).ToString();
            result.Append(text, from, at - from);
            var named = text.AsSpan(at + 1, end - at - 1);
            if (named is "F") result.Append(Field);
            else if (named is "S") result.Append(Component);
            else if (named is "R") result.Append(Repetition);
            else if (named is "E") result.Append(Escape);
            else if (named is "T") result.Append(Subcomponent);
            else if (named is ".br") result.Append('\n');
            else if (named is not ("H" or "N") && !TryHexadecimal(named, result)) result.Append(text, at, end + 1 - at);
            at = end + 1;
        }
    }

    /// <summary>A text as it can be sent: without what would separate, or begin a segment.</summary>
    public string Escaped(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            var name = sign == Field ? 'F' : sign == Component ? 'S' : sign == Repetition ? 'R' : sign == Escape ? 'E'
                : sign == Subcomponent ? 'T' : '\0';
            if (name == '\0') result.Append(char.IsControl(sign) ? ' ' : sign);
            else if (Escape != Field) result.Append(Escape).Append(name).Append(Escape);
            else result.Append(' ');
        }

        return result.ToString();
    }

    private static bool IsDelimiter(char sign) => sign is > ' ' and < '\u007F' && !char.IsAsciiLetterOrDigit(sign);

    private static bool TryHexadecimal(ReadOnlySpan<char> named, StringBuilder result)
    {
        if (named.Length is < 3 or > EscapeCharsMax || named.Length % 2 == 0 || named[0] != 'X') return false;
        Span<byte> bytes = stackalloc byte[EscapeCharsMax / 2];
        for (var at = 1; at < named.Length; at += 2)
        {
            if (!byte.TryParse(named.Slice(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[at / 2]))
                return false;
        }

        result.Append(Encoding.UTF8.GetString(bytes[..(named.Length / 2)]));
        return true;
    }
}
