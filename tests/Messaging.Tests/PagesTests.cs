using System.Collections.Concurrent;
using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Tests.Support;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Messaging.Tests;

/// <summary>Events that come by the thousands go as pages, a message for many, and each still counts once.</summary>
public sealed class PagesTests(BrokerFixture fixture) : BrokerTests(fixture)
{
    private const int Events = 400;

    [Fact]
    public async Task Events_of_one_commit_come_in_far_fewer_messages_and_each_counts_once()
    {
        var (sender, module) = (await Start(new Clinics()), new Stock());
        var receiver = await Start(module);
        var all = Enumerable.Range(0, Events).Select(n => $"S{n}").ToList();
        await sender.Commit(Given(all));
        await Condition.Until("every event is counted", Limit, async () =>
            (await receiver.Counted()).Count is var counted && counted < Events ? $"{counted}" : null);

        Assert.Equal(all.Order(), (await receiver.Counted()).Keys.Order());
        Assert.All(await receiver.Counted(), counted => Assert.Equal(1, counted.Value));
        Assert.True(module.Taken.Count <= Events / 10, $"{Events} events came in {module.Taken.Count} goes");
        Assert.Equal(0u, await Broker.Waiting($"distribution.{Stock.Service}"));
    }

    [Fact]
    public async Task One_that_is_unfit_takes_no_other_with_it_and_is_counted_once_when_it_is_sent_back()
    {
        var (sender, module) = (await Start(new Clinics()), new Stock { Unfit = "unfit" });
        var receiver = await Start(module);
        await sender.Commit(Given(["S1", "S2", "unfit", "S3"]));
        await Condition.Until("the unfit event is listed", Limit, async () => (await receiver.Errored()).Count > 0 ? null : "nothing is");
        await Condition.Until("the others are counted", Limit, async () => (await receiver.Counted()).Count == 3
            ? null : $"{(await receiver.Counted()).Count}");

        var errored = Assert.Single(await receiver.Errored());
        Assert.Contains("unfit is unfit", (string)errored["failure"]!, StringComparison.Ordinal);
        Assert.Equal("administration.doses-administered.v1", (string)errored["wireName"]!);

        module.Unfit = null;
        await receiver.Replay(Guid.Parse((string)errored["eventId"]!));
        await Condition.Until("it is counted", Limit, async () => (await receiver.Counted()).Count == 4 ? null : "it is not");
        Assert.All(await receiver.Counted(), counted => Assert.Equal(1, counted.Value));
        Assert.Empty(await receiver.Errored());
    }

    [Fact]
    public async Task A_page_waits_for_a_service_that_has_never_run()
    {
        var sender = await Start(new Clinics());
        await sender.Commit(Given(["S1", "S2"]));
        await sender.Sent();
        var receiver = await Start(new Stock());
        await Condition.Until(
            "both are counted", Limit, async () => (await receiver.Counted()).Count == 2 ? null : $"{(await receiver.Counted()).Count}");
    }

    private static IReadOnlyList<IEvent> Given(IEnumerable<string> submissions) =>
        [.. submissions.Select(submission => new DosesAdministered(submission, []))];

    private sealed class Clinics : ProbeModule
    {
        public override string Name => "administration";

        public override bool HasStore => true;

        public override void AddConsumers(IRegistrationConfigurator consumers)
        {
        }
    }

    internal sealed class Stock : ProbeModule
    {
        public const string Service = "inventory";

        /// <summary>A submission that the consumer throws at, or null.</summary>
        public volatile string? Unfit;

        /// <summary>How many events came at once, each time that it went well.</summary>
        public ConcurrentQueue<int> Taken { get; } = [];

        public override string Name => Service;

        public override bool HasStore => true;

        public override void AddServices(IServiceCollection services) => services.AddSingleton(this);

        public override void AddConsumers(IRegistrationConfigurator consumers) => consumers.AddConsumer<OnDosesCount>();
    }

    internal sealed class OnDosesCount([FromKeyedServices(Stock.Service)] IStore store, Stock stock) : IBatchConsumer<DosesAdministered>
    {
        public Task Consume(ConsumeContext<DosesAdministered> context) =>
            Consume([new(context.MessageId!.Value, default, context.Message)], context.CancellationToken);

        public async Task Consume(IReadOnlyList<PagedEvent<DosesAdministered>> events, CancellationToken cancel)
        {
            if (events.Any(paged => paged.Event.SubmissionId == stock.Unfit))
                throw new InvalidOperationException($"{stock.Unfit} is unfit");
            var cause = $"page {Guid.CreateVersion7()}";
            await store.Commit(cause, async tx =>
            {
                var before = await tx.RememberConsumed("on-doses-count", cause, [.. events.Select(paged => paged.EventId)]);
                for (var index = 0; index < events.Count; index++)
                {
                    if (before?.Contains(index) is not true) tx.Add(ProbeModule.Counted, "", events[index].Event.SubmissionId, 1);
                }

                return Decision.Accept();
            }, cancel);
            stock.Taken.Enqueue(events.Count);
        }
    }
}
