using Distribution.Platform.Hosting;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>The bus of a process: MassTransit over RabbitMQ, a queue a service, the gateway's own and passing.</summary>
internal static class BrokerBus
{
    private const ushort PrefetchMessages = 256;
    private const int ConcurrentMessages = 64;
    private const int OutageRetries = 8;
    private static readonly TimeSpan OutageRetryFirst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OutageRetryMax = TimeSpan.FromSeconds(5);

    /// <summary>Adds the bus, and the sink that publishes to it.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="connectionString">One <c>amqp://user:password@host:port/</c> a node of the broker, separated by commas.</param>
    /// <param name="modules">What runs in the process.</param>
    public static void AddBroker(this IServiceCollection services, string connectionString, IReadOnlyList<IServiceModule> modules)
    {
        var nodes = connectionString.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(node => new Uri(node)).ToArray();
        services.AddSingleton(_ => new BrokerTopology(nodes));
        services.AddMassTransit(bus =>
        {
            foreach (var module in modules) module.AddConsumers(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(nodes[0], host =>
                {
                    if (nodes.Length == 1) return;
                    host.UseCluster(cluster =>
                    {
                        foreach (var node in nodes) cluster.Node($"{node.Host}:{node.Port}");
                    });
                });
                rabbit.MessageTopology.SetEntityNameFormatter(new BrokerTopology.ExchangeNames());
                foreach (var module in modules)
                {
                    if (module.HasStore)
                    {
                        rabbit.ReceiveEndpoint(BrokerTopology.QueueOf(module.Name), endpoint =>
                        {
                            endpoint.SetQuorumQueue();
                            Tune(endpoint);
                            endpoint.ConfigureConsumers(context);
                        });
                    }
                    else
                    {
                        // What a module without a store knows may be lost at any time: its queue goes with the process.
                        rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint =>
                        {
                            Tune(endpoint);
                            endpoint.ConfigureConsumers(context);
                        });
                    }
                }
            });
        });
        services.AddSingleton<IEventSink, BrokerSink>();
    }

    private static void Tune(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        endpoint.PrefetchCount = PrefetchMessages;
        endpoint.ConcurrentMessageLimit = ConcurrentMessages;
        // An outage ends; anything else that a consumer throws will be thrown again.
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<StoreUnavailableException>();
            retry.Exponential(OutageRetries, OutageRetryFirst, OutageRetryMax, OutageRetryFirst);
        });
    }
}
