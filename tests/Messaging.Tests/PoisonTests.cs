using System.Text;
using Distribution.Platform.Messaging.Broker;
using Distribution.Tests.Support;
using RabbitMQ.Client;

namespace Distribution.Messaging.Tests;

/// <summary>What a service cannot consume is kept with the reason, stops nobody, and is a person's to decide about.</summary>
public sealed class PoisonTests(BrokerFixture fixture) : BrokerTests(fixture)
{
    private const string Queue = $"distribution.{Receiver.Service}";
    private const string Dropped = Queue + ".dropped";

    // After so many a broker of this version drops a message by itself, unless it is told otherwise.
    private const int BrokerDeliveriesMax = 20;

    [Fact]
    public async Task An_unfit_event_is_kept_stops_nobody_and_is_counted_once_when_it_is_sent_back()
    {
        var sender = await Start(new Sender());
        var module = new Receiver { Unfit = "unfit" };
        var receiver = await Start(module);
        await sender.Commit(["S1", "unfit", "S2", "S3"]);
        await Condition.Until("the unfit event is listed", Limit, async () => (await receiver.Errored()).Count > 0 ? null : "nothing is");
        await Condition.Until("the others are counted", Limit, async () => (await receiver.Counted()).Count == 3
            ? null : $"{(await receiver.Counted()).Count}");

        var errored = Assert.Single(await receiver.Errored());
        Assert.Contains("unfit is unfit", (string)errored["failure"]!, StringComparison.Ordinal);
        Assert.Equal("inventory.shipment-allocation-refused.v1", (string)errored["wireName"]!);
        Assert.Equal(0u, await Broker.Waiting(Queue));

        module.Unfit = null;
        await receiver.Replay(Guid.Parse((string)errored["eventId"]!));
        await Condition.Until("it is counted", Limit, async () => (await receiver.Counted()).Count == 4 ? null : "it is not");
        Assert.All(await receiver.Counted(), counted => Assert.Equal(1, counted.Value));
        Assert.Empty(await receiver.Errored());
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_is_kept_as_it_came()
    {
        var sender = await Start(new Sender());
        var receiver = await Start(new Receiver());
        const string Garbage = "no event at all";
        await using (var connection = await Broker.Connect())
        {
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Cancel);
            await channel.BasicPublishAsync(
                "", Queue, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(Garbage), Cancel);
        }

        await sender.Commit(["S1"]);
        await Condition.Until("it is listed", Limit, async () => (await receiver.Errored()).Count > 0 ? null : "it is not");
        var errored = Assert.Single(await receiver.Errored());
        Assert.Equal(Garbage, (string)errored["message"]!);
        Assert.NotEmpty((string)errored["failure"]!);
        await Condition.Until(
            "the event behind it is counted", Limit, async () => (await receiver.Counted()).Count == 1 ? null : "it is not");
    }

    [Fact]
    public async Task A_message_that_ends_each_process_which_takes_it_is_set_aside_and_listed()
    {
        var sender = await Start(new Sender());
        await sender.Commit(["deadly"]);
        await sender.Sent();

        var deliveries = await TakeAndDie();
        // The broker's own limit would lose an event to a few restarts of its service.
        Assert.InRange(deliveries, BrokerDeliveriesMax + 1, BrokerTopology.DeliveriesMax + 1);
        await Condition.Until("it is set aside", Limit, async () => await Broker.Waiting(Dropped) == 1 ? null : "it is not");

        var receiver = await Start(new Receiver());
        await Condition.Until("it is listed", Limit, async () => (await receiver.Errored()).Count > 0 ? null : "it is not");
        var errored = Assert.Single(await receiver.Errored());
        Assert.Contains("deadly", (string)errored["message"]!, StringComparison.Ordinal);
        Assert.Contains("too many deliveries", (string)errored["failure"]!, StringComparison.Ordinal);
        Assert.Empty(await receiver.Counted());

        await receiver.Replay(Guid.Parse((string)errored["eventId"]!));
        await Condition.Until("it is counted", Limit, async () => (await receiver.Counted()).Count == 1 ? null : "it is not");
    }

    /// <summary>Takes what is in the queue, and ends without an answer, until it is given out no more.</summary>
    /// <returns>How often it was given out.</returns>
    private async Task<int> TakeAndDie()
    {
        await using var connection = await Broker.Connect();
        for (var deliveries = 0; ;)
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
            await Condition.Until("it is given out or set aside", Limit, async () =>
            {
                if (await channel.BasicGetAsync(Queue, autoAck: false, Cancel) is not null)
                {
                    deliveries++;
                    return null;
                }

                return await channel.MessageCountAsync(Dropped, Cancel) > 0 ? null : "neither";
            });
            if (await channel.MessageCountAsync(Dropped, Cancel) > 0) return deliveries;
            Assert.InRange(deliveries, 0, 10 * BrokerTopology.DeliveriesMax);
        }
    }
}
