using Distribution.Tests.Support;

namespace Distribution.Messaging.Tests;

/// <summary>The broker dies in the middle of the work and comes back, with all that it had confirmed.</summary>
public sealed class OutageTests(BrokerFixture fixture) : BrokerTests(fixture)
{
    private const int EventsEach = 100;

    [Fact]
    public async Task Every_event_is_counted_exactly_once_though_the_broker_was_killed()
    {
        var sender = await Start(new Sender());
        var receiver = await Start(new Receiver());
        await sender.Commit(Shipments("before"));
        await Condition.Until("some events are counted", Limit, async () => (await receiver.Counted()).Count > 0 ? null : "none");

        // It goes while some are on their way.
        var meanwhile = sender.Commit(Shipments("during"));
        await Server.Kill();
        await meanwhile;
        await sender.Commit(Shipments("away"));
        Assert.True(await sender.Unsent() >= EventsEach, "what is committed while the broker is away waits in the outbox");

        await Server.StartAgain();
        await sender.Commit(Shipments("after"));
        var all = new[] { "before", "during", "away", "after" }.SelectMany(Shipments).ToList();
        await Condition.Until("every event is counted", Limit, async () =>
            await receiver.Counted() is var counted && counted.Count < all.Count
                ? $"{counted.Count} of {all.Count}, {await sender.Unsent()} unsent" : null);
        await sender.Sent();
        Assert.Equal(all.ToDictionary(shipment => shipment, _ => 1L), await receiver.Counted());
        Assert.Empty(await receiver.Errored());
    }

    private static IEnumerable<string> Shipments(string when) => Enumerable.Range(0, EventsEach).Select(n => $"{when}{n}");
}
