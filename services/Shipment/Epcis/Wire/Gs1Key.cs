using System.Text;
using Distribution.SharedKernel.Rules;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>
/// What an identifier names, whichever way it is written: as a GS1 Digital Link URI of any host, with its qualifiers in any order, or as an
/// EPC URN. Its normal form is the Digital Link of <c>id.gs1.org</c>, because a URN cannot be made without knowing how long the company's
/// prefix is. What is neither, or has a wrong check digit, is as it is.
/// </summary>
/// <param name="Normal">The form by which it is compared.</param>
/// <param name="Primary">The application identifier of its key, such as <c>01</c>; null where it is no GS1 key.</param>
/// <param name="Value">The key.</param>
/// <param name="Lot">The lot of a trade item, or null.</param>
/// <param name="Serial">The serial number of a trade item, or null.</param>
internal sealed record Gs1Key(string Normal, string? Primary = null, string? Value = null, string? Lot = null, string? Serial = null)
{
    /// <summary>A trade item.</summary>
    public const string Gtin = "01";

    /// <summary>A logistic unit.</summary>
    public const string Sscc = "00";

    /// <summary>A place.</summary>
    public const string Gln = "414";

    /// <summary>A party.</summary>
    public const string PartyGln = "417";

    private const string Host = "https://id.gs1.org";
    private const string LotQualifier = "10";
    private const string SerialQualifier = "21";

    private static readonly Dictionary<string, (int[] Lengths, string[] Qualifiers)> Keys = new(StringComparer.Ordinal)
    {
        [Gtin] = ([14, 13, 12, 8], ["22", LotQualifier, SerialQualifier, "235"]),
        ["8006"] = ([18], ["22", LotQualifier, SerialQualifier]),
        [Sscc] = ([18], []),
        [Gln] = ([13], ["254"]),
        [PartyGln] = ([13], []),
        ["253"] = ([], []),
        ["255"] = ([], []),
        ["401"] = ([], []),
        ["402"] = ([17], []),
        ["8003"] = ([], []),
        ["8004"] = ([], []),
        ["8010"] = ([], ["8011"]),
        ["8017"] = ([18], []),
        ["8018"] = ([18], ["8019"]),
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gtin"] = Gtin,
        ["itip"] = "8006",
        ["sscc"] = Sscc,
        ["gln"] = Gln,
        ["party"] = PartyGln,
        ["cpv"] = "22",
        ["lot"] = LotQualifier,
        ["ser"] = SerialQualifier,
        ["glnx"] = "254",
    };

    /// <summary>Whether it names a place, or the party there.</summary>
    public bool IsPlace => Primary is Gln or PartyGln;

    /// <summary>Reads an identifier.</summary>
    public static Gs1Key Of(string text) =>
        text.StartsWith("urn:epc:", StringComparison.OrdinalIgnoreCase) ? OfUrn(text) ?? new(text)
        : text.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? OfLink(text) ?? new(text)
        : text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? new(text.ToLowerInvariant())
        : new(text);

    /// <summary>Whether an identifier is the one that is asked for, or one of those, where any serial number of a trade item is.</summary>
    /// <param name="asked">What is asked for.</param>
    /// <param name="normal">The identifier in normal form.</param>
    public static bool Matches(string asked, string normal)
    {
        if (!asked.StartsWith("urn:epc:idpat:", StringComparison.OrdinalIgnoreCase)) return Of(asked).Normal == normal;
        var all = Of(asked).Normal;
        return normal == all || normal.StartsWith($"{all}/", StringComparison.Ordinal);
    }

