namespace Distribution.Tests.Support;

/// <summary>
/// The distributed system on a MongoDB server: two instances of each service and of the gateway, with a broker from a
/// container where there are containers, else with a process. Its databases go when the test ends.
/// </summary>
public sealed class MongoSystem : IHosting
{
    private const int Instances = 2;
    private const string Database = "mongodb";
    private const string Broker = "broker1";
    private const string LongVariable = "DISTRIBUTION_MONGODB_LONG";
    private readonly MongoServer _server;
    private readonly RabbitServer _broker;
    private readonly string _prefix;
    private readonly LocalSystem _local;

    private MongoSystem(MongoServer server, RabbitServer broker, string prefix, LocalSystem local) =>
        (_server, _broker, _prefix, _local) = (server, broker, prefix, local);

    /// <inheritdoc/>
    public Uri Address => _local.Address;

    /// <summary>Every process of the system, and the database where it can be started again.</summary>
    public IReadOnlyList<string> Parts => _server.CanBeKilled ? [Database, .. _local.Parts] : _local.Parts;

    /// <summary>Why it cannot run on this machine, or null.</summary>
    public static string? Missing() => MongoServer.CannotBe() ?? LocalSystem.Missing();

    /// <summary>Why a test of minutes is not run, or null.</summary>
    public static string? MissingForLong() => Missing() ?? (Environment.GetEnvironmentVariable(LongVariable) is { Length: > 0 }
        ? null
        : $"It takes minutes: {LongVariable}=1 runs it.");

    /// <summary>Starts it, from what has been built.</summary>
    public static async Task<MongoSystem> Start()
    {
        var server = await MongoServer.Start();
        // What the test framework takes for a skipped test, with its reason.
        if (server.Missing is { } missing) throw new InvalidOperationException("$XunitDynamicSkip$" + missing);
        RabbitServer? broker = null;
        try
        {
            broker = await RabbitServer.Start();
            var prefix = $"test{Guid.NewGuid():N}"[..16];
            // The node that it starts all the same is then nobody's.
            var local = await LocalSystem.Start(
                brokerVia: broker.Missing is null ? $"{broker.Address}" : null, store: server.ConnectionTo(prefix), instances: Instances);
            return new MongoSystem(server, broker, prefix, local);
        }
        catch
        {
            if (broker is not null) await broker.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task Crash(string part)
    {
        if (part == Database)
        {
            await _server.Kill();
            await _server.StartAgain();
        }
        else if (part == Broker && _broker.Missing is null)
        {
            await _broker.Kill();
            await _broker.StartAgain();
        }
        else
        {
            await _local.Crash(part);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using var server = _server;
        await using var broker = _broker;
        await _local.DisposeAsync();
        using var client = new MongoDB.Driver.MongoClient(_server.Connection);
        foreach (var service in LocalSystem.Services) await client.DropDatabaseAsync($"{_prefix}-{service}");
    }
}
