using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>The same promises over RabbitMQ: processes and the broker are killed under load, and nothing is lost or counted twice.</summary>
public sealed class DistributedTests(ITestOutputHelper output)
{
    private const int Kills = 10;
    private const int Clients = 4;
    private const int AnswersBetweenKillsMax = 15;
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Every_acknowledged_dose_is_counted_exactly_once_whichever_process_is_killed()
    {
        Assert.SkipWhen(LocalSystem.Missing() is not null, LocalSystem.Missing() ?? "");
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var system = await LocalSystem.Start();
        using var api = new ApiClient(system.Address);
        await CrashTests.PutReferenceData(api);

        using var stop = new CancellationTokenSource();
        using var answers = new SemaphoreSlim(0);
        var clients = Enumerable.Range(0, Clients)
            .Select(number => new CrashClient(api, number, random.Next(), CrashTests.Regions, () => answers.Release()).Run(stop.Token)).ToList();
        for (var kill = 0; kill < Kills; kill++)
        {
            for (var wanted = random.Next(1, AnswersBetweenKillsMax); wanted > 0; wanted--)
                await answers.WaitAsync(TestContext.Current.CancellationToken);
            await system.Kill(LocalSystem.Processes[kill % LocalSystem.Processes.Count]);
        }

        await stop.CancelAsync();
        var tally = (await Task.WhenAll(clients)).Aggregate((a, b) => a + b);
        output.WriteLine($"{tally} after {Kills} kills");
        await Settled(system, api, tally.Doses);
        await CrashTests.AssertCountedOnce(api, tally);
    }

    /// <summary>Waits until the ledger has caught up, and then until no outbox holds anything more.</summary>
    private static async Task Settled(LocalSystem system, ApiClient api, long doses)
    {
        var until = DateTime.UtcNow + SettleLimit;
        while (DateTime.UtcNow < until)
        {
            var balance = await api.Get("ledger/balance?country=X&vaccineId=V");
            if (balance.Code == 200 && (long)balance.Body["administered"]! + (long)balance.Body["discrepancy"]! >= doses) break;
            await Task.Delay(PollWait, TestContext.Current.CancellationToken);
        }

        foreach (var service in system.Services)
        {
            using var one = new ApiClient(service);
            await one.Drained();
        }
    }
}
