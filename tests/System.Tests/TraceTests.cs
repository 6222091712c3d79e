using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>A Standalone that exports to a collector.</summary>
public sealed class ObservedStandalone : IAsyncLifetime
{
    private StandaloneProcess _standalone = null!;

    public OtlpReceiver Receiver { get; private set; } = null!;

    public ApiClient Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Receiver = await OtlpReceiver.Start();
        _standalone = await StandaloneProcess.Start(Receiver.Environment);
        Api = new ApiClient(_standalone.Address);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _standalone.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}

/// <summary>What the system tells a collector.</summary>
public sealed class TraceTests(ObservedStandalone observed) : IClassFixture<ObservedStandalone>
{
    private const string TraceHeader = "X-Trace-Id";
    private const string HttpServer = "Microsoft.AspNetCore", Relay = "Distribution", Consumers = "MassTransit";
    private static readonly TimeSpan ExportLimit = TimeSpan.FromSeconds(30);

    private static readonly string[] Metrics =
    [
        "distribution.doses.accepted", "distribution.doses.duplicate", "distribution.doses.held", "distribution.lines.rejected",
        "distribution.lines.conflicting", "distribution.outbox.unsent", "distribution.outbox.age", "distribution.outbox.parked",
        "distribution.store.group.changes", "distribution.freshness", "administration.doses-administered.v1",
    ];

    private ApiClient Api => observed.Api;

    private OtlpReceiver Receiver => observed.Receiver;

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task One_submission_is_one_trace_from_the_clients_span_to_the_consumers(string mediaType)
    {
        var world = await NewWorld();
        var (traceId, clientSpan) = (RandomHex(16), RandomHex(8));
        var dose = world.Dose();
        if (mediaType != "application/json") dose["facilityId"] = world.Clinic;
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/administrations?submissionId=" + RandomHex(8));
        request.Headers.Add("traceparent", $"00-{traceId}-{clientSpan}-01");
        request.Content = new StringContent(
            (mediaType == "application/json" ? world.Submission(dose) : dose).ToJsonString(), Encoding.UTF8, mediaType);
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(traceId, Assert.Single(response.Headers.GetValues(TraceHeader)));

        var spans = await Receiver.WaitForTrace(traceId, IsWhole, ExportLimit);
        var told = string.Join('\n', spans);
        Assert.True(IsWhole(spans), told);
        Assert.All(spans, span => Assert.Equal("distribution-standalone", span.Service));
        Assert.Equal(clientSpan, Assert.Single(spans, span => span.Source == HttpServer).ParentId);
        Assert.Contains(Administered(spans), relayed => PathOf(relayed, spans).Any(above => above.Source == HttpServer));
        Assert.Contains(spans, span => span.Source == Consumers && PathOf(span, spans).Any(above => above.Source == Relay));
        Assert.True(await Receiver.WaitForMetrics(Metrics, ExportLimit),
            "not exported: " + string.Join(", ", Metrics.Where(name => !Receiver.HasMetric(name))));
    }

    [Fact]
    public async Task A_refusal_names_the_trace_that_its_header_names()
    {
        using var response = await Api.Http.GetAsync("api/v1/coverage?level=village", TestContext.Current.CancellationToken);
        var problem = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.Equal(422, (int)response.StatusCode);
        Assert.Equal(Assert.Single(response.Headers.GetValues(TraceHeader)), (string?)problem!["traceId"]);
    }

    private async Task<World> NewWorld()
    {
        var world = new World(Api, "T" + RandomHex(4));
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await Api.Drained();
        return world;
    }

    /// <summary>The request, the relay of its event, and Inventory's consumer, which tells of a discrepancy in turn.</summary>
    private static bool IsWhole(IReadOnlyList<ExportedSpan> spans) =>
        spans.Any(span => span.Source == HttpServer) && Administered(spans).Any()
        && spans.Any(span => span.Source == Relay && span.Name.Contains("stock-discrepancy-found", StringComparison.Ordinal));

    private static IEnumerable<ExportedSpan> Administered(IReadOnlyList<ExportedSpan> spans) =>
        spans.Where(span => span.Source == Relay && span.Name.Contains("doses-administered", StringComparison.Ordinal));

    /// <summary>A span and those that it hangs under, as far as they were exported.</summary>
    private static IEnumerable<ExportedSpan> PathOf(ExportedSpan span, IReadOnlyList<ExportedSpan> spans)
    {
        for (ExportedSpan? at = span; at is not null; at = spans.FirstOrDefault(above => above.SpanId == at.ParentId)) yield return at;
    }

    private static string RandomHex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
