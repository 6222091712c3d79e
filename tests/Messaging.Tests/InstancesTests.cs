using Distribution.Tests.Support;

namespace Distribution.Messaging.Tests;

/// <summary>Several instances of a service at one broker.</summary>
public sealed class InstancesTests(BrokerFixture fixture) : BrokerTests(fixture)
{
    private const int Events = 300;

    [Fact]
    public async Task Instances_of_a_service_share_its_queue()
    {
        var sender = await Start(new Sender());
        var (first, second) = (new Receiver(), new Receiver());
        await Start(first);
        await Start(second);
        var all = Enumerable.Range(0, Events).Select(n => $"S{n}").ToList();
        await sender.Commit(all);
        await sender.Sent();

        await Condition.Until("every event is consumed", Limit, () =>
            Task.FromResult(first.Heard.Count + second.Heard.Count is var heard && heard < Events ? $"{heard}" : null));
        Assert.Equal(all.Order(), first.Heard.Concat(second.Heard).Order());
        Assert.NotEmpty(first.Heard);
        Assert.NotEmpty(second.Heard);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_instance_leaves_undone_goes_to_the_other(bool stops)
    {
        var sender = await Start(new Sender());
        var (first, second) = (new Receiver(), new Receiver());
        var leaving = await Start(first);
        await Start(second);
        var all = Enumerable.Range(0, Events).Select(n => $"S{n}").ToList();
        var sending = sender.Commit(all);
        await Condition.Until("the first has events", Limit, () => Task.FromResult(first.Heard.IsEmpty ? "none" : null));
        if (stops) await leaving.DisposeAsync();
        else await leaving.Die();
        await sending;
        await sender.Sent();

        await Condition.Until("every event is consumed", Limit, () =>
            Task.FromResult(first.Heard.Concat(second.Heard).Distinct().Count() is var heard && heard < Events ? $"{heard}" : null));
        Assert.Equal(0u, await Broker.Waiting($"distribution.{Receiver.Service}"));
    }

    [Fact]
    public async Task Instances_without_a_store_hear_everything_each_and_leave_no_queue_behind()
    {
        var sender = await Start(new Sender());
        var listeners = new[] { new Listener(), new Listener() };
        var instances = new List<Instance>();
        foreach (var listener in listeners) instances.Add(await Start(listener));
        var all = Enumerable.Range(0, 20).Select(n => $"S{n}").ToList();
        await sender.Commit(all);
        await sender.Sent();

        await Condition.Until("both have heard every event", Limit, () =>
            Task.FromResult(listeners.Any(listener => listener.Heard.Count < all.Count) ? string.Join(
                ", ", listeners.Select(listener => listener.Heard.Count)) : null));
        Assert.All(listeners, listener => Assert.Equal(all.Order(), listener.Heard.Order()));
        Assert.Equal(2, (await Own()).Count);
        foreach (var instance in instances) await instance.DisposeAsync();
        await Condition.Until(
            "their queues are gone", Limit, async () => await Own() is { Count: > 0 } left ? string.Join(", ", left) : null);
        // The service that must get the events has not run, and loses none for it.
        Assert.Equal(all.Count, (await Broker.Take($"distribution.{Receiver.Service}", all.Count)).Count);

        async Task<IReadOnlyList<string>> Own() =>
            [.. (await Broker.Queues()).Where(queue => queue.StartsWith($"distribution.{Listener.Service}.", StringComparison.Ordinal))];
    }
}
