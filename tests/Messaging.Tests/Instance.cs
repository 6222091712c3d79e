using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Hosting;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Storage.Embedded;
using Distribution.Tests.Support;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Distribution.Messaging.Tests;

/// <summary>An instance of a service: a host of its own, as in production, with a small module and an embedded store.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("distribution-messaging-").FullName;
    private readonly WebApplication _app;
    private readonly ProbeModule _module;
    private HttpClient _http = new();
    private int _commits;
    private bool _ended;

    private Instance(string broker, ProbeModule module)
    {
        _module = module;
        // The bus keeps the log of the first host of a process for good: it must not end with that host.
        _app = ServiceHost.Build(
            ["--open", "--urls", "http://127.0.0.1:0", "--data", _folder, $"--ConnectionStrings:RabbitMq={broker}"],
            [module], [new EmbeddedStores()],
            builder => builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance));
    }

    /// <summary>Takes events to the broker, as the relay has them taken.</summary>
    public IEventSink Sink => _app.Services.GetRequiredService<IEventSink>();

    private IStore Store => _app.Services.GetRequiredKeyedService<IStore>(_module.Name);

    /// <summary>Starts it. It need not consume yet.</summary>
    /// <param name="broker">Where its broker is.</param>
    /// <param name="module">The service.</param>
    public static async Task<Instance> Start(string broker, ProbeModule module)
    {
        var instance = new Instance(broker, module);
        try
        {
            await instance._app.StartAsync();
            instance._http.Dispose();
            instance._http = new HttpClient { BaseAddress = new Uri(instance._app.Urls.First()) };
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it consumes.</summary>
    public Task Consumes() => Condition.Until($"{_module.Name} consumes", Limit, () =>
    {
        var health = _app.Services.GetRequiredService<IBusControl>().CheckHealth();
        return Task.FromResult(health.Status == BusHealthStatus.Healthy ? null : health.Description);
    });

    /// <summary>Commits changes, each with an event about a shipment; their relay goes on by itself.</summary>
    public async Task Commit(IEnumerable<string> shipments)
    {
        foreach (var shipment in shipments)
        {
            await Store.Commit($"commit {Interlocked.Increment(ref _commits)}", tx =>
            {
                tx.Publish(new ShipmentAllocationRefused(shipment, "not enough"));
                return new(Decision.Accept());
            });
        }
    }

    /// <summary>Commits events in one change.</summary>
    public async Task Commit(IReadOnlyList<IEvent> events) => await Store.Commit($"commit {Interlocked.Increment(ref _commits)}", tx =>
    {
        foreach (var outgoing in events) tx.Publish(outgoing);
        return new(Decision.Accept());
    });

    /// <summary>Waits until the broker has confirmed all that was committed.</summary>
    public Task Sent() => Condition.Until($"the events of {_module.Name} are sent", Limit, async () =>
        await Store.Outbox.Depth() is { Unsent: > 0 } depth ? $"{depth}" : null);

    /// <summary>How many events wait in its outbox.</summary>
    public async Task<long> Unsent() => (await Store.Outbox.Depth()).Unsent;

    /// <summary>How often each shipment was counted: what the consumer has committed.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Counted() =>
        (await Store.Counters(ProbeModule.Counted, "")).ToDictionary(counter => counter.Key, counter => counter.Value);

    /// <summary>The events that it could not consume, as an operator sees them.</summary>
    public async Task<IReadOnlyList<JsonNode>> Errored() =>
        [.. (await _http.GetFromJsonAsync<JsonNode>($"api/v1/operations/{_module.Name}/errored"))!["items"]!.AsArray()
            .Select(item => item!)];

    /// <summary>An operator sends an errored event back to its queue.</summary>
    public async Task Replay(Guid eventId)
    {
        using var answer = await _http.PostAsJsonAsync($"api/v1/operations/{_module.Name}/errored/{eventId}/replay",
            new JsonObject { ["requestId"] = $"replay-{eventId}", ["reason"] = "what was wrong with it is mended" });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends it without a stop, in the middle of what it does.</summary>
    public ValueTask Die()
    {
        _ended = true;
        return _app.DisposeAsync();
    }

    /// <summary>Stops it as a host is stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_ended)
        {
            _ended = true;
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
