using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;

namespace Distribution.Messaging.Tests;

/// <summary>"Published" means that the broker has it, and in the queue of the service that must get it.</summary>
public sealed class SinkTests(BrokerFixture fixture) : BrokerTests(fixture)
{
    private const string Queue = $"distribution.{Receiver.Service}";
    private const int QueueMessagesMax = 3;

    // A quorum queue says that it is full a little late.
    private const int RefusedAfterMax = 100;

    // Whether one that takes longer was refused, the queue tells.
    private static readonly TimeSpan ConfirmedWithin = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_is_published_is_in_the_queue_under_its_own_id()
    {
        var sender = await Start(new Sender());
        var events = Enumerable.Range(0, 20).Select(n => Event($"S{n}")).ToList();
        await Task.WhenAll(events.Select(outgoing => sender.Sink.Publish(outgoing, Cancel)));
        Assert.Equal(events.Select(outgoing => outgoing.EventId).Order(), (await Broker.Take(Queue, events.Count)).Order());
    }

    [Fact]
    public async Task An_event_that_reaches_no_queue_is_not_published_and_the_queue_is_declared_anew()
    {
        var sender = await Start(new Sender());
        await sender.Sink.Publish(Event("before"), Cancel);
        await Broker.DeleteQueue(Queue);

        var outgoing = Event("after");
        await Assert.ThrowsAsync<BrokerUnavailableException>(() => sender.Sink.Publish(outgoing, Cancel));
        await sender.Sink.Publish(outgoing, Cancel);
        Assert.Equal([outgoing.EventId], await Broker.Take(Queue, 1));
    }

    [Fact]
    public async Task The_relay_sends_an_event_again_until_it_has_reached_its_queue()
    {
        var sender = await Start(new Sender());
        await sender.Sink.Publish(Event("before"), Cancel);
        await Broker.DeleteQueue(Queue);

        await sender.Commit(["S1", "S2", "S3"]);
        await sender.Sent();
        Assert.Equal(3, (await Broker.Take(Queue, 3)).Distinct().Count());
    }

    [Fact]
    public async Task An_event_that_the_broker_does_not_take_is_not_published_until_it_does()
    {
        var sender = await Start(new Sender());
        await sender.Sink.Publish(Event("S0"), Cancel);
        await Broker.LimitQueue(Queue, QueueMessagesMax);

        var taken = 1;
        var (outgoing, publishing) = (Event("S1"), Task.CompletedTask);
        for (var refused = false; !refused;)
        {
            outgoing = Event($"S{taken}");
            publishing = sender.Sink.Publish(outgoing, Cancel);
            while (!refused && !await Returns(publishing))
                refused = await Broker.Waiting(Queue) is var waiting && waiting == taken && waiting >= QueueMessagesMax;
            if (refused) continue;
            await publishing;
            Assert.InRange(++taken, 1, RefusedAfterMax);
        }

        Assert.False(publishing.IsCompleted, "it is published, and the queue has not got it");
        await Broker.UnlimitQueue();
        await publishing;
        Assert.Contains(outgoing.EventId, await Broker.Take(Queue, taken + 1));
    }

    private static async Task<bool> Returns(Task publishing) =>
        await Task.WhenAny(publishing, Task.Delay(ConfirmedWithin, Cancel)) == publishing;

    private static OutboxEvent Event(string shipment)
    {
        var refused = new ShipmentAllocationRefused(shipment, "not enough");
        return new OutboxEvent(1, Guid.CreateVersion7(), WireNames.Of(refused), StoreJson.Bytes(refused), DateTimeOffset.UtcNow);
    }
}
