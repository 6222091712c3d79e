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

    public static void AddBroker(this IServiceCollection services, Uri broker, IReadOnlyList<IServiceModule> modules)
    {
        services.AddSingleton(_ => new BrokerTopology(broker));
        services.AddMassTransit(bus =>
        {
            foreach (var module in modules) module.AddConsumers(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(broker);
                rabbit.MessageTopology.SetEntityNameFormatter(new BrokerTopology.ExchangeNames());
                rabbit.ConfigureJsonSerializerOptions(_ => new(StoreJson.Options));
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
