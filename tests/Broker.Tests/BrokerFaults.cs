namespace Distribution.Broker.Tests;

/// <summary>Nodes of the broker die, leave, stand still, or are all away.</summary>
internal static class BrokerFaults
{
    public static IEnumerable<Fault> Deaths =>
    [
        new("SIGKILL broker nodes one after the other", 1, 3, KillInTurn),
        new("SIGKILL all broker nodes at once", 1, 5, KillAll),
        // In the short form nodes are stopped in order where the majority goes.
        new("stop a broker node, then another", 0, 3, StopOneThenAnother),
    ];

    public static IEnumerable<Fault> Absences =>
    [
        new("two of three broker nodes away (no majority)", 1, 3, NoMajority),
        new("SIGSTOP a broker node", 1, 3, FreezeNode),
        new("broker away under load", 1, 2, Away),
    ];

    private static async Task KillInTurn(Campaign campaign, Load load)
    {
        foreach (var node in campaign.ShuffledNodes().Take(campaign.IsLong ? Campaign.Nodes.Count : 1))
        {
            await campaign.SomeLoad(load);
            await campaign.KillAndRestart(node);
            await campaign.Serves(node);
        }
    }

    private static async Task KillAll(Campaign campaign, Load load)
    {
        await campaign.SomeLoad(load);
        await campaign.KillAndRestart([.. Campaign.Nodes]);
        await AllServe(campaign);
        await campaign.SomeLoad(load);
    }

    private static async Task StopOneThenAnother(Campaign campaign, Load load)
    {
        var nodes = campaign.ShuffledNodes();
        foreach (var node in nodes.Take(2))
        {
            await WhileAway(campaign, load, [node], () => campaign.Last(2, 20));
            await campaign.Serves(node);
        }
    }

    private static async Task NoMajority(Campaign campaign, Load load)
    {
        await WhileAway(campaign, load, campaign.ShuffledNodes()[..2], () => OutboxGrows(campaign, load));
        await AllServe(campaign);
    }

    private static async Task FreezeNode(Campaign campaign, Load load)
    {
        await campaign.SomeLoad(load);
        var node = campaign.BusiestNode();
        await campaign.System.Freeze(node);
        try
        {
            // Long enough that the other nodes give it up.
            await campaign.Last(13, 40);
            await campaign.SomeLoad(load);
        }
        finally
        {
            await campaign.System.Thaw(node);
        }

        await AllServe(campaign);
        await campaign.SomeLoad(load);
    }

    private static async Task Away(Campaign campaign, Load load)
    {
        await WhileAway(campaign, load, campaign.ShuffledNodes(), async () =>
        {
            await OutboxGrows(campaign, load);
            await campaign.Last(3, 60);
            await campaign.SomeLoad(load);
        });
        await AllServe(campaign);
        await campaign.SomeLoad(load);
    }

    /// <summary>Requests are taken, and their events pile up.</summary>
    private static async Task OutboxGrows(Campaign campaign, Load load)
    {
        const int Answers = 40;
        await load.Answers(Answers);
        await Campaign.Until(async () => await campaign.Health("administration", "outboxUnsent") >= Answers / 2,
            "the outbox grows while the broker is away");
    }

    private static async Task WhileAway(Campaign campaign, Load load, string[] nodes, Func<Task> meanwhile)
    {
        await campaign.SomeLoad(load);
        await Task.WhenAll(nodes.Select(campaign.Stop));
        await meanwhile();
        foreach (var node in nodes) campaign.System.Release(node);
    }

    private static async Task AllServe(Campaign campaign)
    {
        foreach (var node in Campaign.Nodes) await campaign.Serves(node);
    }
}
