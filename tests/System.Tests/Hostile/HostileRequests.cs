using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Platform.Web;

namespace Distribution.SystemTests.Hostile;

/// <summary>A request, and what may come of it.</summary>
/// <param name="Bytes">All of it, as it is sent.</param>
/// <param name="IsHttp">Whether it is HTTP, so that the server hands it on: then it is answered, and a refusal says why.</param>
public sealed record HostileRequest(byte[] Bytes, bool IsHttp)
{
    public override string ToString() => Encoding.Latin1.GetString(Bytes.AsSpan(0, Math.Min(Bytes.Length, 600)));
}

/// <summary>Requests of every kind that <c>security.md</c> names, from a seed: the same seed makes the same requests.</summary>
/// <param name="random">Chooses.</param>
/// <param name="calls">The calls of the API.</param>
/// <param name="host">Where they are sent.</param>
/// <param name="key">What signs them.</param>
public sealed class HostileRequests(Random random, IReadOnlyList<DescribedCall> calls, string host, string key)
{
    private static readonly string[] Parameters =
    [
        "%", "%zz", "&&&", "=", "a[]=1", "limit=0", "limit=-1", "limit=99999999999", "after=%00", "after=%ff%fe",
    ];

    private static readonly string[] MediaTypes =
    [
        "text/plain", "application/xml", "application/json; charset=utf-16", "application/json, text/plain",
        "multipart/form-data; boundary=x", "*/*", "", "application/x-ndjson; q=1", "json", NotAscii,
    ];

    private static readonly string[] Headers =
    [
        "Content-Encoding: gzip", "Content-Encoding: br, gzip", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site",
        "Expect: 100-continue", "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https", "Accept: text/csv;q=abc, */*;q=9",
        "If-None-Match: *", "Range: bytes=0-1,5-1", "Cookie: __Host-distribution=x; =; ;",
        $"traceparent: 00-{new string('0', 32)}-{new string('f', 16)}-01", $"X-Long: {new string('h', 7_000)}",
    ];

    private const string NotAscii = "\u00e9";

    private readonly HostileText _text = new(random);

    /// <summary>The next one.</summary>
    public HostileRequest Next() => random.Next(20) switch
    {
        < 9 => OfCall(WithBody(), mutateBody: true),
        < 13 => OfCall(_text.One(calls), mutateBody: false),
        < 15 => Line($"{Method()} /{Uri.EscapeDataString(_text.Id())}/{Uri.EscapeDataString(_text.Id())} HTTP/1.1"),
        < 17 => OfHeaders(),
        _ => Unframed(),
    };

    private DescribedCall WithBody()
    {
        while (true)
            if (_text.One(calls) is var call && call.Bodies.Any()) return call;
    }

    private HostileRequest OfCall(DescribedCall call, bool mutateBody)
    {
        var path = string.Join('/', call.Path.Split('/').Select(part => part.StartsWith('{') ? PathId(part) : part));
        var query = Query(call);
        var (mediaType, body) = ("", Array.Empty<byte>());
        if (call.Bodies.Any())
        {
            var (type, content) = _text.One([.. call.Bodies]);
            var example = content!["example"];
            mediaType = type;
            // Of a workbook there is no example.
            body = example is null || (type == Csv.MediaType && mutateBody) ? _text.Sheet((string?)example)
                : !mutateBody ? Encoding.UTF8.GetBytes(Text(example, type))
                : type == Ndjson.MediaType ? _text.Lines(example)
                : _text.Body(example);
        }

        var headers = mediaType.Length == 0 ? "" : $"Content-Type: {mediaType}\r\nContent-Length: {body.Length}\r\n";
        var head = Head($"{call.Method.ToUpperInvariant()} {path}{query} HTTP/1.1", headers);
        return new([.. head, .. body], IsHttp: IsHandedOn(path + query));

        // Mostly what the example names, so that what follows is looked at too.
        string PathId(string part) => random.Next(3) > 0
            ? call.Parameters.FirstOrDefault(known => $"{{{(string?)known["name"]}}}" == part)?["example"]?.ToString() ?? "IT"
            : Uri.EscapeDataString(_text.Id()) is { Length: > 0 } id ? id : "%20";
    }

    private static string Text(JsonNode example, string mediaType) =>
        mediaType is Ndjson.MediaType or Csv.MediaType && example is JsonValue text ? (string)text! : example.ToJsonString();

