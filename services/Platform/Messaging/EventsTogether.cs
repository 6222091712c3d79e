using System.Collections.Frozen;
using Distribution.Contracts;
using Distribution.Platform.Observability;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Messaging;

/// <summary>The events that the consumers of this process take in one go: those of which all consumers can.</summary>
internal sealed class EventsTogether(IServiceProvider services, IEnumerable<Type> consumers, TimeProvider time)
{
    private readonly FrozenDictionary<string, Way> _ways = consumers
        .SelectMany(consumer => Events(consumer, typeof(IConsumer<>)).Select(type => (Type: type, Consumer: consumer)))
        .GroupBy(each => each.Type, each => each.Consumer)
        .Where(each => each.All(consumer => Events(consumer, typeof(IConsumeTogether<>)).Contains(each.Key)))
        .ToFrozenDictionary(each => EventTypes.WireName(each.Key), each =>
            (Way)Activator.CreateInstance(typeof(Way<>).MakeGenericType(each.Key), [each.ToArray(), time])!);

    /// <summary>Brings events to their consumers; false when they do not take them in one go.</summary>
    /// <exception cref="Exception">What a consumer throws.</exception>
    public async Task<bool> Consume(string wireName, IReadOnlyList<OutboxEvent> events, CancellationToken cancel)
    {
        if (!_ways.TryGetValue(wireName, out var way)) return false;
        await using var scope = services.CreateAsyncScope();
        await way.Consume(scope.ServiceProvider, events, cancel);
        return true;
    }

    private static IEnumerable<Type> Events(Type consumer, Type kind) => consumer.GetInterfaces()
        .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == kind)
        .Select(type => type.GetGenericArguments()[0]);

    private abstract class Way
    {
        public abstract Task Consume(IServiceProvider services, IReadOnlyList<OutboxEvent> events, CancellationToken cancel);
    }

    private sealed class Way<TEvent>(Type[] consumers, TimeProvider time) : Way where TEvent : class, IEvent
    {
        public override async Task Consume(IServiceProvider services, IReadOnlyList<OutboxEvent> events, CancellationToken cancel)
        {
            var incoming = new Incoming<TEvent>[events.Count];
            for (var index = 0; index < incoming.Length; index++)
                incoming[index] = new Incoming<TEvent>(events[index].EventId, (TEvent)EventTypes.Read(events[index]));
            foreach (var consumer in consumers)
            {
                await ((IConsumeTogether<TEvent>)services.GetRequiredService(consumer)).Consume(incoming, cancel);
                if (!Measures.Freshness.Enabled) continue;
                var now = time.GetUtcNow();
                foreach (var consumed in events) Freshness.Record(consumer, consumed.WireName, now - consumed.RecordedAt);
            }
        }
    }
}
