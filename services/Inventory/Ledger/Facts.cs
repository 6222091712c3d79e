using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>Doses given on a day, of a lot or of none in particular; below 0 when taken back.</summary>
internal sealed record GivenDoses(string? LotNumber, DateOnly Day, long Doses);

/// <summary>Doses given at one facility of one vaccine.</summary>
internal sealed record GivenAt(string FacilityId, string VaccineId, IReadOnlyList<GivenDoses> Doses);

/// <summary>
/// Facts are taken whatever the stock, in any order, and again. A fact that names something unknown changes nothing
/// and says what is missing.
/// </summary>
internal static class Facts
{
    /// <summary>Folds the sums of an event by facility and vaccine, lot and day; <paramref name="sign"/> −1 takes them back.</summary>
    public static IReadOnlyList<GivenAt> Fold(IReadOnlyList<AdministeredSum> sums, int sign)
    {
        if (sums.Count == 1)
        {
            var only = sums[0];
            return [new GivenAt(only.FacilityId, only.VaccineId, [new GivenDoses(only.LotNumber, only.OccurredOn, sign * only.Doses)])];
        }

        return [.. sums
            .GroupBy(sum => (sum.FacilityId, sum.VaccineId))
            .Select(at => new GivenAt(at.Key.FacilityId, at.Key.VaccineId, [.. at
                .GroupBy(sum => (sum.LotNumber, sum.OccurredOn))
                .Select(day => new GivenDoses(day.Key.LotNumber, day.Key.OccurredOn, sign * day.Sum(sum => sum.Doses)))]))];
    }

    /// <summary>Takes in doses that were given.</summary>
    public static async ValueTask<Named?> Give(LedgerChange change, GivenAt given)
    {
        if (await Missing(change, [given.FacilityId], [given.VaccineId]) is { } missing) return missing;
        var work = await change.Card(given.FacilityId, given.VaccineId);
        foreach (var doses in given.Doses)
        {
            var lot = await change.Lot(work, doses.LotNumber ?? "");
            work.Add(doses.Day, StockRow.Demand(lot.Lot, doses.Doses));
            change.Post(given.FacilityId, given.VaccineId, lot.Lot, work.OnHand, work.Account(AccountKind.Administered), doses.Doses,
                new EntryNote(EntryKind.Administration, FactTime.OfDay(doses.Day)));
        }

        return null;
    }

    /// <summary>Takes in that a shipment left.</summary>
    public static async ValueTask<Named?> Dispatch(LedgerChange change, ShipmentDispatched fact)
    {
        var tx = change.Transaction;
        var transit = await Find(tx, fact.ShipmentId);
        if (transit.Dispatched) return null;
        if (await Missing(change, [fact.FromFacilityId, fact.ToFacilityId], fact.Lines.Select(line => line.VaccineId)) is { } missing)
            return missing;

        transit = await Leave(change, transit, fact.FromFacilityId, fact.ToFacilityId, fact.OccurredAt,
            fact.Lines);
        await Save(change, transit);
        return null;
    }

    /// <summary>Takes in that a shipment arrived, and that it had left.</summary>
    public static async ValueTask<Named?> Receive(LedgerChange change, ShipmentReceived fact)
    {
        var tx = change.Transaction;
        var transit = await Find(tx, fact.ShipmentId);
        if (transit.Received) return null;
        if (await Missing(change, [fact.FromFacilityId, fact.ToFacilityId], fact.Lines.Select(line => line.VaccineId)) is { } missing)
            return missing;

        if (!transit.Dispatched)
        {
            transit = await Leave(change, transit, fact.FromFacilityId, fact.ToFacilityId, fact.DispatchedAt, [.. fact.Lines
                .Select(line =>
                    new ShipmentLine(line.VaccineId, line.LotNumber, line.ExpirationDate, line.Accepted + line.Rejected + line.Missing))]);
        }

        var path = await change.Path(transit.Place);
        var facility = fact.ToFacilityId ?? fact.FromFacilityId;
        if (facility is null)
        {
            // From outside to outside: nothing of it touches the ledger.
            await Save(change, transit with { Received = true, InTransit = [] });
            return null;
        }

        var at = new FactTime(fact.OccurredAt);
        var lost = new List<TransitLine>();
        foreach (var line in fact.Lines)
        {
            var lot = line.LotNumber ?? "";
            var onTheWay = new Account(AccountKind.InTransit, fact.ShipmentId, path, transit.Incoming);
            var note = new EntryNote(EntryKind.Receipt, at) { ShipmentId = fact.ShipmentId, Reason = line.Reason };
            if (fact.ToFacilityId is { } receiver)
            {
                await change.LearnExpiry(line.VaccineId, line.LotNumber, line.ExpirationDate);
                var work = await change.Card(receiver, line.VaccineId);
                await change.Lot(work, lot);
                work.Add(note.At.Day, StockRow.Firm(note.At, lot, line.Accepted));
                change.Post(facility, line.VaccineId, lot, onTheWay, work.OnHand, line.Accepted, note);
                change.Post(facility, line.VaccineId, lot, onTheWay, work.Account(AccountKind.Wasted, line.Reason ?? "rejected"),
                    line.Rejected, note);
            }
            else change.Post(facility, line.VaccineId, lot, onTheWay, Account.Origin, line.Accepted + line.Rejected, note);

            change.Post(facility, line.VaccineId, lot, onTheWay, new Account(AccountKind.Lost, fact.ShipmentId, path), line.Missing, note);
            if (line.Missing > 0) lost.Add(new TransitLine(line.VaccineId, lot, line.Missing));
        }

        await Save(change, transit with
        {
            Received = true,
            ReceivedOn = at.Day,
            InTransit = [],
            Arrived = at.Day == transit.DispatchedOn ? [] : transit.InTransit,
            Lost = lost,
        });
        return null;
    }

