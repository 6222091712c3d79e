using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>All of it is one process: every kill falls into everything at once.</summary>
public sealed class StandaloneCrashTests(ITestOutputHelper output) : CrashTests(output)
{
    protected override int Kills => 20;

    protected override async Task<IHosting> Start() => await StandaloneProcess.Start();
}

/// <summary>Each service, the gateway and the broker die in turn, while the others go on.</summary>
public sealed class DistributedCrashTests(ITestOutputHelper output) : CrashTests(output)
{
    protected override int Kills => 12;

    protected override async Task<IHosting> Start()
    {
        Assert.SkipWhen(LocalSystem.Missing() is not null, LocalSystem.Missing() ?? "");
        return await LocalSystem.Start();
    }
}

/// <summary>The database dies, and each instance of each part in turn, while the other instances go on.</summary>
[Collection(OnMongo.Server)]
public sealed class MongoCrashTests(ITestOutputHelper output) : CrashTests(output)
{
    protected override int Kills => 12;

    protected override async Task<IHosting> Start()
    {
        Assert.SkipWhen(MongoSystem.MissingForLong() is not null, MongoSystem.MissingForLong() ?? "");
        return await MongoSystem.Start();
    }
}

/// <summary>
/// The system under load, its processes killed with SIGKILL at random moments. Clients repeat what was not answered; in
/// the end every acknowledged dose is there exactly once, in coverage and in the ledger.
/// </summary>
public abstract class CrashTests(ITestOutputHelper output)
{
    private const int Clients = 6;
    private const int KillAfterAnswersMax = 40;
    private const int KillAfterMillisecondsMax = 300;
    private const int NdjsonLinesMax = 5_000;

    protected abstract int Kills { get; }

    protected abstract Task<IHosting> Start();

    [Fact]
    public async Task Every_acknowledged_dose_is_counted_exactly_once_through_kills_of_every_part()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var hosting = await Start();
        using var api = new ApiClient(hosting.Address, hosting.Key);
        var supplied = await FaultWorld.Put(api);

        using var stop = new CancellationTokenSource();
        using var answers = new SemaphoreSlim(0);
        var clients = Task.WhenAll(Enumerable.Range(0, Clients)
            .Select(number => Run(new FaultClient(api, $"c{number}", FaultWorld.Clinics[number % FaultWorld.Clinics.Count], random.Next(),
                TimeSpan.Zero, NdjsonLinesMax, wastes: true, () => answers.Release()), stop)));
        for (var kill = 0; kill < Kills && !stop.IsCancellationRequested; kill++)
        {
            // Some answers first, however slow the machine, so that every kill falls into work; then at any moment.
            for (var wanted = random.Next(KillAfterAnswersMax); wanted > 0; wanted--)
                await Task.WhenAny(answers.WaitAsync(TestContext.Current.CancellationToken), clients);
            await Task.Delay(random.Next(KillAfterMillisecondsMax), TestContext.Current.CancellationToken);
            await hosting.Crash(hosting.Parts[kill % hosting.Parts.Count]);
        }

        await stop.CancelAsync();
        var acknowledged = (await clients).Aggregate(supplied, (a, b) => a + b);
        await api.Drained();
        output.WriteLine($"{acknowledged} after {Kills} kills");
        Assert.True(acknowledged.Requests > Kills * 5, "the load was too thin to tell anything");
        await AssertCountedOnce(api, acknowledged);
    }

    /// <summary>A client that is answered wrongly stops all of them.</summary>
    private static async Task<Acknowledged> Run(FaultClient client, CancellationTokenSource stop)
    {
        try
        {
            return await client.Run(stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private static async Task AssertCountedOnce(ApiClient api, Acknowledged acknowledged)
    {
        var totals = (await api.WholeCoverage("country=X&level=region&vaccineId=V"))["totals"]!;
        Assert.Equal(acknowledged.Doses, (long)totals["doses"]!);
        Assert.Equal(acknowledged.Delivered, (long)totals["delivered"]!);
        var balance = (await api.Get("ledger/balance?country=X&vaccineId=V")).Body;
        Assert.True((bool)balance["balanced"]!, balance.ToJsonString());
        Assert.Equal(acknowledged.Doses, (long)balance["administered"]!);
        Assert.Equal(acknowledged.Delivered, (long)balance["received"]!);
        Assert.Equal(acknowledged.Wasted, (long)balance["wasted"]!);
    }
}
