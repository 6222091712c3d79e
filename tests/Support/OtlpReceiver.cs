using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Distribution.Tests.Support;

/// <summary>A span as it was exported: by which service (<c>service.name</c>) and library. Ids are lower-case hexadecimal.</summary>
public sealed record ExportedSpan(string Service, string Source, string Name, string TraceId, string SpanId, string ParentId);

/// <summary>What collectors do, as far as tests need it: takes spans and metrics as OTLP over HTTP on a loopback port.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ExportedSpan> _spans = new();
    private readonly ConcurrentQueue<byte[]> _metrics = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/v1/traces", async (HttpContext http) =>
        {
            foreach (var span in OtlpSpans.Read(await Body(http))) _spans.Enqueue(span);
        });
        _app.MapPost("/v1/metrics", async (HttpContext http) => _metrics.Enqueue(await Body(http)));
    }

    /// <summary>Makes a process export here, and soon.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };

    public static async Task<OtlpReceiver> Start()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The spans of a trace so far.</summary>
    public IReadOnlyList<ExportedSpan> Trace(string traceId) => [.. _spans.Where(span => span.TraceId == traceId)];

    /// <summary>Whether a metric, or the value of an attribute, was exported.</summary>
    public bool HasMetric(string text) => _metrics.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <summary>Waits until a trace is as it should be, and returns it; at the limit as it is then.</summary>
    public async Task<IReadOnlyList<ExportedSpan>> WaitForTrace(
        string traceId, Func<IReadOnlyList<ExportedSpan>, bool> complete, TimeSpan limit)
    {
        for (var until = DateTime.UtcNow + limit; !complete(Trace(traceId)) && DateTime.UtcNow < until;) await Task.Delay(PollWait);
        return Trace(traceId);
    }

    /// <summary>Waits until metrics have been exported; false at the limit.</summary>
    public async Task<bool> WaitForMetrics(IReadOnlyCollection<string> names, TimeSpan limit)
    {
        for (var until = DateTime.UtcNow + limit; !names.All(HasMetric) && DateTime.UtcNow < until;) await Task.Delay(PollWait);
        return names.All(HasMetric);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<byte[]> Body(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}

/// <summary>Reads spans from an OTLP export in protobuf, and skips what it does not need.</summary>
internal static class OtlpSpans
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    public static IEnumerable<ExportedSpan> Read(ReadOnlyMemory<byte> export) =>
        from resourceSpans in Fields(export, 1)
        let service = ServiceOf(resourceSpans)
        from scopeSpans in Fields(resourceSpans, 2)
        let source = Text(Fields(scopeSpans, 1).SelectMany(scope => Fields(scope, 1)))
        from span in Fields(scopeSpans, 2)
        select new ExportedSpan(service, source, Text(Fields(span, 5)), Hex(Fields(span, 1)), Hex(Fields(span, 2)), Hex(Fields(span, 4)));

    private static string ServiceOf(ReadOnlyMemory<byte> resourceSpans) =>
        Text(Fields(resourceSpans, 1).SelectMany(resource => Fields(resource, 1))
            .Where(attribute => Text(Fields(attribute, 1)) == "service.name")
            .SelectMany(attribute => Fields(attribute, 2)).SelectMany(value => Fields(value, 1)));

    private static string Text(IEnumerable<ReadOnlyMemory<byte>> field) => Encoding.UTF8.GetString(field.FirstOrDefault().Span);

    private static string Hex(IEnumerable<ReadOnlyMemory<byte>> field) => Convert.ToHexStringLower(field.FirstOrDefault().Span);

    /// <summary>The values of a length-delimited field of a message.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var values = new List<ReadOnlyMemory<byte>>();
        while (!message.IsEmpty)
        {
            var tag = (int)Number(ref message);
            var wireType = tag & 7;
            if (wireType == Varint)
            {
                Number(ref message);
                continue;
            }

            var length = wireType switch
            {
                Bytes => (int)Number(ref message),
                Fixed64 => sizeof(ulong),
                Fixed32 => sizeof(uint),
                _ => throw new InvalidDataException($"wire type {wireType}"),
            };
            if (wireType == Bytes && tag >> 3 == number) values.Add(message[..length]);
            message = message[length..];
        }

        return values;
    }

    private static ulong Number(ref ReadOnlyMemory<byte> message)
    {
        ulong number = 0;
        for (var at = 0; ; at++)
        {
            var digit = message.Span[at];
            number |= (ulong)(digit & 0x7f) << (7 * at);
            if (digit >= 0x80) continue;
            message = message[(at + 1)..];
            return number;
        }
    }
}
