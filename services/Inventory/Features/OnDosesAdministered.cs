using Distribution.Contracts.Administration.V1;
using Distribution.Inventory.Ledger;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Inventory.Features;

/// <summary>Draws doses that were given from the known stock; what it does not back opens a discrepancy.</summary>
internal sealed class OnDosesAdministered(
    [FromKeyedServices(InventoryModule.StoreName)] IStore store, Places places) : IConsumer<DosesAdministered>
{
    public async Task Consume(ConsumeContext<DosesAdministered> context)
    {
        var cause = context.Cause("on-doses-administered");
        var given = Facts.Fold(context.Message.Sums, 1);
        await store.Commit(cause, tx => Decide(tx, places, given, cause), context.CancellationToken);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, IReadOnlyList<GivenAt> given, string cause)
    {
        var change = new LedgerChange(tx, places, cause, Caller.Local);
        foreach (var at in given)
        {
            if (await Facts.Give(change, at) is { } missing)
                await HeldFacts.Hold(tx, missing, HeldFacts.New(tx, cause) with { Given = at });
        }

        await change.Finish();
        return Decision.Accept();
    }
}
