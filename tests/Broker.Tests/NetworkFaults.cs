namespace Distribution.Broker.Tests;

/// <summary>The network between the services and the broker fails.</summary>
internal static class NetworkFaults
{
    private const string Kind = "network: reset, cut, stalled, slow, silent";

    public static IEnumerable<Fault> All => Each.Select(fault => fault with { Kind = Kind });

    private static IEnumerable<Fault> Each =>
    [
        new("network: connections reset", 1, 20, Reset),
        new("network: cut", 1, 3, (campaign, load) => Disturb(campaign, load, Line.Cut, 3, 45)),
        new("network: stalled", 1, 3, (campaign, load) => Disturb(campaign, load, Line.Stalled, 4, 45)),
        new("network: slow", 1, 3, (campaign, load) => Disturb(campaign, load, Line.Slow, 3, 30)),
        new("network: half-closed", 1, 10, HalfClose),
        new("network: silent, or silent one way", 1, 6, (campaign, load) =>
            Disturb(campaign, load, campaign.Random.Next(2) == 0 ? Line.Silent : Line.OneWay, 2, 45)),
    ];

    private static async Task Reset(Campaign campaign, Load load)
    {
        await campaign.SomeLoad(load);
        Become(campaign, Line.Cut);
        Become(campaign, Line.Whole);
    }

    private static async Task Disturb(Campaign campaign, Load load, Line line, double seconds, double secondsLong)
    {
        await campaign.SomeLoad(load);
        Become(campaign, line);
        await campaign.Last(seconds, secondsLong);
        await campaign.SomeLoad(load);
        Become(campaign, Line.Whole);
        await campaign.SomeLoad(load);
    }

    private static async Task HalfClose(Campaign campaign, Load load)
    {
        await campaign.SomeLoad(load);
        var towardsBroker = campaign.Random.Next(2) == 0;
        foreach (var proxy in campaign.Proxies) proxy.HalfClose(towardsBroker);
        await campaign.SomeLoad(load);
    }

    private static void Become(Campaign campaign, Line line)
    {
        foreach (var proxy in campaign.Proxies) proxy.Become(line);
    }
}
