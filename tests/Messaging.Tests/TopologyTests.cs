using System.Reflection;
using System.Text.Json.Nodes;
using Distribution.Contracts;
using Distribution.Platform.Messaging.Broker;
using Distribution.Tests.Support;

namespace Distribution.Messaging.Tests;

/// <summary>What is declared, and by whom.</summary>
public sealed class TopologyTests(BrokerFixture fixture) : BrokerTests(fixture)
{
    [Fact]
    public async Task Whoever_publishes_first_declares_all_that_services_need_which_have_never_run()
    {
        var sender = await Start(new Sender());
        await sender.Commit(["S1"]);
        await sender.Sent();

        var services = new HashSet<string>();
        foreach (var type in WireNames.Types)
        {
            var exchange = WireNames.Of(type);
            AssertLasts(await Broker.Exchange(exchange), exchange);
            var deliveredTo = type.GetCustomAttribute<DeliveredToAttribute>()?.Services ?? [];
            Assert.Equal(
                deliveredTo.Select(service => $"exchange distribution.{service}").Order(), ServicesAmong(await Broker.Targets(exchange)));
            services.UnionWith(deliveredTo);
        }

        Assert.Equal(["administration", "inventory", "shipment"], services.Order());
        foreach (var service in services)
        {
            var arguments = await AssertQuorumQueue($"distribution.{service}");
            Assert.Equal(BrokerTopology.DeliveriesMax, (int)arguments["x-delivery-limit"]!);
            Assert.Equal($"distribution.{service}.dropped", (string)arguments["x-dead-letter-exchange"]!);
            Assert.Equal("at-least-once", (string)arguments["x-dead-letter-strategy"]!);
            Assert.Equal("reject-publish", (string)arguments["x-overflow"]!);
            await AssertQuorumQueue($"distribution.{service}.dropped");
        }
    }

    [Fact]
    public async Task Events_wait_for_a_service_that_has_never_run()
    {
        var shipments = Enumerable.Range(0, 50).Select(n => $"S{n}").ToList();
        var sender = await Start(new Sender());
        await sender.Commit(shipments);
        await sender.Sent();

        // What it declares for itself is the same: else the broker would refuse it.
        var receiver = await Start(new Receiver());
        await Condition.Until("every event is counted", Limit, async () =>
            await receiver.Counted() is var counted && counted.Count < shipments.Count ? $"{counted.Count}" : null);
        Assert.Equal(shipments.ToDictionary(shipment => shipment, _ => 1L), await receiver.Counted());
        Assert.Equal(0u, await Broker.Waiting($"distribution.{Receiver.Service}"));
    }

    [Fact]
    public async Task A_broker_that_has_forgotten_everything_is_told_again()
    {
        var sender = await Start(new Sender());
        var receiver = await Start(new Receiver());
        await sender.Commit(["before"]);
        await AssertCounted(receiver, ["before"]);

        await Broker.Delete();
        await Broker.Make();
        await sender.Commit(["after"]);
        await AssertCounted(receiver, ["before", "after"]);
    }

    private static async Task AssertCounted(Instance receiver, IReadOnlyList<string> shipments)
    {
        await Condition.Until($"{string.Join(", ", shipments)} are counted", Limit, async () =>
            await receiver.Counted() is var counted && counted.Count < shipments.Count ? $"{string.Join(", ", counted.Keys)}" : null);
        Assert.Equal(shipments.ToDictionary(shipment => shipment, _ => 1L), await receiver.Counted());
    }

    private static void AssertLasts(JsonNode? declared, string name)
    {
        Assert.True(declared is not null, $"{name} is not declared");
        Assert.True((bool)declared["durable"]!, name);
        Assert.False((bool)declared["auto_delete"]!, name);
    }

    /// <summary>Without what MassTransit binds for itself, and nobody consumes.</summary>
    private static IEnumerable<string> ServicesAmong(IEnumerable<string> targets) =>
        targets.Where(target => !target.StartsWith("exchange masstransit.", StringComparison.Ordinal)).Order();

    /// <summary>It lasts, and gets what is sent to the exchange of its name; its arguments.</summary>
    private async Task<JsonNode> AssertQuorumQueue(string name)
    {
        AssertLasts(await Broker.Exchange(name), name);
        Assert.Equal([$"queue {name}"], await Broker.Targets(name));
        var queue = await Broker.Queue(name);
        AssertLasts(queue, name);
        Assert.Equal("quorum", (string)queue!["type"]!);
        return queue["arguments"]!;
    }
}