    private string Query(DescribedCall call)
    {
        var parts = new List<string>();
        foreach (var parameter in call.Parameters.Where(parameter => (string?)parameter["in"] == "query"))
        {
            if (random.Next(2) == 0) continue;
            var isDay = (string?)parameter["schema"]?["format"] is "date" or "date-time";
            var value = isDay ? _text.Day() : random.Next(3) == 0 ? "IT" : _text.Id();
            parts.Add($"{(string)parameter["name"]!}={Uri.EscapeDataString(value)}");
            if (random.Next(10) == 0) parts.Add(parts[^1]);
        }

        if (random.Next(10) == 0) parts.Add($"{Uri.EscapeDataString(_text.Id())}={Uri.EscapeDataString(_text.Id())}");
        if (random.Next(50) == 0) parts.AddRange(Enumerable.Range(0, 1_100).Select(at => $"p{at}"));
        if (random.Next(20) == 0) parts.Add(_text.One(Parameters));
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    private HostileRequest OfHeaders()
    {
        var call = WithBody();
        var path = call.Path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        var example = call.Bodies.Select(each => each.Value!["example"]).First(each => each is not null)!;
        var body = Encoding.UTF8.GetBytes(example.ToJsonString());
        var mediaType = random.Next(4) == 0 ? null : _text.One(MediaTypes);
        var headers = (mediaType is null ? "" : $"Content-Type: {mediaType}\r\n")
            + $"{_text.One(Headers)}\r\nContent-Length: {body.Length}\r\n";
        return new([.. Head($"{Method()} {path} HTTP/1.1", headers), .. body], IsHttp: mediaType != NotAscii);
    }

    private string Method() => _text.One((string[])["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "get", "Post"]);

    private HostileRequest Line(string requestLine) => new(Head(requestLine, ""), IsHttp: IsHandedOn(requestLine));

    // What the server itself refuses: a path with a NUL, and a line of more than 8 KB.
    private static bool IsHandedOn(string target) =>
        target.Length < 8_000 && !target.Split('?')[0].Contains("%00", StringComparison.Ordinal);

    // What no program can tell the end of, or that is no HTTP.
    private HostileRequest Unframed()
    {
        const string Post = "POST /api/v1/administrations HTTP/1.1";
        const string Json = "Content-Type: application/json\r\n";
        return new(random.Next(16) switch
        {
            0 => Encoding.ASCII.GetBytes("GET /\r\n"),
            1 => Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            2 => [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. _text.Bytes(200)],
            3 => Head($"{_text.One((string[])["TRACE", "CONNECT", new('M', 9_000)])} / HTTP/1.1", ""),
            4 => Head(Post, Json + "Host: other.example\r\nContent-Length: 0\r\n"),
            5 => Head(Post, Json + string.Concat(Enumerable.Range(0, 3_000).Select(at => $"X-{at}: flood-of-headers\r\n"))),
            6 => [.. Head(Post, Json + "Content-Length: 2\r\nContent-Length: 3\r\n"), .. "{}"u8],
            7 => [.. Head(Post, Json + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"), .. "0\r\n\r\n"u8],
            8 => [.. Head(Post, Json + $"Content-Length: {_text.Number()}\r\n"), .. "{}"u8],
            9 => [.. Head(Post, Json + "Transfer-Encoding: chunked\r\n"), .. Encoding.ASCII.GetBytes(
                $"{_text.One((string[])["xyz", "80000000", "10000000000000000", "-1", "2;ext=\"a", ""])}\r\n{{}}\r\n0\r\n\r\n")],
            10 => [.. Head(Post, Json + "Transfer-Encoding: chunked\r\n"), .. "2\r\n{}\r\n5\r\n{\"a"u8],
            11 => [.. Head(Post, Json + "Transfer-Encoding: chunked\r\n"), .. "2\r\n{}\r\n0\r\nTrailer: x\r\nauthorization: y\r\n\r\n"u8],
            12 => [.. Head(Post, Json + "Content-Length: 100000\r\n"), .. "{\"submissionId\":"u8],
            13 => Head($"GET /{new string('p', 10_000)} HTTP/1.1", ""),
            14 => [.. Encoding.ASCII.GetBytes("GET /api/v1/vaccines HTTP/1.1\r\nHost: "), 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a],
            _ => _text.Bytes(random.Next(1, 3_000)),
        }, IsHttp: false);
    }

    private byte[] Head(string requestLine, string headers) => Encoding.Latin1.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{requestLine}\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n{headers}\r\n"));
}
