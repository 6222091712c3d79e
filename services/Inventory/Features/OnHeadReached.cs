using Distribution.Contracts.Audit.V1;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Keeps how far the audits of the other services are.</summary>
internal sealed class OnHeadReached(InventoryStore store) : IConsumer<HeadReached>
{
    public Task Consume(ConsumeContext<HeadReached> context) =>
        KeptHeads.Keep(store, InventoryStore.Name, context.Message, context.CancellationToken);
}
