using Distribution.Platform.Modules;
using Distribution.SharedKernel.Places;
using Distribution.Shipment.Features;
using Distribution.Shipment.Store;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Shipment;

/// <summary>The Shipment service: shipments, their state machine and their proof of delivery.</summary>
public sealed class ShipmentModule : IServiceModule
{
    /// <summary>Where its routes begin.</summary>
    internal const string Path = "/api/v1/shipments";

    /// <inheritdoc />
    public string Name => ShipmentStore.Name;

    /// <inheritdoc />
    public bool HasStore => true;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ShipmentStore>();
        services.AddSingleton<ShipmentPlaces>();
    }

    /// <inheritdoc />
    public void AddConsumers(IRegistrationConfigurator consumers)
    {
        consumers.AddConsumer<OnShipmentAllocated>();
        consumers.AddConsumer<OnShipmentAllocationRefused>();
        consumers.AddConsumer<OnShipmentDispatchAnswered>();
        consumers.AddConsumer<OnShipmentDiscarded>();
        consumers.AddConsumer<OnLotChanged>();
        consumers.AddConsumer<OnFacilityChanged>();
        consumers.AddConsumer<OnVaccineChanged>();
        consumers.AddConsumer<OnHeadReached>();
    }

    /// <inheritdoc />
    public async ValueTask<PlaceTree?> Places(IServiceProvider services, CancellationToken cancel)
    {
        var places = services.GetRequiredService<ShipmentPlaces>();
        await places.CatchUp(cancel);
        return places.Tree;
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var shipments = routes.MapGroup(Path).WithTags("Shipments");
        RequestShipment.Map(shipments);
        DispatchShipment.Map(shipments);
        ReceiveShipment.Map(shipments);
        CancelShipment.Map(shipments);
        MarkEnteredInError.Map(shipments);
        RecordPastConsignments.Map(shipments);
        ListShipments.Map(shipments);
        SummariseIncoming.Map(shipments);
        GetShipment.Map(shipments);
    }
}
