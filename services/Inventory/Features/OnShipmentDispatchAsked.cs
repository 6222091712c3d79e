using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Messaging;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>
/// Looks again at what was allocated to a shipment, when it is to leave: what was counted away, has expired, is recalled or set apart
/// since stays. What may go has gone with the answer.
/// </summary>
internal sealed class OnShipmentDispatchAsked(
    InventoryStore store, Places places) : IConsumer<ShipmentDispatchAsked>
{
    public async Task Consume(ConsumeContext<ShipmentDispatchAsked> context)
    {
        var (asked, cause) = (context.Message, context.Cause("on-shipment-dispatch-asked"));
        var committed = await store.Commit(cause, tx => Decide(tx, places, asked, cause), context.CancellationToken);

        // What was looked at is not kept; that it stays, and why, is.
        if (committed.Refusal is { } refusal)
        {
            await store.Commit(cause, tx =>
            {
                tx.Publish(new ShipmentDispatchAnswered(asked.ShipmentId, asked.Attempt, refusal.Detail, asked.Revision));
                return ValueTask.FromResult(Decision.Accept());
            }, context.CancellationToken);
        }
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, ShipmentDispatchAsked asked, string cause)
    {
        var change = new LedgerChange(tx, places, cause, asked.RequestedBy);
        if (await Leave(change, asked) is { } refusal) return Decision.Refuse(Refusal.Conflict(refusal));
        await change.Finish();
        tx.Publish(new ShipmentDispatchAnswered(asked.ShipmentId, asked.Attempt, null, asked.Revision));
        return Decision.Accept();
    }

    /// <summary>Takes what was allocated out of the sender's stock; why that cannot be, or null.</summary>
    private static async ValueTask<string?> Leave(LedgerChange change, ShipmentDispatchAsked asked)
    {
        if (await ShipmentFacts.Current(change.Transaction, asked.ShipmentId, asked.Revision) is not { Cancelled: false })
            return "it was called off, or entered in error";
        var missing = await ShipmentFacts.Dispatch(change, new ShipmentDispatched(
            asked.ShipmentId, null, asked.FromFacilityId, asked.ToFacilityId, asked.Destination, asked.OccurredAt, asked.Lines,
            asked.RequestedBy, asked.Revision));
        if (missing is { } unknown) return $"no {unknown.Kind} has the id '{unknown.Id}'";

        var goesBack = await StockReturns.MayGetUnusable(change, asked.ToFacilityId);
        foreach (var line in asked.Lines)
        {
            var work = await change.Card(asked.FromFacilityId, line.VaccineId);
            if (await Problem(change, work, line, new FactTime(asked.OccurredAt).Day, goesBack) is { } problem) return problem;
        }

        return null;
    }

    private static async ValueTask<string?> Problem(
        LedgerChange change, CardWork work, ShipmentLine line, DateOnly day, bool goesBack)
    {
        var lot = work.Card.Find(line.LotNumber ?? "")!;
        var what = $"{line.VaccineId} {StockLines.Name(lot.Lot)}";
        if (!goesBack && !lot.Term.UsableOn(day))
        {
            var why = lot.ExpirationDate < day ? $"expired on {lot.ExpirationDate:yyyy-MM-dd}" : "is recalled or in quarantine";
            return $"{what} {why}: cancel the shipment and request another lot; to send it back to its maker, request a shipment "
                + "with a destination, or to a place that holds returns";
        }

        var settled = await change.Settled(work);
        if (settled.Changes.Where(known => known.OwedMore > 0).Select(known => (DayChange?)known).FirstOrDefault() is not { } first)
            return null;
        return $"at the end of {first.Day:yyyy-MM-dd} {work.Card.FacilityId} would have {first.OwedMore} doses of {what} fewer than none "
            + $"by what is known: {Math.Max(0, line.Doses - settled.Changes.Max(known => known.OwedMore))} of the {line.Doses} could leave. "
            + "Count the stock, or cancel the shipment and request what is there";
    }
}