    /// <summary>The state of a shipment, new when nothing is known of it.</summary>
    public static async ValueTask<Transit> Find(ITransaction tx, string shipmentId) =>
        await tx.Find<Transit>(Names.Transits, Names.One, shipmentId) ?? new Transit { ShipmentId = shipmentId };

    /// <summary>Frees what is reserved for a shipment.</summary>
    public static async ValueTask Free(LedgerChange change, Transit transit)
    {
        foreach (var line in transit.Reserved)
        {
            var work = await change.Card(transit.FromFacilityId!, line.VaccineId);
            (await change.Lot(work, line.Lot)).Reserved -= line.Doses;
        }
    }

    private static async ValueTask<Transit> Leave(
        LedgerChange change, Transit transit, string? from, string? to, DateTimeOffset at, IReadOnlyList<ShipmentLine> lines)
    {
        await Free(change, transit);
        var place = Transit.PlaceBetween(
            from is null ? null : await change.Path(from), to is null ? null : await change.Path(to));
        transit = transit with { FromFacilityId = from, ToFacilityId = to, Place = place };
        var path = await change.Path(place);
        var note = new EntryNote(EntryKind.Dispatch, new FactTime(at)) { ShipmentId = transit.ShipmentId };
        foreach (var line in lines)
        {
            var lot = line.LotNumber ?? "";
            var onTheWay = new Account(AccountKind.InTransit, transit.ShipmentId, path, transit.Incoming);
            await change.LearnExpiry(line.VaccineId, line.LotNumber, line.ExpirationDate);
            if (from is null && to is null) continue;
            if (from is null)
            {
                change.Post(to!, line.VaccineId, lot, Account.Origin, onTheWay, line.Doses, note, rank: 0);
                continue;
            }

            var work = await change.Card(from, line.VaccineId);
            await change.Lot(work, lot);

            // A line without a lot means the stock without a lot number when that is what was reserved for it; in a
            // consignment of the past it leaves open which lot was sent.
            var open = lot.Length == 0 && transit.Reserved.Count == 0;
            work.Add(note.At.Day, open ? StockRow.Demand(lot, line.Doses) : StockRow.Firm(note.At, lot, -line.Doses));
            change.Post(from, line.VaccineId, lot, work.OnHand, onTheWay, line.Doses, note, rank: 0);
        }

        return transit with
        {
            Dispatched = true,
            DispatchedOn = note.At.Day,
            Reserved = [],
            InTransit = [.. lines.Select(line => new TransitLine(line.VaccineId, line.LotNumber ?? "", line.Doses))],
        };
    }

    /// <summary>Keeps a shipment's state, and indexes by its ends those whose place depends on the tree.</summary>
    private static async ValueTask Save(LedgerChange change, Transit transit)
    {
        var tx = change.Transaction;
        await tx.Put(Names.Transits, Names.One, transit.ShipmentId, transit);
        if (transit.FromFacilityId is not { } from || transit.ToFacilityId is not { } to) return;
        foreach (var end in new[] { from, to })
        {
            if (transit.PlaceMatters) await tx.Put(Names.TransitPlaces, end, transit.ShipmentId, "{}"u8.ToArray());
            else await tx.Delete(Names.TransitPlaces, end, transit.ShipmentId);
        }
    }

    private static async ValueTask<Named?> Missing(LedgerChange change, IEnumerable<string?> facilities, IEnumerable<string> vaccines)
    {
        foreach (var id in facilities)
        {
            if (id is not null && !await change.Knows(Named.Facility(id))) return Named.Facility(id);
        }

        foreach (var id in vaccines)
        {
            if (!await change.Knows(Named.Vaccine(id))) return Named.Vaccine(id);
        }

        return null;
    }
}
