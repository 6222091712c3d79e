using System.Globalization;
using System.Text;

namespace Distribution.Administration.Tests;

/// <summary>Submissions as systems write them, and with all that can be odd or wrong in them.</summary>
internal sealed class RandomSubmissions(int seed)
{
    private static readonly string[] OddValues =
    [
        "null", "true", "7", "0", "-1", "1.5", "1e3", "007", "1000000000", "1000000001", "99999999999", "[1,{}]", "{\"a\":[1]}", "\"\"",
        "\" \"",
        "\"\\u0046\"", "\"a\\\"b\"", "\"\\ud800\"", "\"kéy – 鍵\"", "\"a\tb\"", "\"\u007f\"", "\"F1\"", "\"60-69\"", "\"12345678901234567\"",
        "\"0190C2A4-7F6E-7B3C-9A51-3F6F0A9D2C11\"", "\"0190c2a47f6e7b3c9a513f6f0a9d2c11\"", "\"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c1g\"",
        "\"0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c11 \"", "\"{0190c2a4-7f6e-7b3c-9a51-3f6f0a9d2c\"",
        "\"2026-02-29\"", "\"2024-02-29\"", "\"1899-12-31\"", "\"2026-04-02\"", "\"2026-3-1\"",
    ];

    private static readonly string[] OddNames =
        ["more", "\\u0073ex", "Sex", "doseid", "", "sex", "count", "occurredOn", "doseId", "facilityId"];
    private static readonly string[] OddBetween = ["", ",,", " ,", ", ", ",\n", ",7,", ",null,", ",{},", ", {\"sex\":7} ,", ",]", "}", ":"];
    private static readonly byte[] OddBytes = [.. "\"\\{}[],:0 -eanu\n\r\t/"u8, 0, 1, 0x1F, 0x7F, 0x80, 0xC3, 0xEF, 0xFF];

    private readonly Random _random = new(seed);

    /// <summary>Lines that are mostly written alike.</summary>
    /// <param name="count">How many lines.</param>
    /// <param name="oddities">One line in so many is odd; 0 for none.</param>
    public List<byte[]> Lines(int count, int oddities)
    {
        var write = new Style(_random);
        return [.. Enumerable.Range(0, count).Select(_ => Line(write, oddities))];
    }

