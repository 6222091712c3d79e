using System.Reflection;
using Distribution.Administration;
using Distribution.Gateway;
using Distribution.Inventory;
using Distribution.Platform.Messaging;
using Distribution.Platform.Modules;
using Distribution.Shipment;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Contracts.Tests;

/// <summary>
/// An event says to whom it is delivered, and by that alone every process declares the queues: an event whose consumer
/// is not named there would be published and gone.
/// </summary>
public sealed class DeliveryTests
{
    private static readonly IServiceModule[] Modules = [new InventoryModule(), new ShipmentModule(), new AdministrationModule()];

    [Fact]
    public void Every_event_is_delivered_to_exactly_the_services_that_consume_it()
    {
        var delivered = typeof(IEvent).Assembly.GetTypes()
            .SelectMany(
                type => (type.GetCustomAttribute<DeliveredToAttribute>()?.Services ?? []).Select(service => $"{type.Name} to {service}"));
        var consumed = Modules.SelectMany(module => Consumed(module).Select(type => $"{type.Name} to {module.Name}")).ToList();
        Assert.NotEmpty(consumed);
        Assert.Equal(consumed.Order(StringComparer.Ordinal), delivered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_event_comes_in_pages_exactly_when_every_consumer_of_it_takes_many_at_once()
    {
        var consumers = Modules.Append(new GatewayModule(proxy: false)).SelectMany(Consumers).ToList();
        var together = typeof(IEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IEvent)) && type.IsClass)
            .Where(type => consumers.Where(consumer => Takes(consumer, typeof(IConsumer<>)).Contains(type)) is var takers && takers.Any()
                && takers.All(consumer => Takes(consumer, typeof(IBatchConsumer<>)).Contains(type)));
        var inPages = typeof(IEvent).Assembly.GetTypes().Where(type => type.GetCustomAttribute<InPagesAttribute>() is not null);
        Assert.NotEmpty(inPages);
        Assert.Equal(together.Select(type => type.Name).Order(StringComparer.Ordinal), inPages.Select(type => type.Name)
            .Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Type> Consumed(IServiceModule module) => Consumers(module)
        .SelectMany(consumer => Takes(consumer, typeof(IConsumer<>))).Distinct();

    private static IEnumerable<Type> Consumers(IServiceModule module)
    {
        var services = new ServiceCollection();
        services.AddMediator(module.AddConsumers);
        return services.Select(service => service.ServiceType)
            .Where(type => type.Namespace!.StartsWith("Distribution.", StringComparison.Ordinal)).ToList();
    }

    private static IEnumerable<Type> Takes(Type consumer, Type how) => consumer.GetInterfaces()
        .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == how)
        .Select(type => type.GetGenericArguments()[0]);
}
