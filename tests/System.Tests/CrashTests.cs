using System.Text.Json.Nodes;
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

/// <summary>
/// The system under load, its processes killed with SIGKILL at random moments. Clients repeat what was not answered; in
/// the end every acknowledged dose is there exactly once, in coverage and in the ledger.
/// </summary>
public abstract class CrashTests(ITestOutputHelper output)
{
    private const int Clients = 6;
    private const int KillAfterAnswersMax = 40;
    private const int KillAfterMillisecondsMax = 300;
    public const int SuppliedDoses = 400;
    private static readonly string[] Regions = ["N", "C", "S"];

    protected abstract int Kills { get; }

    protected abstract Task<IHosting> Start();

    [Fact]
    public async Task Every_acknowledged_dose_is_counted_exactly_once_through_kills_of_every_part()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var hosting = await Start();
        using var api = new ApiClient(hosting.Address);
        await PutReferenceData(api);
        // What is reported before its reference data is known would be held: right, but another answer.
        await api.Drained();

        using var stop = new CancellationTokenSource();
        using var answers = new SemaphoreSlim(0);
        var clients = Task.WhenAll(Enumerable.Range(0, Clients)
            .Select(number => new CrashClient(api, number, random.Next(), Regions, () => answers.Release(), stop).Run()));
        for (var kill = 0; kill < Kills && !stop.IsCancellationRequested; kill++)
        {
            // Some answers first, however slow the machine, so that every kill falls into work; then at any moment.
            for (var wanted = random.Next(KillAfterAnswersMax); wanted > 0; wanted--)
                await Task.WhenAny(answers.WaitAsync(TestContext.Current.CancellationToken), clients);
            await Task.Delay(random.Next(KillAfterMillisecondsMax), TestContext.Current.CancellationToken);
            await hosting.Crash(hosting.Parts[kill % hosting.Parts.Count]);
        }

        await stop.CancelAsync();
        var tally = (await clients).Aggregate((a, b) => a + b);
        await api.Drained();
        output.WriteLine($"{tally} after {Kills} kills");
        Assert.True(tally.Submissions > Kills * 5, "the load was too thin to tell anything");
        await AssertCountedOnce(api, tally);
    }

    private static async Task AssertCountedOnce(ApiClient api, CrashTally tally)
    {
        var totals = (await api.Get("coverage?country=X&level=region&vaccineId=V")).Body["totals"]!;
        Assert.Equal(tally.Doses, (long)totals["doses"]!);
        Assert.Equal(tally.Received, (long)totals["delivered"]!);
        var balance = (await api.Get("ledger/balance?country=X&vaccineId=V")).Body;
        Assert.True((bool)balance["balanced"]!, balance.ToJsonString());
        Assert.Equal(tally.Doses, (long)balance["administered"]! + (long)balance["discrepancy"]!);
        Assert.Equal(tally.Received, (long)balance["received"]!);
        Assert.Equal(tally.Wasted, (long)balance["wasted"]!);
    }

    private static async Task PutReferenceData(ApiClient api)
    {
        JsonNode[] places =
        [
            new JsonObject { ["facilityId"] = "X", ["name"] = "X", ["level"] = "country", ["country"] = "X" },
            .. Regions.Select(region => new JsonObject
            {
                ["facilityId"] = region,
                ["name"] = region,
                ["level"] = "region",
                ["parentId"] = "X",
                ["country"] = "X",
            }),
        ];
        Assert.Equal(places.Length, (int)(await api.PostNdjson("facilities/bulk", places)).Body["accepted"]!);
        _ = (await api.Put("vaccines/V", JsonNode.Parse(
            """{"name":"V","antigens":["v"],"dosesPerVial":10,"series":[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true}],"storage":{"minCelsius":2,"maxCelsius":8}}""")!)).Body;
        var supplies = Regions.Select(region => CrashClient.Consignment($"supply-{region}", region, SuppliedDoses));
        Assert.Equal(Regions.Length, (int)(await api.PostNdjson("shipments/bulk", supplies)).Body["accepted"]!);
    }
}
