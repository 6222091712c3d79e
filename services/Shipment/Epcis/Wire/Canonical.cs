using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>
/// The content of an event as one text, the same for all ways to write it: fields in any order, times with any offset, identifiers as
/// Digital Link or URN, words bare or in full, prefixes as anyone calls them, lists that have no order in any order. Not in it: the event's
/// id, when it was recorded, and whether it is declared in error.
/// </summary>
internal static class Canonical
{
    // Of this project alone, for ever: RFC 9562, 5.5.
    private static readonly Guid Namespace = new("6f1f5f0c-7b0e-5d0a-9a53-0c1b8ce1c2a4");

    private static readonly HashSet<string> NotContent = ["@context", "recordTime", "eventID", "errorDeclaration"];

    private static readonly Dictionary<string, Vocabulary> Words = new(StringComparer.Ordinal)
    {
        ["bizStep"] = Vocabulary.BizSteps,
        ["disposition"] = Vocabulary.Dispositions,
        ["set"] = Vocabulary.Dispositions,
        ["unset"] = Vocabulary.Dispositions,
        ["reason"] = Vocabulary.ErrorReasons,
        ["component"] = Vocabulary.Components,
        ["exception"] = Vocabulary.Alerts,
    };

    private static readonly Dictionary<string, Vocabulary> Types = new(StringComparer.Ordinal)
    {
        ["bizTransactionList"] = Vocabulary.TransactionTypes,
        ["sourceList"] = Vocabulary.PartyTypes,
        ["destinationList"] = Vocabulary.PartyTypes,
        ["sensorReport"] = Vocabulary.Measurements,
    };

    private static readonly HashSet<string> InOrder = ["sensorReport", "sensorElementList"];
    private static readonly HashSet<string> Moments = ["eventTime", "time", "startTime", "endTime", "declarationTime"];

    /// <summary>The content of an event.</summary>
    public static string Of(JsonElement value, Prefixes prefixes)
    {
        var text = new StringBuilder();
        WriteObject(text, value, "", prefixes, NotContent);
        return text.ToString();
    }

    /// <summary>What is said of the error of an event.</summary>
    public static string OfDeclaration(JsonElement declaration, Prefixes prefixes)
    {
        var text = new StringBuilder();
        Write(text, declaration, "errorDeclaration", "", prefixes);
        return text.ToString();
    }

    /// <summary>A hash of a text: SHA-256, in hexadecimal digits.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The id of an event that has none, by its content: a UUID of version 5 (RFC 9562).</summary>
    public static string IdOf(string content)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(content));
        Span<byte> name = stackalloc byte[16 + SHA256.HashSizeInBytes];
        _ = Namespace.TryWriteBytes(name, bigEndian: true, out _);
        hash.CopyTo(name[16..]);
#pragma warning disable CA5350 // Names, no secret.
        var id = SHA1.HashData(name).AsSpan(0, 16);
#pragma warning restore CA5350
        id[6] = (byte)((id[6] & 0x0F) | 0x50);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(id, bigEndian: true):D}";
    }

    private static void Write(StringBuilder text, JsonElement value, string field, string list, Prefixes prefixes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(text, value, list.Length > 0 ? list : field, prefixes, null);
                break;
            case JsonValueKind.Array:
                var items = value.EnumerateArray().Select(item =>
                {
                    var part = new StringBuilder();
                    Write(part, item, field, field, prefixes);
                    return part.ToString();
                }).ToList();
                if (!field.Contains(':', StringComparison.Ordinal) && !InOrder.Contains(field)) items.Sort(StringComparer.Ordinal);
                text.Append('[').AppendJoin(',', items).Append(']');
                break;
            case JsonValueKind.String:
                Quote(text, Normal(value.GetString()!, field, list, prefixes));
                break;
            case JsonValueKind.Number:
                text.Append(value.TryGetDecimal(out var number)
                    ? number.ToString("G29", CultureInfo.InvariantCulture)
                    : value.GetRawText());
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonElement value, string within, Prefixes prefixes, HashSet<string>? without)
    {
        text.Append('{');
        foreach (var (name, field) in value.EnumerateObject().Where(field => without?.Contains(field.Name) is not true)
            .Select(field => (Name: prefixes.Expand(field.Name), Field: field)).OrderBy(field => field.Name, StringComparer.Ordinal))
        {
            Quote(text, name);
            text.Append(':');
            // What an extension holds is its own.
            var known = field.Name.Contains(':', StringComparison.Ordinal) ? name + ":" : field.Name;
            Write(text, field.Value, known, within is "" || known != "type" ? "" : within, prefixes);
            text.Append(',');
        }

        text.Append('}');
    }

    private static string Normal(string value, string field, string list, Prefixes prefixes)
    {
        if (field.EndsWith(':')) return value;
        if (Moments.Contains(field)) return Times.Read(value)?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? value;
        var full = prefixes.Expand(value);
        return field == "type" ? Types.GetValueOrDefault(list)?.Normal(full) ?? full
            : Words.TryGetValue(field, out var words) ? words.Normal(full)
            : Gs1Key.Of(full).Normal;
    }

    private static void Quote(StringBuilder text, string value) => text.Append(JsonEncodedText.Encode(value).Value.Length)
        .Append('"').Append(value).Append('"');
}