    private static Gs1Key? OfLink(string text)
    {
        if (text.Length > Uris.CharsMax || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)) return null;
        var path = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        for (var at = 0; at + 1 < path.Length; at++)
        {
            var key = CodeOf(path[at]);
            if (!Keys.TryGetValue(key, out var known) || ValueOf(key, path[at + 1]) is not { } value) continue;
            var said = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var next = at + 2; next + 1 < path.Length; next += 2) said.TryAdd(CodeOf(path[next]), path[next + 1]);
            foreach (var pair in uri.Query.TrimStart('?').Split('&', ';'))
                if (pair.Split('=') is [var name, var qualifier]) said.TryAdd(CodeOf(name), Uri.UnescapeDataString(qualifier));
            return Make(key, value, [.. known.Qualifiers.Where(said.ContainsKey).Select(code => (code, said[code]))]);
        }

        return null;
    }

    private static Gs1Key? OfUrn(string text)
    {
        var parts = text.Split(':', 5);
        if (parts.Length < 5) return null;
        var fields = parts[4].Split('.').Select(Uri.UnescapeDataString).ToArray();
        return (parts[2].ToLowerInvariant(), parts[3].ToLowerInvariant(), fields) switch
        {
            ("id", "sgtin", [var company, var item, .. var serial]) when serial.Length > 0 && Gtin14(company, item) is { } gtin =>
                Make(Gtin, gtin, [(SerialQualifier, string.Join('.', serial))]),
            ("class", "lgtin", [var company, var item, .. var lot]) when lot.Length > 0 && Gtin14(company, item) is { } gtin =>
                Make(Gtin, gtin, [(LotQualifier, string.Join('.', lot))]),
            ("idpat", "sgtin", [var company, var item, "*"]) when Gtin14(company, item) is { } gtin => Make(Gtin, gtin, []),
            ("id", "sscc", [var company, var serial]) when serial.Length > 0
                && Checked(serial[..1] + company + serial[1..], 17) is { } sscc => Make(Sscc, sscc, []),
            ("id", "sgln", [var company, var place, .. var part]) when Checked(company + place, 12) is { } gln =>
                Make(Gln, gln, part is [] or ["0"] ? [] : [("254", string.Join('.', part))]),
            ("id", "pgln", [var company, var party]) when Checked(company + party, 12) is { } gln => Make(PartyGln, gln, []),
            ("id", "gdti", [var company, var type, .. var serial]) when Checked(company + type, 12) is { } document =>
                Make("253", document + string.Join('.', serial), []),
            ("id", "sgcn", [var company, var coupon, .. var serial]) when Checked(company + coupon, 12) is { } number =>
                Make("255", number + string.Join('.', serial), []),
            ("id", "gsrn", [var company, var service]) when Checked(company + service, 17) is { } number => Make("8018", number, []),
            ("id", "gsrnp", [var company, var service]) when Checked(company + service, 17) is { } number => Make("8017", number, []),
            ("id", "gsin", [var company, var shipper]) when Checked(company + shipper, 16) is { } number => Make("402", number, []),
            ("id", "ginc", [var company, .. var consignment]) => Make("401", company + string.Join('.', consignment), []),
            ("id", "giai", [var company, .. var asset]) => Make("8004", company + string.Join('.', asset), []),
            ("id", "grai", [var company, var type, .. var serial]) when Checked(company + type, 12) is { } asset =>
                Make("8003", $"0{asset}{string.Join('.', serial)}", []),
            _ => null,
        };
    }

    private static Gs1Key Make(string key, string value, (string Code, string Value)[] qualifiers)
    {
        var normal = new StringBuilder($"{Host}/{key}/{Uri.EscapeDataString(value)}");
        foreach (var (code, qualifier) in qualifiers) normal.Append('/').Append(code).Append('/').Append(Uri.EscapeDataString(qualifier));
        return new(normal.ToString(), key, value, Find(LotQualifier), Find(SerialQualifier));

        string? Find(string code) => qualifiers.FirstOrDefault(each => each.Code == code).Value;
    }

    private static string CodeOf(string name) => Names.GetValueOrDefault(name, name);

    private static string? ValueOf(string key, string text)
    {
        var lengths = Keys[key].Lengths;
        if (lengths.Length == 0) return text.Length is > 0 and <= 60 ? text : null;
        if (!lengths.Contains(text.Length) || !text.All(char.IsAsciiDigit)) return null;
        // Of a piece of a trade item the check digit is that of the item.
        return key == "8006" || Gs1.HasCheckDigit(text) ? (key == Gtin ? Gs1.Gtin14(text) : text) : null;
    }

    // The first digit of a URN's item reference is the indicator, which stands before the company's prefix.
    private static string? Gtin14(string company, string item) => item.Length == 0 ? null : Checked(item[..1] + company + item[1..], 13);

    private static string? Checked(string digits, int length) =>
        digits.Length == length && Gs1.CheckDigit(digits) is { } check ? digits + check : null;
}
