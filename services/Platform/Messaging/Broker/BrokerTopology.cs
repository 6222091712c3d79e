using System.Reflection;
using Distribution.Contracts;
using MassTransit;
using RabbitMQ.Client;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// The exchanges, queues and bindings of the whole system. Every process declares all of it before it publishes, so
/// that an event waits for a service which has never run yet instead of vanishing.
/// </summary>
internal sealed class BrokerTopology(BrokerConnection broker) : IDisposable
{
    /// <summary>
    /// After so many deliveries without an answer a message is set aside: it ends the process that takes it. High,
    /// because every stop of a process also counts as one for what it had taken.
    /// </summary>
    public const int DeliveriesMax = 100;

    private readonly SemaphoreSlim _declaring = new(1, 1);
    private volatile object? _declaredOver;

    /// <summary>Declares everything, unless this process has done so over the connection that it still has.</summary>
    public async Task Ensure(CancellationToken cancel)
    {
        if (IsDeclared) return;
        await _declaring.WaitAsync(cancel);
        try
        {
            if (IsDeclared) return;
            await using var channel = await broker.Channel(confirms: false, cancel);
            var over = broker.Current;
            await Declare(channel, cancel);
            _declaredOver = over;
        }
        finally
        {
            _declaring.Release();
        }
    }

    /// <summary>The broker may have forgotten: it will be declared anew.</summary>
    public void DeclareAgain() => _declaredOver = null;

    private bool IsDeclared => _declaredOver is { } over && ReferenceEquals(over, broker.Current);

    /// <inheritdoc />
    public void Dispose() => _declaring.Dispose();

    /// <summary>Exchanges are named by the events' stable wire names, not by where their types lie.</summary>
    public sealed class ExchangeNames : IEntityNameFormatter
    {
        public string FormatEntityName<T>() =>
            typeof(T).GetCustomAttribute<WireNameAttribute>()?.Name
            ?? (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(EventPage<>)
                ? PagesOf(WireNames.Of(typeof(T).GetGenericArguments()[0]))
                : $"masstransit.{typeof(T).Name.ToLowerInvariant()}");
    }

    /// <summary>The exchange of the pages of an event.</summary>
    public static string PagesOf(string wireName) => wireName + ".pages";

    /// <summary>The queue of a service.</summary>
    public static string QueueOf(string service) => $"distribution.{service}";

    /// <summary>Where the broker puts what was delivered to a service again and again and never answered.</summary>
    public static string DroppedQueueOf(string service) => QueueOf(service) + ".dropped";

    /// <summary>Whether some service must get this event.</summary>
    public static bool MustReachQueue(Type eventType) => eventType.GetCustomAttribute<DeliveredToAttribute>() is not null;

    /// <summary>What a service's queue is declared with, besides being a quorum queue.</summary>
    public static IReadOnlyDictionary<string, object> QueueArguments(string service) => new Dictionary<string, object>
    {
        ["x-delivery-limit"] = DeliveriesMax,
        ["x-dead-letter-exchange"] = DroppedQueueOf(service),
        // The broker forgets it here only when it is safe there; that needs the other setting, which changes nothing else.
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    private static async Task Declare(IChannel channel, CancellationToken cancel)
    {
        foreach (var eventType in WireNames.Types)
        {
            var exchange = WireNames.Of(eventType);
            string[] exchanges = EventPages.AreSent(eventType) ? [exchange, PagesOf(exchange)] : [exchange];
            foreach (var each in exchanges)
                await channel.ExchangeDeclareAsync(each, ExchangeType.Fanout, durable: true, cancellationToken: cancel);
            foreach (var service in eventType.GetCustomAttribute<DeliveredToAttribute>()?.Services ?? [])
            {
                await DeclareQueue(channel, DroppedQueueOf(service), new Dictionary<string, object>(), cancel);
                await DeclareQueue(channel, QueueOf(service), QueueArguments(service), cancel);
                foreach (var each in exchanges) await channel.ExchangeBindAsync(QueueOf(service), each, "", cancellationToken: cancel);
            }
        }
    }

    /// <summary>A quorum queue with an exchange of its own, as MassTransit has them.</summary>
    private static async Task DeclareQueue(
        IChannel channel, string queue, IReadOnlyDictionary<string, object> arguments, CancellationToken cancel)
    {
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancel);
        var all = arguments.ToDictionary(pair => pair.Key, pair => (object?)pair.Value);
        all["x-queue-type"] = "quorum";
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, all, cancellationToken: cancel);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancel);
    }
}
