using System.Collections.Frozen;
using Distribution.Contracts;
using Distribution.Platform.Observability;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Messaging;

/// <summary>Brings many events of one type at once to the consumers of this process, where all consumers of the type can take them
/// so.</summary>
internal sealed class EventBatches(IServiceProvider services, IEnumerable<Type> consumers, TimeProvider clock)
{
    private readonly FrozenDictionary<string, Consumers> _consumers = ByEvent(consumers).ToFrozenDictionary(
        each => WireNames.Of(each.Key), each =>
            (Consumers)Activator.CreateInstance(typeof(Consumers<>).MakeGenericType(each.Key), [each.ToArray(), clock])!);

    /// <summary>The consumers that modules have registered so far.</summary>
    public static IReadOnlyList<Type> ConsumersIn(IServiceCollection services) =>
        [.. services.Select(service => service.ServiceType).Where(type => type.IsAssignableTo(typeof(IConsumer))).Distinct()];

    /// <summary>The event types that such consumers can take many at once of.</summary>
    public static IEnumerable<Type> TypesTakenBy(IEnumerable<Type> consumers) => ByEvent(consumers).Select(each => each.Key);

    /// <summary>Brings events of an outbox to their consumers; false when these do not take them in one go.</summary>
    /// <exception cref="Exception">What a consumer throws.</exception>
    public async Task<bool> Consume(string wireName, IReadOnlyList<OutboxEvent> events, CancellationToken cancel)
    {
        if (!_consumers.TryGetValue(wireName, out var takers)) return false;
        await using var scope = services.CreateAsyncScope();
        await takers.Consume(scope.ServiceProvider, events, cancel);
        return true;
    }

    /// <summary>Brings events of a page to their consumers.</summary>
    /// <exception cref="Exception">What a consumer throws.</exception>
    public async Task Consume<TEvent>(IReadOnlyList<PagedEvent<TEvent>> events, CancellationToken cancel) where TEvent : class, IEvent
    {
        await using var scope = services.CreateAsyncScope();
        await ((Consumers<TEvent>)_consumers[WireNames.Of(typeof(TEvent))]).Consume(scope.ServiceProvider, events, cancel);
    }

    private static IEnumerable<IGrouping<Type, Type>> ByEvent(IEnumerable<Type> consumers) => consumers
        .SelectMany(consumer => Events(consumer, typeof(IConsumer<>)).Select(type => (Type: type, Consumer: consumer)))
        .Where(each => each.Type.IsAssignableTo(typeof(IEvent)))
        .GroupBy(each => each.Type, each => each.Consumer)
        .Where(each => each.All(consumer => Events(consumer, typeof(IBatchConsumer<>)).Contains(each.Key)));

    private static IEnumerable<Type> Events(Type consumer, Type kind) => consumer.GetInterfaces()
        .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == kind)
        .Select(type => type.GetGenericArguments()[0]);

    private abstract class Consumers
    {
        public abstract Task Consume(IServiceProvider services, IReadOnlyList<OutboxEvent> events, CancellationToken cancel);
    }

    private sealed class Consumers<TEvent>(Type[] consumers, TimeProvider clock) : Consumers where TEvent : class, IEvent
    {
        public override Task Consume(IServiceProvider services, IReadOnlyList<OutboxEvent> events, CancellationToken cancel) =>
            Consume(services, EventPages.OneOf<TEvent>(events).Events, cancel);

        public async Task Consume(IServiceProvider services, IReadOnlyList<PagedEvent<TEvent>> events, CancellationToken cancel)
        {
            foreach (var consumer in consumers)
            {
                await ((IBatchConsumer<TEvent>)services.GetRequiredService(consumer)).Consume(events, cancel);
                if (!Measures.Freshness.Enabled) continue;
                var now = clock.GetUtcNow();
                foreach (var consumed in events) Freshness.Record(consumer, WireNames.Of(typeof(TEvent)), now - consumed.RecordedAt);
            }
        }
    }
}
