using Distribution.Tests.Support;

namespace Distribution.Broker.Tests;

/// <summary>Services and the gateway die, or stand still.</summary>
internal static class ServiceFaults
{
    private const string InTurn = "SIGKILL inventory, shipment, administration, access, gateway";

    public static IEnumerable<Fault> DeathOfAll =>
        [new("SIGKILL all services and the gateway", 1, 10, (campaign, load) => Kill(campaign, load, [.. LocalSystem.Services]))];

    public static IEnumerable<Fault> Deaths =>
    [
        .. LocalSystem.Services.Select(
            service => new Fault($"SIGKILL {service}", 1, 10, (campaign, load) => Kill(campaign, load, service), InTurn)),
        new("slow consumer (inventory stands still)", 1, 3, SlowConsumer),
    ];

    private static async Task Kill(Campaign campaign, Load load, params string[] services)
    {
        await campaign.SomeLoad(load);
        await campaign.KillAndRestart(services);
        await campaign.SomeLoad(load);
    }

    private static async Task SlowConsumer(Campaign campaign, Load load)
    {
        await campaign.SomeLoad(load);
        await campaign.System.Freeze("inventory");
        try
        {
            await campaign.Last(4, 40);
            await campaign.SomeLoad(load);
        }
        finally
        {
            await campaign.System.Thaw("inventory");
        }

        await campaign.SomeLoad(load);
    }
}
