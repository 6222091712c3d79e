using Distribution.Contracts.Audit.V1;
using Distribution.Platform.Storage;
using Distribution.Shipment.Store;
using MassTransit;

namespace Distribution.Shipment.Features;

/// <summary>Keeps how far the audits of the other services are.</summary>
internal sealed class OnHeadReached(ShipmentStore store) : IConsumer<HeadReached>
{
    public Task Consume(ConsumeContext<HeadReached> context) =>
        KeptHeads.Keep(store, ShipmentStore.Name, context.Message, context.CancellationToken);
}
