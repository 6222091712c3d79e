using System.Collections.Concurrent;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Modules;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Messaging.Tests;

/// <summary>A service with as little in it as there can be: it counts the shipments that it hears of.</summary>
internal abstract class ProbeModule : IServiceModule
{
    /// <summary>The counters of what was consumed, by shipment.</summary>
    public const string Counted = "counted";

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract bool HasStore { get; }

    /// <summary>What has been heard, each time, by shipment; more than what was counted where something came again.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    /// <inheritdoc/>
    public virtual void AddServices(IServiceCollection services) => services.AddSingleton(this);

    /// <inheritdoc/>
    public abstract void AddConsumers(IRegistrationConfigurator consumers);

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }
}

/// <summary>Where the events come from; it consumes nothing.</summary>
internal sealed class Sender : ProbeModule
{
    public override string Name => "inventory";

    public override bool HasStore => true;

    public override void AddConsumers(IRegistrationConfigurator consumers)
    {
    }
}

/// <summary>The service that must get the events.</summary>
internal sealed class Receiver : ProbeModule
{
    public const string Service = "shipment";

    /// <summary>A shipment that the consumer throws at, or null.</summary>
    public volatile string? Unfit;

    public override string Name => Service;

    public override bool HasStore => true;

    public override void AddServices(IServiceCollection services) => services.AddSingleton(this);

    public override void AddConsumers(IRegistrationConfigurator consumers) => consumers.AddConsumer<OnRefusedCount>();
}

/// <summary>What has no store and may forget, as the gateway.</summary>
internal sealed class Listener : ProbeModule
{
    public const string Service = "listener";

    public override string Name => Service;

    public override bool HasStore => false;

    public override void AddServices(IServiceCollection services) => services.AddSingleton(this);

    public override void AddConsumers(IRegistrationConfigurator consumers) => consumers.AddConsumer<OnRefusedListen>();
}

/// <summary>Counts once, however often an event comes.</summary>
internal sealed class OnRefusedCount(
    [FromKeyedServices(Receiver.Service)] IStore store, Receiver receiver) : IConsumer<ShipmentAllocationRefused>
{
    public async Task Consume(ConsumeContext<ShipmentAllocationRefused> context)
    {
        var shipment = context.Message.ShipmentId;
        receiver.Heard.Enqueue(shipment);
        if (shipment == receiver.Unfit) throw new InvalidOperationException($"{shipment} is unfit");
        await store.Commit(context.Cause("on-refused-count"), tx =>
        {
            tx.Add(ProbeModule.Counted, "", shipment, 1);
            return new(Decision.Accept());
        });
    }
}

/// <summary>Only hears.</summary>
internal sealed class OnRefusedListen(Listener listener) : IConsumer<ShipmentAllocationRefused>
{
    public Task Consume(ConsumeContext<ShipmentAllocationRefused> context)
    {
        listener.Heard.Enqueue(context.Message.ShipmentId);
        return Task.CompletedTask;
    }
}
