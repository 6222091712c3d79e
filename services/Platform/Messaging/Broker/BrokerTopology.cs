using System.Reflection;
using Distribution.Contracts;
using MassTransit;
using RabbitMQ.Client;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// The exchanges, queues and bindings of the whole system. Every process declares all of it before it publishes, so
/// that an event waits for a service which has never run yet instead of vanishing.
/// </summary>
internal sealed class BrokerTopology(IReadOnlyList<Uri> nodes) : IDisposable
{
    private readonly SemaphoreSlim _declaring = new(1, 1);
    private volatile bool _declared;

    /// <summary>Declares everything, unless this process has done so since the broker was last found wanting.</summary>
    public async Task Ensure(CancellationToken cancel)
    {
        if (_declared) return;
        await _declaring.WaitAsync(cancel);
        try
        {
            if (_declared) return;
            await using var connection = await new ConnectionFactory { Uri = nodes[0] }.CreateConnectionAsync(
                [.. nodes.Select(node => new AmqpTcpEndpoint(node))], cancellationToken: cancel);
            await Declare(connection, cancel);
            _declared = true;
        }
        finally
        {
            _declaring.Release();
        }
    }

    /// <summary>The broker may have forgotten: it will be declared anew.</summary>
    public void Doubt() => _declared = false;

    /// <inheritdoc />
    public void Dispose() => _declaring.Dispose();

    /// <summary>Exchanges are named by the events' stable wire names, not by where their types lie.</summary>
    public sealed class ExchangeNames : IEntityNameFormatter
    {
        public string FormatEntityName<T>() =>
            typeof(T).GetCustomAttribute<WireNameAttribute>()?.Name ?? $"masstransit.{typeof(T).Name.ToLowerInvariant()}";
    }

    /// <summary>The queue of a service.</summary>
    public static string QueueOf(string service) => $"distribution.{service}";

    /// <summary>Where a service's poison goes.</summary>
    public static string ErrorQueueOf(string service) => QueueOf(service) + "_error";

    /// <summary>Whether some service must get this event.</summary>
    public static bool MustReachQueue(Type eventType) => eventType.GetCustomAttribute<DeliveredToAttribute>() is not null;

    private static async Task Declare(IConnection connection, CancellationToken cancel)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        foreach (var eventType in EventTypes.All)
        {
            var exchange = eventType.GetCustomAttribute<WireNameAttribute>()!.Name;
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancel);
            foreach (var service in eventType.GetCustomAttribute<DeliveredToAttribute>()?.Services ?? [])
            {
                var queue = QueueOf(service);
                await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancel);
                await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
                    new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancel);
                await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancel);
                await channel.ExchangeBindAsync(queue, exchange, "", cancellationToken: cancel);
            }
        }
    }
}
