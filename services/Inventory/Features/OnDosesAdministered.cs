using Distribution.Contracts;
using Distribution.Contracts.Administration.V1;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Draws doses that were given from the known stock; what it does not back opens a discrepancy.</summary>
internal sealed class OnDosesAdministered(
    InventoryStore store, Places places) : IBatchConsumer<DosesAdministered>
{
    private const string Name = "on-doses-administered";

    public Task Consume(ConsumeContext<DosesAdministered> context) =>
        Take(context.Cause(Name), commitUnder: context.Cause(Name), [new(context.MessageId!.Value, default, context.Message)],
            context.CancellationToken);

    public Task Consume(IReadOnlyList<PagedEvent<DosesAdministered>> events, CancellationToken cancel) =>
        // The same events may come again in other company: each is recognised by itself.
        Take($"{Name}:{Guid.CreateVersion7()}", commitUnder: null, events, cancel);

    private async Task Take(
        string cause, string? commitUnder, IReadOnlyList<PagedEvent<DosesAdministered>> events, CancellationToken cancel)
    {
        var ids = events.Select(incoming => incoming.EventId).ToArray();
        var given = Facts.Fold([.. events.SelectMany(incoming => incoming.Event.Sums)], 1);
        await store.Commit(commitUnder, async tx =>
        {
            var before = await tx.RememberConsumed(Name, cause, ids);
            var now = before is null
                ? given
                : Facts.Fold([.. events.Where((_, index) => !before.Contains(index)).SelectMany(incoming => incoming.Event.Sums)], 1);
            return await Decide(tx, places, now, cause);
        }, cancel);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, IReadOnlyList<GivenAt> given, string cause)
    {
        var change = new LedgerChange(tx, places, cause, Caller.Local.Subject);
        foreach (var at in given)
        {
            if (await Facts.Give(change, at) is { } missing)
                await HeldFacts.Hold(tx, missing, HeldFacts.New(tx, cause) with { Given = at });
        }

        await change.Finish();
        return Decision.Accept();
    }
}
