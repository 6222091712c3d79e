using Distribution.SystemTests;
using Distribution.Tests.Support;

[assembly: AssemblyFixture(typeof(Standalone))]
[assembly: AssemblyFixture(typeof(Distributed))]
[assembly: AssemblyFixture(typeof(OnMongo))]

namespace Distribution.SystemTests;

/// <summary>All of it in one process.</summary>
public sealed class Standalone() : RunningSystem(null, async () => await StandaloneProcess.Start());

/// <summary>Each service a process of its own, with a broker between them.</summary>
public sealed class Distributed() : RunningSystem(LocalSystem.Missing(), async () => await LocalSystem.Start());

/// <summary>Two instances of each service, on a database that they share.</summary>
public sealed class OnMongo() : RunningSystem(MongoSystem.Missing(), async () => await MongoSystem.Start())
{
    /// <summary>The collection of what uses the one server: none of it runs while another kills it.</summary>
    public const string Server = "MongoDB server";
}

/// <summary>One system for all tests of the assembly, started for the first that asks; each test makes places of its own.</summary>
/// <param name="missing">Why it cannot run on this machine, or null.</param>
/// <param name="start">Starts it.</param>
public abstract class RunningSystem(string? missing, Func<Task<IHosting>> start) : IAsyncDisposable
{
    private readonly Lazy<Task<(IHosting Hosting, ApiClient Api)>> _running = new(async () =>
    {
        var hosting = await start();
        return (hosting, new ApiClient(hosting.Address, hosting.Key));
    });

    private int _worlds;

    /// <summary>Its public API. Skips the test where the system cannot run.</summary>
    public async Task<ApiClient> Api()
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        return (await _running.Value).Api;
    }

    /// <summary>An id that no other test of this system has.</summary>
    public string NewCountry() => $"W{Interlocked.Increment(ref _worlds)}";

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (!_running.IsValueCreated || !_running.Value.IsCompletedSuccessfully) return;
        var (hosting, api) = await _running.Value;
        api.Dispose();
        await hosting.DisposeAsync();
    }
}

/// <summary>Tests of the public API, the same for every hosting: a class that derives from a suite says which.</summary>
public abstract class SystemSuite(RunningSystem system) : IAsyncLifetime
{
    protected ApiClient Api { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Api = await system.Api();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A country with a region and two clinics, and a vaccine of two doses: known in every service.</summary>
    protected async Task<World> NewWorld()
    {
        var world = new World(Api, system.NewCountry());
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutPlace(world.Store, "facility", world.Region);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await Api.Drained();
        return world;
    }
}
