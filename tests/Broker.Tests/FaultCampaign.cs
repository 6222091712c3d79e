using System.Diagnostics;
using Distribution.Tests.Support;

namespace Distribution.Broker.Tests;

/// <summary>
/// The distributed system with three broker nodes, under load with duplicates, while one thing after the other goes
/// wrong. After each, every acknowledged dose is counted exactly once; in the short form, after all of a kind.
/// <c>DISTRIBUTION_FAULTS=long</c>
/// takes longer; what else it says injects only the faults whose names contain it, as <c>long broker away</c> does.
/// </summary>
public sealed class FaultCampaign(ITestOutputHelper output)
{
    private const string Variable = "DISTRIBUTION_FAULTS";
    private const string LongForm = "long";
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan InjectionLimit = TimeSpan.FromMinutes(5);
    private readonly List<Result> _results = [];
    private Acknowledged _acknowledged;

    [Fact]
    public async Task Every_acknowledged_dose_is_counted_exactly_once_whatever_fails()
    {
        Assert.SkipWhen(LocalSystem.Missing() is not null, LocalSystem.Missing() ?? "");
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var chosen = Environment.GetEnvironmentVariable(Variable) ?? "";
        // A part that was just started comes back sooner after a lost connection than one that has lost many, so that
        // what kills the parts comes in between.
        Fault[] all = [.. BrokerFaults.Deaths, .. ServiceFaults.DeathOfAll, .. BrokerFaults.Absences, .. ServiceFaults.Deaths,
            .. Poison.All, .. NetworkFaults.All];
        var isLong = chosen.StartsWith(LongForm, StringComparison.Ordinal);
        var name = isLong ? chosen[LongForm.Length..].Trim() : chosen;
        // The short form settles the accounts once for a kind of fault.
        var faults = all
            .Where(fault => fault.Name.Contains(name, StringComparison.OrdinalIgnoreCase) && (isLong || name.Length > 0 || fault.Times > 0))
            .GroupBy(fault => isLong ? fault.Name : fault.Kind ?? fault.Name).ToList();
        Assert.NotEmpty(faults);

        var proxies = Campaign.Nodes.Select(_ => new BrokerProxy()).ToList();
        try
        {
            await using var system = await LocalSystem.Start(proxies.Count, string.Join(',', proxies.Select(proxy => proxy.Address)));
            foreach (var (proxy, node) in proxies.Zip(Campaign.Nodes)) proxy.Node = () => system.AddressOf(node);
            using var api = new ApiClient(system.Address) { Http = { Timeout = RequestLimit } };
            _acknowledged = await FaultWorld.Put(api);
            var campaign = new Campaign(system, api, proxies, new Random(seed), isLong);
            foreach (var kind in faults)
                await Suffer(campaign, kind.Key, [.. kind.Select(fault => (fault, isLong ? fault.TimesLong : Math.Max(1, fault.Times)))]);
        }
        finally
        {
            foreach (var proxy in proxies) await proxy.DisposeAsync();
            Report($"seed {seed}\n{Results.Table(_results)}");
        }

        Assert.True(_acknowledged.Requests > faults.Count * 10, "the load was too thin to tell anything");
    }

    /// <summary>Injects faults under load, each as often as it is to be, and settles the accounts afterwards.</summary>
    private async Task Suffer(Campaign campaign, string kind, IReadOnlyList<(Fault Fault, int Times)> faults)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            using var load = Load.Start(campaign.Api, $"f{_results.Count}", campaign.Random);
            foreach (var (fault, times) in faults)
            {
                for (var time = 0; time < times; time++) await load.Watch(fault.Inject(campaign, load).WaitAsync(InjectionLimit));
            }

            var acknowledged = await load.Stop();
            _acknowledged += acknowledged;
            var injecting = clock.Elapsed;
            var (lost, doubled, draining) = await new Accounts(campaign.Api).Settle(_acknowledged);
            var result = new Result(kind, faults.Sum(fault => fault.Times), acknowledged.Requests, lost, doubled, injecting, draining);
            output.WriteLine($"{result}");
            _results.Add(result);
            Assert.Equal((0, 0), (lost, doubled));
        }
        catch (Exception failure)
        {
            var logs = LocalSystem.Services.Concat(Campaign.Nodes).Select(name => $"--- {name}\n{campaign.System.Log(name)}");
            throw new InvalidOperationException(
                $"The system did not survive \"{kind}\": {failure.Message}\n{string.Join('\n', logs)}", failure);
        }
    }

    /// <summary>The output of a test that passes is not shown: the test command prints this file.</summary>
    private void Report(string text)
    {
        output.WriteLine(text);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "fault-campaign.report"), text);
    }
}
