using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using MassTransit;

namespace Distribution.Inventory.Features;

/// <summary>Reserves stock for the whole of a requested shipment, first expiry first, or for part of it where that is allowed; else refuses
/// and says what is there.</summary>
internal sealed class OnShipmentRequested(
    InventoryStore store, Places places) : IConsumer<ShipmentRequested>
{
    public async Task Consume(ConsumeContext<ShipmentRequested> context)
    {
        var cause = context.Cause("on-shipment-requested");
        await store.Commit(cause, tx => Decide(tx, places, context.Message, cause), context.CancellationToken);
    }

    internal static async ValueTask<Decision> Decide(ITransaction tx, Places places, ShipmentRequested request, string cause)
    {
        if (await ShipmentFacts.Current(tx, request.ShipmentId, request.Revision)
            is not { Requested: false, Cancelled: false, Dispatched: false } transit) return Decision.Accept();
        var change = new LedgerChange(tx, places, cause, Caller.Local.Subject);
        transit = transit with { Requested = true, FromFacilityId = request.FromFacilityId, ToFacilityId = request.ToFacilityId };
        var taken = new List<AllocatedLine>();
        var refusal = await Unknown(change, request) ?? await Allocate(change, request, taken);
        if (refusal is not null)
        {
            await tx.Put(Names.Transits, Names.One, request.ShipmentId, transit);
            tx.Publish(new ShipmentAllocationRefused(request.ShipmentId, refusal, request.Revision));
            return Decision.Accept();
        }

        var lines = taken.GroupBy(line => (line.VaccineId, line.LotNumber))
            .Select(lot => lot.First() with { Doses = lot.Sum(line => line.Doses) }).ToList();
        await change.Finish();
        await tx.Put(Names.Transits, Names.One, request.ShipmentId, transit with
        {
            Reserved = [.. lines.Select(line => new TransitLine(line.VaccineId, line.LotNumber ?? "", line.Doses))],
        });
        tx.Publish(new ShipmentAllocated(request.ShipmentId, lines, request.Revision));
        return Decision.Accept();
    }

    private static async ValueTask<string?> Unknown(LedgerChange change, ShipmentRequested request)
    {
        foreach (var id in new[] { request.FromFacilityId, request.ToFacilityId })
        {
            if (id is not null && !await change.Knows(Named.Facility(id))) return $"no facility has the id '{id}'";
        }

        if (await change.TakenOverBy(request.FromFacilityId) is { } other)
            return $"'{request.FromFacilityId}' was merged into '{other}', where its stock is: request it from '{other}'";

        foreach (var line in request.Lines)
        {
            if (!await change.Knows(Named.Vaccine(line.VaccineId))) return $"no vaccine has the id '{line.VaccineId}'";
        }

        return null;
    }

    private static async ValueTask<string?> Allocate(LedgerChange change, ShipmentRequested request, List<AllocatedLine> taken)
    {
        var day = new FactTime(request.RequestedAt).Day;
        var goesBack = await StockReturns.MayGetUnusable(change, request.ToFacilityId);

        string? shortage = null;

        // Lines that name their lot come first, so that one that leaves it open cannot take that lot from them.
        foreach (var line in request.Lines.OrderBy(line => string.IsNullOrEmpty(line.LotNumber)))
        {
            var work = await change.Card(request.FromFacilityId, line.VaccineId);
            await change.RefreshLots(work);
            var lotNumber = string.IsNullOrEmpty(line.LotNumber) ? null : line.LotNumber;
            var found = Allocation.Find(work.Card, lotNumber, day, line.Doses, goesBack);
            if (found.Short > 0)
            {
                shortage ??= $"{request.FromFacilityId} has {line.Doses - found.Short} usable doses of {line.VaccineId}"
                    + (lotNumber is null ? "" : $" lot {lotNumber}") + $" available, {line.Doses} were requested"
                    + Unusable(work.Card, lotNumber, day);
                if (request.AllowPartial is not true) return shortage;
            }

            foreach (var lot in found.Lots)
            {
                work.Card.Find(lot.Lot)!.Reserved += lot.Doses;
                taken.Add(new AllocatedLine(line.VaccineId, lot.Lot.Length == 0 ? null : lot.Lot, lot.ExpirationDate, lot.Doses));
            }
        }

        return taken.Count == 0 ? shortage : null;
    }

    private static string Unusable(StockCard card, string? lotNumber, DateOnly day)
    {
        var doses = card.Lots.Where(lot => (lotNumber is null || lot.Lot == lotNumber) && !lot.Term.UsableOn(day)).Sum(lot => lot.OnHand);
        return doses == 0 ? "" : $"; {doses} more are expired, recalled or in quarantine: their lots, by number, may only go back to their "
            + "maker (a destination), or to a place that holds returns";
    }
}
