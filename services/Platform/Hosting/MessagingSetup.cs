using Distribution.Platform.Messaging;
using Distribution.Platform.Messaging.Broker;
using Distribution.Platform.Messaging.Progress;
using Distribution.Platform.Modules;
using Distribution.Platform.Operations;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Hosting;

/// <summary>Puts the way of events together: over a broker where one is configured, else within the process.</summary>
internal static class MessagingSetup
{
    private const string ConnectionStringName = "RabbitMq";

    public static void AddMessaging(this IServiceCollection services, IConfiguration configuration, IReadOnlyList<IServiceModule> modules)
    {
        if (configuration.GetConnectionString(ConnectionStringName) is { Length: > 0 } broker)
        {
            services.AddBroker(broker, modules);
        }
        else
        {
            services.AddSingleton<IEventSink, InProcessSink>();
            services.AddSingleton<IConsumption, InProcessConsumption>();
            services.AddMediator(consumers =>
            {
                foreach (var module in modules) module.AddConsumers(consumers);
                consumers.ConfigureMediator((context, mediator) =>
                    mediator.ConnectConsumerConfigurationObserver(new MeasureFreshness(context.GetRequiredService<TimeProvider>())));
            });
        }

        var consumers = EventBatches.ConsumersIn(services);
        services.AddSingleton(provider => new EventBatches(provider, consumers, provider.GetRequiredService<TimeProvider>()));

        var stores = modules.Where(module => module.HasStore).Select(module => module.Name).ToArray();
        services.AddSingleton<IHostedService>(provider => new OutboxGauges(
            [.. stores.Select(name => (name, provider.GetRequiredKeyedService<IStore>(name).Outbox))],
            provider.GetRequiredService<IConsumption>(), provider.GetRequiredService<TimeProvider>()));
        foreach (var name in stores)
        {
            // Not AddHostedService, which takes one service of a type.
            services.AddSingleton<IHostedService>(provider => new OutboxRelay(
                name, provider.GetRequiredKeyedService<IStore>(name).Outbox, provider.GetRequiredService<IEventSink>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OutboxRelay>>()));
            services.AddKeepingUp($"what is told of the audit of {name}", TellAuditHeads.Wait, provider => new TellAuditHeads(
                name, provider.GetRequiredKeyedService<IStore>(name), provider.GetRequiredService<ILoggerFactory>()).Tell);
            services.AddKeyedSingleton(name, (provider, _) => new EventProgress(
                name, provider.GetRequiredKeyedService<IStore>(name).Outbox, provider.GetRequiredService<IConsumption>(),
                provider.GetRequiredService<TimeProvider>()));
        }
    }

    /// <summary>The operator's routes of a module with a store.</summary>
    public static void MapOperations(this IEndpointRouteBuilder routes, IServiceModule module)
    {
        var service = module.Name;
        var store = routes.ServiceProvider.GetRequiredKeyedService<IStore>(service);
        routes.MapParkedEvents(service, store);
        routes.MapOperatorDecisions(service, store);
        routes.MapAudit(module, store);
        if (routes.ServiceProvider.GetKeyedService<ErroredEvents>(service) is { } errored) routes.MapErroredEvents(service, store, errored);
    }
}
