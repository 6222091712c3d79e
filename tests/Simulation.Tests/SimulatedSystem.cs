using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Administration;
using Distribution.Administration.Store;
using Distribution.Inventory;
using Distribution.Inventory.Store;
using Distribution.Platform.Hosting;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Shipment;
using Distribution.Shipment.Store;
using Distribution.Storage.Embedded;
using Distribution.Storage.Embedded.Engine;
using Distribution.Storage.Embedded.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Distribution.Simulation.Tests;

/// <summary>
/// The three services in one host on real SQLite files, without a relay. It can be crashed at any moment: what was in
/// memory is gone, and a new host comes up over the same files.
/// </summary>
internal sealed class SimulatedSystem : IAsyncDisposable
{
    private const string MemoryFolder = "/dev/shm";

    // So few that runs of keys are written and merged, and pending rows put into the tables, and cut short by crashes, in every simulation.
    private static readonly SqliteLimits Limits =
        new() { RecentKeysMax = 20, PendingRowsMax = 100, PendingRowsAtOnce = 20, WritesOnClose = false };
    private static readonly string[] Stores = [InventoryStore.Name, ShipmentStore.Name, AdministrationStore.Name];

    private readonly string _folder = Path.Combine(
        Directory.Exists(MemoryFolder) ? MemoryFolder : Path.GetTempPath(), $"distribution-simulation-{Guid.NewGuid():N}");

    private readonly Faults _faults;
    private readonly SimulatedClock _clock;
    private readonly Conflicts? _conflicts;
    private readonly ErrorLog _errors = new();
    private volatile Process _process = null!;

    private SimulatedSystem(Faults faults, SimulatedClock clock, Conflicts? conflicts) => (_faults, _clock, _conflicts) =
        (faults, clock, conflicts);

    /// <summary>The real outboxes, by store.</summary>
    public IReadOnlyList<IOutbox> Outboxes => _process.Outboxes;

    /// <param name="faults">What goes wrong with commits.</param>
    /// <param name="clock">The clock of everything.</param>
    /// <param name="conflicts">Counts conflicts, where the store is to have several writers; null for a store with one.</param>
    public static async Task<SimulatedSystem> Start(Faults faults, SimulatedClock clock, Conflicts? conflicts = null)
    {
        var system = new SimulatedSystem(faults, clock, conflicts);
        system._process = await system.StartProcess();
        return system;
    }

    /// <summary>Cuts the power, also in the middle of requests, and starts again.</summary>
    public async Task Crash()
    {
        await _process.DisposeAsync();
        _process = await StartProcess();
    }

    /// <summary>Cut when the present process dies.</summary>
    public PowerSwitch Power => _process.Power;

    /// <summary>Sends a request; null when no answer came or the answer was to try again.</summary>
    /// <exception cref="InvalidOperationException">The answer was a fault of the server.</exception>
    public async Task<Answer?> Send(HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        var process = _process;
        Answer answer;
        try
        {
            using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : "/api/v1/" + path);
            // Nothing else happens while a request is answered, so it must not wait for others.
            request.Headers.Add("Prefer", "respond-async");
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, mediaType);
            using var response = await process.Http.SendAsync(request);
            answer = new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (Exception) when (process.Power.Off)
        {
            return null;
        }

        if (process.Power.Off || answer.Code == (int)HttpStatusCode.ServiceUnavailable) return null;
        return answer.Code < 500
            ? answer
            : throw new InvalidOperationException($"{method} {path} {body} was answered {answer}\n{_errors.Last}");
    }

    /// <summary>Brings an event to the consumers.</summary>
    /// <exception cref="StoreUnavailableException">An outage: it has to come again.</exception>
    public async Task Deliver(OutboxEvent carried)
    {
        var process = _process;
        try
        {
            await process.Host.Services.GetRequiredService<IEventSink>().Publish(AsItGoes(carried), CancellationToken.None);
        }
        catch (Exception failure) when (process.Power.Off)
        {
            throw new StoreUnavailableException("the simulated process died", failure);
        }
    }

    // Itself within a process and as JSON between processes, here by turns; both tell the same, also after its commit.
    private static OutboxEvent AsItGoes(OutboxEvent carried)
    {
        if (carried.Event is null) return carried;
        var asJson = carried with { Event = null };
        Assert.Equal(carried.Body.ToArray(), StoreJson.BytesOf(carried.Event));
        Assert.Equal(carried.Body.ToArray(), StoreJson.BytesOf(EventTypes.Read(asJson)));
        return carried.Position % 2 == 0 ? asJson : carried;
    }

    /// <summary>Brings events of one type to the consumers in one go; false when that cannot be done, or did not work.</summary>
    public async Task<bool> DeliverTogether(IReadOnlyList<OutboxEvent> carried)
    {
        var process = _process;
        var arrived = await process.Host.Services.GetRequiredService<IEventSink>()
            .PublishPage(carried[0].WireName, [.. carried.Select(AsItGoes)], CancellationToken.None);
        return arrived && !process.Power.Off;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Process> StartProcess()
    {
        var power = new PowerSwitch();
        var outboxes = new List<IOutbox>();
        var host = ServiceHost.Build(
            ["--open", "--data", _folder],
            [new InventoryModule(), new ShipmentModule(), new AdministrationModule()], [new EmbeddedStores()],
            builder =>
            {
                builder.WebHost.UseTestServer();
                builder.Logging.ClearProviders().AddProvider(_errors).SetMinimumLevel(LogLevel.Error);
                builder.Services.AddSingleton<TimeProvider>(_clock);
                foreach (var name in Stores)
                {
                    builder.Services.AddKeyedSingleton<IStore>(name, (_, _) =>
                    {
                        var store = SqliteStore.Open(Path.Combine(_folder, $"{name}.db"), _clock, Limits);
                        outboxes.Add(store.Outbox);
                        IStore met = _conflicts is null ? store : new ConflictingStore(store, _conflicts, _faults.Seed);
                        return new FaultyStore(met, _faults, power);
                    });
                }
            });
        foreach (var name in Stores) host.Services.GetRequiredKeyedService<IStore>(name);
        await host.StartAsync();
        return new Process(host, host.GetTestClient(), power, outboxes);
    }

    /// <summary>A simulated process, from its start to its death.</summary>
    private sealed record Process(
        WebApplication Host, HttpClient Http, PowerSwitch Power, IReadOnlyList<IOutbox> Outboxes) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Power.Off = true;
            Http.Dispose();
            await Host.DisposeAsync();
        }
    }

    /// <summary>Keeps the last error that the host wrote, for a failed run's message.</summary>
    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        private Func<string> _last = () => "";

        public string Last => _last();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Written out only when it is asked for: outages are many, and a stack trace is slow to write.
            if (IsEnabled(logLevel)) _last = () => $"{formatter(state, exception)} {exception}";
        }

        public void Dispose() { }
    }
}

/// <summary>An answer to a request.</summary>
internal sealed record Answer(int Code, string Text)
{
    public bool Accepted => Code is >= 200 and < 300;

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException($"{Code}: no body");

    /// <summary>The answer without the word that it is that of an earlier time.</summary>
    public Answer AsFirst() => this with { Text = Text.Replace(",\"repeated\":true", "", StringComparison.Ordinal) };

    public override string ToString() => $"{Code} {Text}";
}
