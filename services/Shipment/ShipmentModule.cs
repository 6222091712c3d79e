using Distribution.Platform.Modules;
using Distribution.SharedKernel.Places;
using Distribution.Shipment.Epcis.Kept;
using Distribution.Shipment.Epcis.Meaning;
using Distribution.Shipment.Epcis.Routes;
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

    /// <summary>Where those of EPCIS 2.0 begin.</summary>
    internal const string EpcisPath = "/epcis/v2";

    private const string HeldPath = "/api/v1/epcis/held";

    /// <inheritdoc />
    public string Name => ShipmentStore.Name;

    /// <inheritdoc />
    public bool HasStore => true;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ShipmentStore>();
        services.AddSingleton<ShipmentPlaces>();
        services.AddSingleton<EventReading>();
        services.AddSingleton<Movements>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<Capturing>();
        services.AddHostedService<SettleAtStart>();
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
        ShowPipeline.Map(shipments);
        GetShipment.Map(shipments);

        ListHeldEvents.Map(routes.MapGroup(HeldPath).WithTags("EPCIS"));
        var epcis = routes.MapGroup(EpcisPath).WithTags("EPCIS").AddEndpointFilter(Discovery.CheckVersions);
        CaptureEvents.Map(epcis);
        GetCapture.Map(epcis);
        CaptureEvent.Map(epcis);
        QueryEvents.Map(epcis);
        GetEvent.Map(epcis);
        Discovery.Map(epcis);
    }
}
