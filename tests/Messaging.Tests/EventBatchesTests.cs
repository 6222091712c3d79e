using System.Collections.Concurrent;
using System.Text;
using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;
using MassTransit.Mediator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Distribution.Messaging.Tests;

/// <summary>Events that go to their consumers in one go, and what becomes of the others when one of them cannot be consumed.</summary>
public sealed class EventBatchesTests
{
    [Fact]
    public async Task A_page_goes_to_its_consumer_in_one_go()
    {
        var taken = new Taken();
        var outbox = await Relay(taken, [Given("a"), Given("b"), Given("c")]);
        Assert.Equal(["a b c"], taken.Said);
        Assert.Equal([1, 2, 3], outbox.Sent);
    }

    [Fact]
    public async Task One_that_cannot_be_consumed_is_parked_and_the_others_arrive_by_themselves()
    {
        var taken = new Taken();
        var outbox = await Relay(taken, [Given("a"), Encoding.UTF8.GetBytes("{"), Given("c")]);
        Assert.Equal(["a", "c"], taken.Said.Order(StringComparer.Ordinal));
        Assert.Equal([1, 3], outbox.Sent.Order());
        Assert.Equal([2], outbox.Parked.Select(poison => poison.Position));
    }

    [Fact]
    public async Task An_event_with_a_consumer_that_takes_each_by_itself_goes_by_itself()
    {
        var taken = new Taken();
        var outbox = await Relay(taken, [Given("a"), Given("b")], typeof(OneByOne));
        Assert.Equal(["a", "a", "b", "b"], taken.Said.Order(StringComparer.Ordinal));
        Assert.Equal([1, 2], outbox.Sent.Order());
    }

    [Fact]
    public async Task Events_from_before_the_start_go_one_by_one()
    {
        var taken = new Taken();
        var outbox = await Relay(taken, [Given("a"), Given("b")], TimeSpan.FromHours(-1));
        Assert.Equal(["a", "b"], taken.Said.Order(StringComparer.Ordinal));
        Assert.Equal([1, 2], outbox.Sent.Order());
    }

    private static byte[] Given(string submission) => StoreJson.Bytes(new DosesAdministered(submission, []));

    private static Task<Outbox> Relay(Taken taken, byte[][] bodies, params Type[] more) =>
        Relay(taken, bodies, TimeSpan.FromHours(1), more);

    private static async Task<Outbox> Relay(Taken taken, byte[][] bodies, TimeSpan sinceStart, params Type[] more)
    {
        var services = new ServiceCollection().AddSingleton(taken);
        Type[] consumers = [typeof(Together), .. more];
        services.AddMediator(configure => configure.AddConsumers(consumers));
        await using var provider = services.BuildServiceProvider();
        var sink = new InProcessSink(
            provider.GetRequiredService<IMediator>(), new EventBatches(provider, consumers, TimeProvider.System),
            NullLogger<InProcessSink>.Instance);
        var outbox = new Outbox([.. bodies.Select((body, index) => new OutboxEvent(
            index + 1, Guid.NewGuid(), WireNames.Of(typeof(DosesAdministered)), body, DateTimeOffset.UtcNow + sinceStart))]);
        using var relay = new OutboxRelay("test", outbox, sink, TimeProvider.System, NullLogger<OutboxRelay>.Instance);
        Assert.Equal(bodies.Length, await relay.RelayPage(TestContext.Current.CancellationToken));
        return outbox;
    }

    private sealed class Taken
    {
        public ConcurrentQueue<string> Said { get; } = new();
    }

    private sealed class Together(Taken taken) : IBatchConsumer<DosesAdministered>
    {
        public Task Consume(ConsumeContext<DosesAdministered> context) => Consume([new(default, default, context.Message)], default);

        public Task Consume(IReadOnlyList<PagedEvent<DosesAdministered>> events, CancellationToken cancel)
        {
            taken.Said.Enqueue(string.Join(' ', events.Select(incoming => incoming.Event.SubmissionId)));
            return Task.CompletedTask;
        }
    }

    private sealed class OneByOne(Taken taken) : IConsumer<DosesAdministered>
    {
        public Task Consume(ConsumeContext<DosesAdministered> context)
        {
            taken.Said.Enqueue(context.Message.SubmissionId);
            return Task.CompletedTask;
        }
    }

    private sealed class Outbox(IReadOnlyList<OutboxEvent> page) : IOutbox
    {
        public List<long> Sent { get; } = [];

        public List<PoisonEvent> Parked { get; } = [];

        public ValueTask<IReadOnlyList<OutboxEvent>> Unsent(int limit, CancellationToken cancel = default) => new(page);

        public ValueTask Settle(IReadOnlyList<long> sent, IReadOnlyList<PoisonEvent> parked, CancellationToken cancel = default)
        {
            Sent.AddRange(sent);
            Parked.AddRange(parked);
            return default;
        }

        public Task WaitForEvents(CancellationToken cancel) => throw new NotSupportedException();

        ValueTask<IReadOnlyList<ParkedEvent>> IOutbox.Parked(long after, int limit, CancellationToken cancel) =>
            throw new NotSupportedException();

        public ValueTask<bool> Replay(long position, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<bool> Discard(long position, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<OutboxDepth> Depth(CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<OutboxLag> Lag(CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