    /// <summary>A document of lines.</summary>
    /// <param name="lines">How many lines.</param>
    /// <param name="oddities">One line in so many is odd, and the document one time in so many; 0 for none.</param>
    public byte[] Document(int lines, int oddities)
    {
        List<string> parts =
            ["\"submissionId\":\"S1\"", "\"facilityId\": \"F1\"", "\"doses\":" + ArrayOf(Lines(lines, oddities), oddities)];
        if (_random.Next(3) == 0) parts.Add("\"tallies\" : " + ArrayOf(Lines(_random.Next(4), oddities), oddities));
        if (Odd(oddities))
            parts.Insert(_random.Next(parts.Count + 1), $"{OneOf(["\"more\"", "\"doses\"", "\"submissionId\""])}:{OneOf(OddValues)}");
        if (Odd(oddities)) _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts));
        var document = Encoding.Latin1.GetBytes("{" + string.Join(",", parts) + "}" + OneOf(["", "\n"]));
        return Odd(oddities) ? Damaged(document) : document;
    }

    private string ArrayOf(List<byte[]> lines, int oddities)
    {
        var between = OneOf([",", ", ", ",\n  ", " ,\r\n\t"]);
        var text = new StringBuilder("[");
        for (var line = 0; line < lines.Count; line++)
            text.Append(line == 0 ? "" : Odd(oddities) ? OneOf(OddBetween) : between).Append(Encoding.Latin1.GetString(lines[line]));
        if (Odd(oddities)) text.Append(OneOf(OddBetween));
        return text.Append(']').ToString();
    }

    private byte[] Line(Style style, int oddities)
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        var fields = new List<(string Name, string Value)>
        {
            ("doseId", $"\"{new Guid(bytes)}\""), ("facilityId", OneOf(["\"F1\"", "\"F2\"", "\"MADRID-01\""])),
            ("vaccineId", OneOf(["\"V\"", "\"COVID-19\""])),
            ("doseNumber", OneOf(["\"1\"", "\"2\"", "\"B1\""])), ("occurredOn", $"\"2026-03-{_random.Next(1, 32):00}\""),
            ("ageBand", OneOf(["\"0-19\"", "\"60-69\"", "\"90+\"", "null"])), ("sex", OneOf(["\"F\"", "\"M\"", "\"\""])),
            ("lotNumber", OneOf(["\"AB/12\"", "\"AB/13, cool\"", "null"])), ("priorityGroup", "\"health care workers, and 60+\""),
            ("kind", OneOf(["\"given\"", "\"subpotent\"", "null"])), ("reason", "null"),
            ("recipientKey", string.Create(CultureInfo.InvariantCulture, $"\"{_random.NextInt64():x16}\"")),
        };
        fields = [.. style.Order.Select(place => fields[place])];
        if (style.Tally)
            fields = [.. fields.Where(field => field.Name is not ("doseId" or "recipientKey")), ("count", $"{_random.Next(1, 2000)}")];
        if (style.More && oddities > 0) fields.Insert(1, ("more", OneOf(["\"a\"", "12", "null"])));
        if (style.Sparse) fields.RemoveAll(field => field.Name is "ageBand" or "sex" or "lotNumber" && _random.Next(4) == 0);
        if (Odd(oddities)) Change(fields);
        var text = "{" + style.Space + string.Join("," + style.Space, fields.Select(field => $"\"{field.Name}\":{style.Gap}{field.Value}"))
            + style.End + "}";
        var line = Encoding.UTF8.GetBytes(text);
        return Odd(oddities * 2) ? Damaged(line) : line;
    }

    private void Change(List<(string Name, string Value)> fields)
    {
        var at = _random.Next(fields.Count);
        switch (_random.Next(7))
        {
            case 0: fields.RemoveAt(at); break;
            case 1: fields.Insert(at, fields[_random.Next(fields.Count)]); break;
            case 2: fields.Add((OneOf(OddNames), OneOf(OddValues))); break;
            case 3: fields[at] = (OneOf(OddNames), fields[at].Value); break;
            case 4: fields[at] = (fields[at].Name, $"\"{new string(OneOf(["a", "é", " "])[0], _random.Next(1, 1100))}\""); break;
            case 5: (fields[at], fields[0]) = (fields[0], fields[at]); break;
            default: fields[at] = (fields[at].Name, OneOf(OddValues)); break;
        }
    }

    private byte[] Damaged(byte[] text)
    {
        var at = _random.Next(text.Length);
        return _random.Next(5) switch
        {
            0 => [.. text[..at], .. text[(at + 1)..]],
            1 => [.. text[..at], OneOf(OddBytes), .. text[at..]],
            2 => [.. text[..at], OneOf(OddBytes), .. text[(at + 1)..]],
            3 => [.. text[..at], (byte)(text[at] ^ 1 << _random.Next(8)), .. text[(at + 1)..]],
            _ => text[..at],
        };
    }

    private bool Odd(int oddities) => oddities > 0 && _random.Next(oddities) == 0;

    private T OneOf<T>(T[] items) => items[_random.Next(items.Length)];

    /// <summary>How one system writes its lines.</summary>
    private sealed class Style
    {
        public Style(Random random)
        {
            Order = [.. Enumerable.Range(0, 12)];
            if (random.Next(3) == 0) random.Shuffle(Order);
            Space = random.GetItems(["", "", " ", "\n    "], 1)[0];
            Gap = random.GetItems(["", "", " "], 1)[0];
            End = random.GetItems(["", "", "\r\n  "], 1)[0];
            Tally = random.Next(6) == 0;
            Sparse = random.Next(3) == 0;
            More = random.Next(12) == 0;
        }

        public int[] Order { get; }
        public string Space { get; }
        public string Gap { get; }
        public string End { get; }
        public bool Tally { get; }
        public bool Sparse { get; }
        public bool More { get; }
    }
}
