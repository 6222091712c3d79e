using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Shipment.Features;

/// <summary>Keeps in which country a facility lies, for lists by country.</summary>
internal sealed class OnFacilityChanged([FromKeyedServices(ShipmentModule.StoreName)] IStore store) : IConsumer<FacilityChanged>
{
    public async Task Consume(ConsumeContext<FacilityChanged> context)
    {
        var facility = context.Message;
        await store.Commit(context.Cause("on-facility-changed"), async change =>
        {
            var known = await change.Find<KnownFacility>(ShipmentStore.Facilities, ShipmentStore.Everything, facility.FacilityId);
            if (known is null || known.Version < facility.Version)
            {
                await change.Put(ShipmentStore.Facilities, ShipmentStore.Everything, facility.FacilityId, new KnownFacility(
                    facility.FacilityId, facility.Country, facility.Version));
            }

            return Decision.Accept();
        }, context.CancellationToken);
    }
}
