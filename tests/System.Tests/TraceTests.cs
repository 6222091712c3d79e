using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>A system that exports to a collector.</summary>
public abstract class ObservedSystem : IAsyncLifetime
{
    private IHosting? _hosting;

    public OtlpReceiver Receiver { get; private set; } = null!;

    public ApiClient Api { get; private set; } = null!;

    /// <summary>The <c>service.name</c> of the gateway, Administration and Inventory.</summary>
    public abstract (string Gateway, string Administration, string Inventory) Names { get; }

    /// <summary>Why it cannot run on this machine, or null.</summary>
    public virtual string? Missing => null;

    public async ValueTask InitializeAsync()
    {
        Receiver = await OtlpReceiver.Start();
        if (Missing is not null) return;
        _hosting = await Start(Receiver.Environment);
        Api = new ApiClient(_hosting.Address, _hosting.Key);
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (_hosting is not null) await _hosting.DisposeAsync();
        await Receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<IHosting> Start(IReadOnlyDictionary<string, string> environment);
}

public sealed class ObservedStandalone : ObservedSystem
{
    public override (string, string, string) Names => ("distribution-standalone", "distribution-standalone", "distribution-standalone");

    protected override async Task<IHosting> Start(IReadOnlyDictionary<string, string> environment) =>
        await StandaloneProcess.Start(environment);
}

/// <summary>What Standalone tells a collector.</summary>
public sealed class TraceTests(ObservedStandalone observed) : TraceSuite(observed), IClassFixture<ObservedStandalone>;

/// <summary>What a system tells a collector, whatever its hosting.</summary>
public abstract class TraceSuite(ObservedSystem observed)
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
        Assert.SkipWhen(observed.Missing is not null, observed.Missing ?? "");
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

        var (gateway, administration, inventory) = observed.Names;
        // Of the two that consume the event, Inventory finds a discrepancy, which it tells in turn.
        var spans = await Receiver.WaitForTrace(traceId, seen => Found(seen).All(found => found is not null), ExportLimit);
        var told = string.Join('\n', spans);
        Assert.All(Found(spans), found => Assert.True(found is not null, told));
        Assert.Equal(clientSpan, Found(spans)[0]!.ParentId);
        Assert.True(await Receiver.WaitForMetrics(Metrics, ExportLimit),
            "not exported: " + string.Join(", ", Metrics.Where(name => !Receiver.HasMetric(name))));

        // The request, then its event's relay below it, then a consumer below that, in the gateway and in Inventory, then Inventory's own
        // event.
        ExportedSpan?[] Found(IReadOnlyList<ExportedSpan> seen)
        {
            var request = seen.FirstOrDefault(span => span.Source == HttpServer && span.Service == gateway);
            var relayed = Below(request, seen)
                .FirstOrDefault(span => IsRelay(span, administration, "administration.doses-administered.v1"));
            var counted = Below(relayed, seen).FirstOrDefault(span => span.Source == Consumers && span.Service == inventory);
            var shown = Below(relayed, seen).FirstOrDefault(span => span.Source == Consumers && span.Service == gateway);
            var discrepancy = Below(counted, seen).FirstOrDefault(span => IsRelay(span, inventory, "inventory.stock-discrepancy-found.v1"));
            return [request, relayed, counted, shown, discrepancy];
        }
    }

    [Fact]
    public async Task A_refusal_names_the_trace_that_its_header_names()
    {
        Assert.SkipWhen(observed.Missing is not null, observed.Missing ?? "");
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

    private static bool IsRelay(ExportedSpan span, string service, string wireName) =>
        span.Source == Relay && span.Service == service && span.Name.EndsWith(wireName, StringComparison.Ordinal);

    /// <summary>The spans that hang under one, however deep.</summary>
    private static IEnumerable<ExportedSpan> Below(ExportedSpan? top, IReadOnlyList<ExportedSpan> spans) =>
        top is null ? [] : spans.Where(span => span.ParentId == top.SpanId).SelectMany(span => Below(span, spans).Prepend(span));

    private static string RandomHex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
