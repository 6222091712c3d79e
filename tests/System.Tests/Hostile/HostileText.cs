using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Distribution.SystemTests.Hostile;

/// <summary>Texts, values and bodies that nobody in his right mind sends, and somebody will.</summary>
/// <param name="random">Chooses.</param>
public sealed class HostileText(Random random)
{
    // Not the key by which all of it is signed: who ends that has no further part in it.
    private static readonly string[] Ids =
    [
        "", " ", ".", "..", "../..", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "%252e%252e", "%c0%ae", "a|b", "a:b", "a\u0001b",
        "a\u001fb", "*", "null",
        "true", "undefined", "everywhere", "all", "trend", "bulk", "summary", "-1", "0", "9223372036854775808",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{6f9619ff-8b86-d011-b42d-00c04fc964ff}",
        "urn:uuid:6f9619ff-8b86-d011-b42d-00c04fc964ff", "' OR 1=1 --", "$where", "{\"$gt\":\"\"}", "<script>", "=cmd|'/c calc'!A1",
        "\u202e", "é", "e\u0301",
        "a\u0000b", "\u2028", "\ufeff", "ｆｕｌｌ", new('a', 64), new('a', 65), new('a', 5_000),
    ];

    private static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "\"\"", "\" \"", "\"x\"", "0", "-0", "-1", "1", "1.5", "1e400", "-1e400", "1e-400", "NaN",
        "Infinity", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "2147483648", "0x10", "01", "+1", "\"1\"", "\"NaN\"", "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\u0000\"", "\"\\u202e\"", "\"\\u2067x\"", "\"e\\u0301\"", "\"0001-01-01\"", "\"9999-12-31\"", "\"2021-02-30\"",
        "\"2021-01-01T00:00:00\"",
        "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\"", "\"2021-01-01T00:00:00+99:00\"", "[[]]", "[null]", "{\"a\":1}", "'x'",
        "// c", "/* c */ 1", "\"a\nb\"",
    ];

    /// <summary>One of them.</summary>
    public T One<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>An id.</summary>
    public string Id() => One(Ids);

    /// <summary>A value of JSON, or nearly one.</summary>
    public string Value() => random.Next(12) switch
    {
        0 => new string('9', 400),
        1 => $"\"{new string('x', random.Next(1, 20_000))}\"",
        2 => $"\"{Encoding.UTF8.GetString(Bytes(random.Next(1, 40))).Replace('"', ' ').Replace('\\', ' ')}\"",
        _ => One(Values),
    };

    /// <summary>A day or a moment, or nearly one, as a parameter.</summary>
    public string Day() => One((string[])
    [
        "0001-01-01", "1899-12-31", "9999-12-31", "2021-02-30", "2021-1-1", "today", "2021-01-01T00:00:00Z", "-1", "NaN", "２０２１-01-01",
    ]);

    /// <summary>Bytes of chance.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A body that was right once.</summary>
    public byte[] Body(JsonNode example)
    {
        var text = example.ToJsonString();
        return random.Next(18) switch
        {
            0 => Encoding.UTF8.GetBytes(text[..random.Next(text.Length)]),
            1 => [],
            2 => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(One((string[])["[", "{\"a\":", "[{\"a\":"]), 100_000))),
            3 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            4 => Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(text)).ToArray(),
            5 => Spoilt(Encoding.UTF8.GetBytes(text)),
            6 => Encoding.UTF8.GetBytes(text + text),
            7 => Encoding.UTF8.GetBytes(text.Insert(text.IndexOf('{') + 1, $"\"{One(Names(example))}\":{Value()},")),
            8 => Encoding.UTF8.GetBytes(text.Insert(text.IndexOf('{') + 1, $"\"{random.NextInt64():x}\":{Value()},")),
            9 => Encoding.UTF8.GetBytes("[" + text + "]"),
            10 => Encoding.UTF8.GetBytes(Value()),
            11 => Bytes(random.Next(2_000)),
            _ => Encoding.UTF8.GetBytes(WithOneValueChanged(example)),
        };
    }

    /// <summary>Lines of which some were right once.</summary>
    public byte[] Lines(JsonNode example)
    {
        var body = new MemoryStream();
        for (var line = random.Next(1, 30); line > 0; line--)
        {
            body.Write(random.Next(8) switch
            {
                0 => Encoding.UTF8.GetBytes(One((string[])["", "{", "null", "[]", "\u2028", "\r\r"])),
                1 => Encoding.UTF8.GetBytes(new string(One((char[])['x', '{', ' ', '"']), One((int[])[65_535, 65_536, 65_537, 300_000]))),
                2 => Encoding.UTF8.GetBytes(example.ToJsonString()),
                _ => Body(example),
            });
            body.Write(Encoding.UTF8.GetBytes(One((string[])["\n", "\r\n", "\r", "\n\n", "\0\n"])));
        }

        return body.ToArray();
    }

    /// <summary>A sheet as CSV that was right once; without an example what begins as a workbook does.</summary>
    public byte[] Sheet(string? example)
    {
        if (example is null) return [.. "PK\u0003\u0004"u8, .. Bytes(random.Next(2_000))];
        var bytes = Encoding.UTF8.GetBytes(example);
        return random.Next(7) switch
        {
            0 => bytes[..random.Next(bytes.Length)],
            1 => Bytes(random.Next(2_000)),
            2 => Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(example)).ToArray(),
            3 => [.. bytes, .. Encoding.UTF8.GetBytes(new string(One((char[])[',', '"', '\n', 'x']), random.Next(100_000)))],
            4 => Encoding.UTF8.GetBytes(example.Replace(",", One((string[])[";", "\t", "\",\"", "\r", Value()]), StringComparison.Ordinal)),
            _ => Spoilt(bytes),
        };
    }

    private byte[] Spoilt(byte[] bytes)
    {
        for (var change = random.Next(1, 5); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static IReadOnlyList<string> Names(JsonNode example) =>
        example is JsonObject { Count: > 0 } named ? [.. named.Select(part => part.Key)] : ["a"];

    // By its place in the text, for what is put there need not be JSON.
    private string WithOneValueChanged(JsonNode example)
    {
        const string Mark = "\"#MARK#\"";
        var copy = example.DeepClone();
        var holders = new List<JsonNode>();
        Collect(copy, holders);
        if (holders.Count == 0) return Value();
        var holder = One(holders);
        if (holder is JsonObject named)
        {
            var name = One(Names(named));
            if (random.Next(8) == 0) named.Remove(name);
            else named[name] = "#MARK#";
        }
        else
        {
            ((JsonArray)holder)[random.Next(((JsonArray)holder).Count)] = "#MARK#";
        }

        return copy.ToJsonString().Replace(Mark, Value(), StringComparison.Ordinal);
    }

    private static void Collect(JsonNode? node, List<JsonNode> holders)
    {
        if (node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) holders.Add(node);
        foreach (var part in node switch { JsonObject named => named.Select(each => each.Value), JsonArray listed => listed, _ => [] })
            Collect(part, holders);
    }

    /// <summary>A number as a header has it, or nearly one.</summary>
    public string Number() => One((string[])
    [
        "-1", "0", "1", "abc", "", "99999999999999999999", "1, 1", "0x10", random.Next(10_000).ToString(CultureInfo.InvariantCulture),
    ]);
}
