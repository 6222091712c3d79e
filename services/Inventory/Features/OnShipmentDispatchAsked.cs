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
        if (await ShipmentFacts.Current(change.Transaction, asked.ShipmentId, asked.Revision) is not { Cancelled: false } transit)
            return "it was called off, or entered in error";
        if (transit.Dispatched) return null;
        var missing = await ShipmentFacts.Dispatch(change, new ShipmentDispatched(
            asked.ShipmentId, null, asked.FromFacilityId, asked.ToFacilityId, asked.Destination, asked.OccurredAt, asked.Lines,
            asked.RequestedBy, asked.Revision));
        if (missing is { } unknown) return $"no {unknown.Kind} has the id '{unknown.Id}'";

        var day = new FactTime(asked.OccurredAt).Day;
        var goesBack = await StockReturns.MayGetUnusable(change, asked.ToFacilityId);
        foreach (var lines in asked.Lines.GroupBy(line => line.VaccineId))
        {
            var work = await change.Card(asked.FromFacilityId, lines.Key);
            if (!goesBack && await Unusable(change, work, lines, day) is { } unusable) return unusable;
            if (await Short(change, work, lines) is { } shortage) return shortage;
        }

        return null;
    }

    /// <summary>The lot is looked up, not taken from the card, which hears of it later.</summary>
    private static async ValueTask<string?> Unusable(LedgerChange change, CardWork work, IEnumerable<ShipmentLine> lines, DateOnly day)
    {
        foreach (var line in lines)
        {
            if (line.LotNumber is not { Length: > 0 } number
                || await change.Transaction.Find<Lot>(Names.Lots, line.VaccineId, number) is not { } lot
                || lot.UsableUntil is null || lot.UsableUntil >= day) continue;
            var why = lot.ExpirationDate < day ? $"expired on {lot.ExpirationDate:yyyy-MM-dd}" : "is recalled or in quarantine";
            return $"{line.VaccineId} {StockLines.Name(number)} {why}: cancel the shipment and request another lot; to send it back to its "
                + "maker, request a shipment with a destination, or one to a place that holds returns";
        }

        return null;
    }

    private static async ValueTask<string?> Short(LedgerChange change, CardWork work, IEnumerable<ShipmentLine> lines)
    {
        var settled = await change.Settled(work);
        if (settled.Changes.Where(known => known.OwedMore > 0).Select(known => (DayChange?)known).FirstOrDefault() is not { } first)
            return null;

        // The lot that is short now, where one is; else it was on a day that is over, of the vaccine.
        var line = lines.FirstOrDefault(line => settled.End.Owed(line.LotNumber ?? "") > 0);
        var (what, wanted, wanting) = line is null
            ? (lines.First().VaccineId, lines.Sum(each => each.Doses), settled.Changes.Max(known => known.OwedMore))
            : ($"{line.VaccineId} {StockLines.Name(line.LotNumber ?? "")}", line.Doses, settled.End.Owed(line.LotNumber ?? ""));
        var on = line is null ? first.Day : settled.Day;
        return $"at the end of {on:yyyy-MM-dd} {work.Card.FacilityId} would have {wanting} doses of {what} fewer than none by what is "
            + $"known: {Math.Max(0, wanted - wanting)} of the {wanted} could leave. "
            + "Count the stock, or cancel the shipment and request what is there";
    }
}
