using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Domain;

/// <summary>What a scanner sent, without the sign of which symbol it was.</summary>
/// <param name="Data">The data.</param>
/// <param name="Kind">What the sign says of it.</param>
internal readonly record struct Gs1Message(string Data, Gs1DataKind Kind);

/// <summary>What the data of a symbol is.</summary>
internal enum Gs1DataKind
{
    /// <summary>Nothing says: it may be anything.</summary>
    Unknown,

    /// <summary>Elements one after the other.</summary>
    Elements,

    /// <summary>Any text, perhaps a web address.</summary>
    Text,

    /// <summary>A GTIN alone.</summary>
    Gtin,
}

/// <summary>
/// Reads what people scan or type: element strings with a symbology identifier (ISO/IEC 15424) or without, with FNC1 or brackets, Digital
/// Links, and a GTIN alone. Never throws, and reads no more than <see cref="CharsMax"/> characters.
/// </summary>
internal static class Gs1Scan
{
    /// <summary>More than the largest symbol holds.</summary>
    public const int CharsMax = 4_300;

    /// <summary>What a scanner sends for FNC1 within a symbol: the group separator.</summary>
    public const char GroupSeparator = '\u001D';

    private const char Caret = '^';

    /// <summary>Reads a text; a problem says what is wrong and what to do.</summary>
    public static Gs1Read Read(string text)
    {
        if (text.Length > CharsMax) return Gs1Read.Wrong($"has more than {CharsMax} characters, which no symbol holds");
        if (Split(text.Trim(' ', '\r', '\n', '\t')) is not { } message)
            return Gs1Read.Wrong("begins with a symbology identifier that is not known, or has no data after it");
        var data = message.Data;
        return message.Kind switch
        {
            Gs1DataKind.Elements => Gs1Elements.Joined(data, GroupSeparator),
            Gs1DataKind.Gtin => new Gs1Read([new("01", Gs1.Gtin14(data)!)], null),
            _ when Gs1Link.IsAddress(data) => Gs1Link.Read(data),
            Gs1DataKind.Text => Gs1Read.Wrong("is a symbol without GS1 data: scan the one that has the GTIN in it"),
            _ when data.Length == 0 => Gs1Read.Wrong("is empty"),
            _ when data[0] == '(' => Gs1Elements.Bracketed(data),
            _ when data[0] == Caret => Gs1Elements.Joined(data.AsSpan(1), Caret),
            _ when data[0] == GroupSeparator => Gs1Elements.Joined(data.AsSpan(1), GroupSeparator),
            _ when data.Length is 8 or 12 or 13 or 14 && data.All(char.IsAsciiDigit) => Gs1.IsGtin(data)
                ? new Gs1Read([new("01", Gs1.Gtin14(data)!)], null)
                : Gs1Read.Wrong($"{data} has a wrong check digit: it is no GTIN"),
            _ => Gs1Elements.Joined(data, GroupSeparator),
        };
    }

    /// <summary>Takes the symbology identifier off; null where it is none, or what follows is not what it says.</summary>
    public static Gs1Message? Split(string text)
    {
        if (text.Length == 0 || text[0] != ']') return new Gs1Message(text, Gs1DataKind.Unknown);
        if (text.Length < 3) return null;
        var data = text[3..];
        switch (text[1..3])
        {
            case "d2" or "d5" or "C1" or "e0" or "e1" or "e2" or "Q3" or "Q5" or "J1":
                return data.TrimStart(GroupSeparator) is { Length: > 0 } elements ? new Gs1Message(elements, Gs1DataKind.Elements) : null;
            case "E0" or "E3":
                return OfGtin(data, 13);
            case "E4":
                return OfGtin(data, 8);
            case "I1":
                return OfGtin(data, 14);
            case "d0" or "d1" or "d4" or "Q0" or "Q1" or "Q2" or "J0" or "C0" or "A0" or "L0":
                return Gs1Link.IsAddress(data) && Gs1Link.Read(data).Problem is not null ? null : new Gs1Message(data, Gs1DataKind.Text);
            default:
                return null;
        }
    }

    private static Gs1Message? OfGtin(string data, int length) =>
        data.Length >= length && Gs1.IsGtin(data[..length]) ? new Gs1Message(data[..length], Gs1DataKind.Gtin) : null;
}
