using System.Reflection;
using Distribution.Administration;
using Distribution.Inventory;
using Distribution.Platform.Hosting;
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
            .SelectMany(type => (type.GetCustomAttribute<DeliveredToAttribute>()?.Services ?? []).Select(service => $"{type.Name} to {service}"));
        var consumed = Modules.SelectMany(module => Consumed(module).Select(type => $"{type.Name} to {module.Name}")).ToList();
        Assert.NotEmpty(consumed);
        Assert.Equal(consumed.Order(StringComparer.Ordinal), delivered.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Type> Consumed(IServiceModule module)
    {
        var services = new ServiceCollection();
        services.AddMediator(module.AddConsumers);
        return services.Select(service => service.ServiceType)
            .Where(type => type.Namespace!.StartsWith("Distribution.", StringComparison.Ordinal))
            .SelectMany(type => type.GetInterfaces())
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(type => type.GetGenericArguments()[0])
            .Distinct();
    }
}
