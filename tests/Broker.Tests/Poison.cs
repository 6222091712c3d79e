using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace Distribution.Broker.Tests;

/// <summary>Events that a consumer cannot take: they are set aside with a reason, stop nobody, and are an operator's to decide
/// about.</summary>
internal static class Poison
{
    /// <summary>The queue that it goes into.</summary>
    public const string Queue = "distribution.inventory";

    private const string Exchange = "administration.doses-administered.v1";
    private const string Errored = "operations/inventory/errored";
    private const int EventsEach = 3;

    public static IEnumerable<Fault> All => [new("poison events (unreadable, and unfit)", 1, 10, Inject)];

    private static async Task Inject(Campaign campaign, Load load)
    {
        await campaign.SomeLoad(load);
        var unfit = Enumerable.Range(0, EventsEach).Select(_ => Guid.CreateVersion7()).ToList();
        await Publish(campaign, unfit);
        await Campaign.Until(async () => (await List(campaign)).Count >= 2 * EventsEach, "every poison event is listed as errored");
        var errored = await List(campaign);
        Assert.Equal(2 * EventsEach, errored.Count);
        Assert.All(errored, item => Assert.NotEmpty((string)item["failure"]!));
        Assert.Superset(unfit.Select(id => $"{id}").ToHashSet(), errored.Select(IdOf).ToHashSet());
        // Nobody waits behind them.
        await campaign.SomeLoad(load);
        await Campaign.Until(async () => await campaign.Health("inventory", "queueWaiting") == 0
            && await campaign.Health("administration", "outboxUnsent") == 0,
            "the events behind the poison are consumed");

        foreach (var item in errored.Skip(1)) await Decide(campaign, IdOf(item), "discard");
        // It is as unfit as before, and is set aside again.
        var again = errored[0];
        await Decide(campaign, IdOf(again), "replay");
        await Campaign.Until(async () => await List(campaign) is [var back] && IdOf(back) == IdOf(again)
            && (DateTimeOffset)back["erroredAt"]! > (DateTimeOffset)again["erroredAt"]!, "the replayed event is errored again");
        await Decide(campaign, IdOf(again), "discard");
        Assert.Empty(await List(campaign));
    }

    private static async Task Publish(Campaign campaign, IReadOnlyList<Guid> unfit)
    {
        await using var connection = await campaign.Connect(campaign.ShuffledNodes()[0]);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        for (var i = 0; i < EventsEach; i++)
        {
            var garbage = new byte[campaign.Random.Next(1, 200)];
            campaign.Random.NextBytes(garbage);
            await channel.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties { Persistent = true }, garbage);
        }

        foreach (var id in unfit)
        {
            // It says what it is, and lacks what every event of its kind has.
            var envelope = new JsonObject
            {
                ["messageId"] = $"{id}",
                ["messageType"] = new JsonArray("urn:message:Distribution.Contracts.Administration.V1:DosesAdministered"),
                ["message"] = new JsonObject { ["submissionId"] = $"poison-{id}", ["sums"] = null },
            };
            var properties =
                new BasicProperties { Persistent = true, MessageId = $"{id}", ContentType = "application/vnd.masstransit+json" };
            await channel.BasicPublishAsync(Exchange, "", mandatory: true, properties, Encoding.UTF8.GetBytes(envelope.ToJsonString()));
        }
    }

    private static string IdOf(JsonNode item) => (string)item["eventId"]!;

    private static async Task<IReadOnlyList<JsonNode>> List(Campaign campaign) =>
        [.. (await campaign.Api.Get(Errored)).Body["items"]!.AsArray().Select(item => item!)];

    private static async Task Decide(Campaign campaign, string id, string decision)
    {
        var answer = await campaign.Api.Post($"{Errored}/{id}/{decision}",
            new JsonObject { ["requestId"] = $"{decision}-{id}", ["reason"] = $"the fault campaign decided to {decision} it" });
        Assert.Equal(204, answer.Code);
        var kept = (await campaign.Api.Get("operations/inventory/decisions?limit=1000")).Body["items"]!.AsArray();
        Assert.Contains(kept, item => (string)item!["requestId"]! == $"{decision}-{id}" && ((string)item["reason"]!)
            .EndsWith(decision + " it", StringComparison.Ordinal));
    }
}
