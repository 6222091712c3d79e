namespace Distribution.Tests.Support;

/// <summary>
/// The distributed system on a MongoDB server: two instances of each service and of the gateway. Its databases go when
/// the test ends.
/// </summary>
public sealed class MongoSystem : IHosting
{
    private const int Instances = 2;
    private const string Database = "mongodb";
    private const string LongVariable = "DISTRIBUTION_MONGODB_LONG";
    private readonly MongoServer _server;
    private readonly string _prefix;
    private readonly LocalSystem _local;

    private MongoSystem(MongoServer server, string prefix, LocalSystem local) => (_server, _prefix, _local) = (server, prefix, local);

    /// <inheritdoc/>
    public Uri Address => _local.Address;

    /// <summary>Every process of the system, and the database where a script can start it again.</summary>
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
        var prefix = $"test{Guid.NewGuid():N}"[..16];
        try
        {
            return new MongoSystem(server, prefix, await LocalSystem.Start(store: server.ConnectionTo(prefix), instances: Instances));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task Crash(string part)
    {
        if (part != Database)
        {
            await _local.Crash(part);
            return;
        }

        await _server.Kill();
        await _server.StartAgain();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        using var client = new MongoDB.Driver.MongoClient(_server.Connection);
        foreach (var service in LocalSystem.Services) await client.DropDatabaseAsync($"{_prefix}-{service}");
        await _server.DisposeAsync();
    }
}
