using Distribution.Platform.Hosting;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

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
        services.AddSingleton<IHostedService>(_ => new TopologyDeclaration(broker));
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
        services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
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

    /// <summary>Declares the topology before the bus starts, and waits for a broker that is not there yet.</summary>
    private sealed class TopologyDeclaration(Uri broker) : IHostedService
    {
        private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(cancellationToken);
                    await BrokerTopology.Declare(connection, cancellationToken);
                    return;
                }
                catch (Exception failure) when (failure is RabbitMQ.Client.Exceptions.BrokerUnreachableException or IOException)
                {
                    await Task.Delay(RetryWait, cancellationToken);
                }
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
