using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Modules;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// The bus of a process: MassTransit over RabbitMQ, a queue a service, the gateway's own and passing. It is one queue and not one a
/// consumer,
/// because the order of its queue tells as of when a service's figures are (decision 5). For the same reason no consumer is tuned apart by
/// a
/// definition: what waits for its turn would keep the place of what comes after it in the queue.
/// </summary>
internal static class BrokerBus
{
    private const ushort PrefetchMessages = 256;
    private const int ConcurrentMessages = 64;
    private const int OutageRetries = 8;
    private static readonly TimeSpan PassingQueueExpiration = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OutageRetryFirst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OutageRetryMax = TimeSpan.FromSeconds(5);

    /// <summary>Adds the bus, and the sink that publishes to it.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="connectionString">One <c>amqp://user:password@host:port/</c> a node of the broker, separated by commas.</param>
    /// <param name="modules">What runs in the process.</param>
    public static void AddBroker(this IServiceCollection services, string connectionString, IReadOnlyList<IServiceModule> modules)
    {
        var nodes = connectionString.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(node => new Uri(node)).ToArray();
        services.AddSingleton(new BrokerConnection(nodes));
        services.AddSingleton<BrokerTopology>();
        services.AddSingleton<BrokerQueues>();
        services.AddSingleton<BrokerConsumption>();
        services.AddSingleton<IConsumption>(provider => provider.GetRequiredService<BrokerConsumption>());
        services.AddSingleton<BrokerSink>();
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<BrokerSink>());
        // What a module without a store knows may be lost at any time: its queue is this process's own and goes with it.
        var queueOf = modules.ToDictionary(module => module, module =>
            BrokerTopology.QueueOf(module.HasStore ? module.Name : $"{module.Name}.{Guid.CreateVersion7():N}"));
        foreach (var (module, queue) in queueOf) AddHealth(services, module, queue);
        services.AddMassTransit(bus =>
        {
            // A ministry's system tells nobody outside what it runs.
            bus.ConfigureUsageTelemetryOptions(options => options.Enabled = false);
            // A broker that is away is a lesser evil; what waits for it is seen in the queues' and the stores' health.
            bus.ConfigureHealthCheckOptions(options => options.MinimalFailureStatus = HealthStatus.Degraded);
            foreach (var module in modules) module.AddConsumers(bus);
            foreach (var type in EventBatches.TypesTakenBy(EventBatches.ConsumersIn(services)).Where(EventPages.AreSent).ToList())
                bus.AddConsumer(typeof(PageConsumer<>).MakeGenericType(type));
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(nodes[0], host =>
                {
                    host.Heartbeat(BrokerConnection.Heartbeat);
                    host.RequestedConnectionTimeout(BrokerConnection.AnswerLimit);
                    host.ContinuationTimeout(BrokerConnection.AnswerLimit);
                    if (nodes.Length == 1) return;
                    host.UseCluster(cluster =>
                    {
                        foreach (var node in nodes) cluster.Node($"{node.Host}:{node.Port}");
                    });
                });
                rabbit.MessageTopology.SetEntityNameFormatter(new BrokerTopology.ExchangeNames());
                rabbit.ConnectReceiveObserver(context.GetRequiredService<BrokerQueues>());
                rabbit.ConnectConsumerConfigurationObserver(new MeasureFreshness(context.GetRequiredService<TimeProvider>()));
                foreach (var (module, queue) in queueOf)
                {
                    if (module.HasStore) AddServiceQueue(context, rabbit, module.Name);
                    else AddPassingQueue(context, rabbit, queue);
                }
            });
        });
        // After the bus, so that it is stopped before it.
        services.AddHostedService<BusWatch>();
    }

    private static void AddHealth(IServiceCollection services, IServiceModule module, string queue)
    {
        if (module.HasStore)
        {
            services.AddKeyedSingleton(module.Name, (provider, _) => new ErroredEvents(
                provider.GetRequiredKeyedService<IStore>(module.Name), provider.GetRequiredService<BrokerConnection>(), module.Name));
        }

        services.AddHealthChecks().Add(new HealthCheckRegistration($"{module.Name}-queue", provider => new QueueHealth(
            provider.GetRequiredService<BrokerQueues>(), queue, provider.GetKeyedService<ErroredEvents>(module.Name)),
            HealthStatus.Degraded, null));
    }

    /// <summary>A service's own lasting queue, and the one for what the broker set aside, which nobody consumes.</summary>
    private static void AddServiceQueue(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, string service)
    {
        var errored = new KeepErrored(context.GetRequiredService<IServiceProvider>().GetRequiredKeyedService<ErroredEvents>(service));
        rabbit.ReceiveEndpoint(BrokerTopology.QueueOf(service), endpoint =>
        {
            endpoint.SetQuorumQueue();
            foreach (var (name, value) in BrokerTopology.QueueArguments(service)) endpoint.SetQueueArgument(name, value);
            // Outside of the retries: between two of them an event is in work.
            endpoint.UseFilter(context.GetRequiredService<BrokerConsumption>().Tracking(service));
            Tune(endpoint);
            KeepWhatFails(endpoint);
            endpoint.ConfigureConsumers(context);
        });
        rabbit.ReceiveEndpoint(BrokerTopology.DroppedQueueOf(service), endpoint =>
        {
            endpoint.SetQuorumQueue();
            endpoint.ConfigureConsumeTopology = false;
            endpoint.PrefetchCount = 1;
            KeepWhatFails(endpoint);
        });

        void KeepWhatFails(IRabbitMqReceiveEndpointConfigurator endpoint)
        {
            endpoint.PublishFaults = false;
            endpoint.ConfigureError(pipe => pipe.UseFilter(errored));
            endpoint.ConfigureDeadLetter(pipe => pipe.UseFilter(errored));
        }
    }

    private static void AddPassingQueue(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, string queue) =>
        rabbit.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.Durable = false;
            endpoint.AutoDelete = true;
            endpoint.QueueExpiration = PassingQueueExpiration;
            endpoint.PublishFaults = false;
            endpoint.DiscardFaultedMessages();
            endpoint.DiscardSkippedMessages();
            Tune(endpoint);
            endpoint.ConfigureConsumers(context);
        });

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
