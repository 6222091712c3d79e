using Distribution.Contracts.Administration.V1;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Messaging;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Takes back doses that were reported in error: their stock is on hand again.</summary>
internal sealed class OnAdministrationRetracted(
    InventoryStore store, Places places) : IConsumer<AdministrationRetracted>
{
    public async Task Consume(ConsumeContext<AdministrationRetracted> context)
    {
        var cause = context.Cause("on-administration-retracted");
        var taken = Facts.Fold(context.Message.Sums, -1);
        await store.Commit(cause, tx => OnDosesAdministered.Decide(tx, places, taken, cause), context.CancellationToken);
    }
}
