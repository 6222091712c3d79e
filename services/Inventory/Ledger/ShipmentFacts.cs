using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>
/// What is told of shipments. Each fact is applied once, whatever came before it; all of a shipment is taken back by applying the same
/// facts with the other sign, each at its own date.
/// </summary>
internal static class ShipmentFacts
{
    /// <summary>Why doses that came beyond what was shipped count as adjusted at the receiver.</summary>
    private const string Extra = "extra";

    /// <summary>Takes in that a shipment left.</summary>
    public static async ValueTask<Named?> Dispatch(LedgerChange change, ShipmentDispatched fact)
    {
        var tx = change.Transaction;
        if (await Current(tx, fact.ShipmentId, fact.Revision) is not { Dispatched: false } transit) return null;
        if (await Facts.Missing(change, [fact.FromFacilityId, fact.ToFacilityId], fact.Lines.Select(line => line.VaccineId)) is { } missing)
            return missing;

        await Save(change, await Leave(change, transit, fact.FromFacilityId, fact.ToFacilityId, fact.OccurredAt, fact.Lines));
        return null;
    }

    /// <summary>Takes in that a shipment arrived, and that it had left.</summary>
    public static async ValueTask<Named?> Receive(LedgerChange change, ShipmentReceived fact)
    {
        var tx = change.Transaction;
        if (await Current(tx, fact.ShipmentId, fact.Revision) is not { Received: false } transit) return null;
        if (await Facts.Missing(change, [fact.FromFacilityId, fact.ToFacilityId, fact.AtFacilityId],
            fact.Lines.Select(line => line.VaccineId)) is { } missing) return missing;

        if (!transit.Dispatched)
        {
            transit = await Leave(change, transit, fact.FromFacilityId, fact.ToFacilityId, fact.DispatchedAt, [.. fact.Lines
                .Select(line => new ShipmentLine(
                    line.VaccineId, line.LotNumber, line.ExpirationDate, line.Accepted + line.Rejected + line.Missing))]);
        }

        var at = Arrived(fact);
        await Arrive(change, transit, fact, +1, new EntryNote(EntryKind.Receipt, at) { ShipmentId = fact.ShipmentId });
        await Save(change, transit with
        {
            Received = true,
            ReceivedOn = at.Day,
            InTransit = [],
            Arrived = at.Day == transit.DispatchedOn ? [] : transit.InTransit,
            Lost = IsOutside(fact) ? [] : [.. fact.Lines.Where(line => line.Missing > 0)
                .Select(line => new TransitLine(line.VaccineId, line.LotNumber ?? "", line.Missing))],
        });
        return null;
    }

    /// <summary>Takes in that some of what had been missing arrived, and that the rest had.</summary>
    public static async ValueTask<Named?> ReceiveLater(LedgerChange change, ShipmentReceivedLater fact)
    {
        if (await Receive(change, fact.First) is { } first) return first;
        var later = fact.Later;
        if (await Current(change.Transaction, fact.ShipmentId, fact.First.Revision) is not { } transit
            || transit.Later.Contains(later.Number)) return null;
        if (await Facts.Missing(change, [later.AtFacilityId], []) is { } missing) return missing;

        var at = FactTime.After(fact.First.DispatchedAt, later.OccurredAt);
        await ArriveLater(change, transit, later, +1, new EntryNote(EntryKind.Receipt, at) { ShipmentId = fact.ShipmentId });
        await Save(change, transit with
        {
            Later = [.. transit.Later, later.Number],
            Found = [.. transit.Found, .. later.Lines.Select(line =>
                new FoundLine(at.Day, line.VaccineId, line.LotNumber ?? "", line.Accepted + line.Rejected))],
        });
        return null;
    }

    /// <summary>Takes back all that is known of a shipment, and takes no more in.</summary>
    public static async ValueTask TakeBack(LedgerChange change, ShipmentEnteredInError fact)
    {
        if (await Current(change.Transaction, fact.ShipmentId, fact.Revision) is not { } transit) return;
        await Free(change, transit);
        foreach (var later in fact.ReceivedLater.Where(later => transit.Later.Contains(later.Number)))
            await ArriveLater(change, transit, later, -1, Note(FactTime.After(fact.Received!.DispatchedAt, later.OccurredAt)));
        if (transit.Received && fact.Received is { } received) await Arrive(change, transit, received, -1, Note(Arrived(received)));
        if (transit.Dispatched && fact.Dispatched is { } left)
            await Depart(change, transit, left.Lines, -1, Note(new FactTime(left.OccurredAt)));
        await Save(change, transit with { TakenBack = true, Reserved = [], InTransit = [], Arrived = [], Lost = [], Found = [] });

        EntryNote Note(FactTime at) => new(EntryKind.Reversal, at)
        {
            ShipmentId = fact.ShipmentId,
            Reason = fact.Reason,
        };
    }

    /// <summary>What is known of a shipment; new when nothing is.</summary>
    public static async ValueTask<Transit> Find(ITransaction tx, string shipmentId) =>
        await tx.Find<Transit>(Names.Transits, Names.One, shipmentId) ?? new Transit { ShipmentId = shipmentId };

    /// <summary>What is known of the shipment that a fact is about; null when it was taken back, so that the fact counts no more.</summary>
    public static async ValueTask<Transit?> Current(ITransaction tx, string shipmentId, int? revision)
    {
        var wanted = revision ?? 0;
        var known = await Find(tx, shipmentId);
        if (known.Revision < wanted) return new Transit { ShipmentId = shipmentId, Revision = wanted };
        return known.Revision > wanted || known.TakenBack ? null : known;
    }

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
        transit = transit with
        {
            FromFacilityId = from,
            ToFacilityId = to,
            Place = await PlaceOf(change, from, to),
            Dispatched = true,
            DispatchedOn = new FactTime(at).Day,
            Reserved = [],
            InTransit = [.. lines.Select(line => new TransitLine(line.VaccineId, line.LotNumber ?? "", line.Doses))],
        };
        await Depart(change, transit, lines, +1, new EntryNote(EntryKind.Dispatch, new FactTime(at)) { ShipmentId = transit.ShipmentId });
        return transit;
    }

    private static async ValueTask Depart(
        LedgerChange change, Transit transit, IReadOnlyList<ShipmentLine> lines, int sign, EntryNote note)
    {
        foreach (var line in lines) await change.LearnExpiry(line.VaccineId, line.LotNumber, line.ExpirationDate, sign);

        // From outside to outside: nothing of it touches the ledger.
        if ((transit.FromFacilityId ?? transit.ToFacilityId) is null) return;
        var onTheWay = await OnTheWay(change, transit);
        foreach (var line in lines)
        {
            var lot = line.LotNumber ?? "";
            if (transit.FromFacilityId is not { } from)
            {
                change.Post(transit.ToFacilityId!, line.VaccineId, lot, Account.Origin, onTheWay, sign * line.Doses, note, rank: 0);
                continue;
            }

            var work = await change.CardOf(from, line.VaccineId, note.At.Day, note.At.Minute);
            lot = (await change.Lot(work, lot)).Lot;

            // A line without a lot means the stock without a lot number when that is what was reserved for it; in a
            // consignment of the past it leaves open which lot was sent.
            work.Add(note.At.Day, lot.Length == 0 && !transit.Requested
                ? StockRow.Demand(lot, sign * line.Doses)
                : StockRow.Firm(note.At, lot, -sign * line.Doses));
            change.Post(work.Card.FacilityId, line.VaccineId, lot, work.OnHand, onTheWay, sign * line.Doses, note, rank: 0);
        }
    }

    private static async ValueTask Arrive(LedgerChange change, Transit transit, ShipmentReceived fact, int sign, EntryNote note)
    {
        if (IsOutside(fact)) return;
        var onTheWay = await OnTheWay(change, transit);
        var lost = new Account(AccountKind.Lost, fact.ShipmentId, onTheWay.Place);
        var receiver = fact.AtFacilityId ?? fact.ToFacilityId;
        foreach (var line in fact.Lines)
        {
            var because = Because(note, line);
            await change.LearnExpiry(line.VaccineId, line.LotNumber, line.ExpirationDate, sign);
            await TakeIn(change, receiver, fact.FromFacilityId, line, onTheWay, sign, because);
            change.Post(
                receiver ?? fact.FromFacilityId!, line.VaccineId, line.LotNumber ?? "", onTheWay, lost, sign * line.Missing, because);
        }
    }

    private static async ValueTask ArriveLater(LedgerChange change, Transit transit, LaterReceipt later, int sign, EntryNote note)
    {
        var lost = new Account(AccountKind.Lost, transit.ShipmentId, await change.Path(transit.Place));
        foreach (var line in later.Lines)
        {
            await TakeIn(
                change, later.AtFacilityId ?? transit.ToFacilityId, transit.FromFacilityId, line, lost, sign, Because(note, line));
        }
    }

    /// <summary>Moves what came of a line from where it was, on the way or lost there, into stock, to waste or outside.</summary>
    private static async ValueTask TakeIn(
        LedgerChange change, string? receiver, string? sender, ReceivedLine line, Account from, int sign, EntryNote note)
    {
        var lot = line.LotNumber ?? "";
        if (receiver is null)
        {
            change.Post(sender!, line.VaccineId, lot, from, Account.Origin, sign * (line.Accepted + line.Rejected), note);
            return;
        }

        var work = await change.CardOf(receiver, line.VaccineId, note.At.Day, note.At.Minute);
        receiver = work.Card.FacilityId;
        lot = (await change.Lot(work, lot)).Lot;
        var extra = line.Extra ?? 0;
        work.Add(note.At.Day, StockRow.Firm(note.At, lot, sign * (line.Accepted + extra)));
        change.Post(receiver, line.VaccineId, lot, from, work.OnHand, sign * line.Accepted, note);
        change.Post(receiver, line.VaccineId, lot, from, work.Account(AccountKind.Wasted, line.Reason ?? "rejected"),
            sign * line.Rejected, note);
        change.Post(receiver, line.VaccineId, lot, work.Account(AccountKind.Adjusted, Extra), work.OnHand, sign * extra, note);
    }

    /// <summary>The account of what is on the way in a shipment.</summary>
    public static async ValueTask<Account> OnTheWay(LedgerChange change, Transit transit) => new(
        AccountKind.InTransit, transit.ShipmentId, await change.Path(transit.Place), transit.Incoming,
        Leaving: transit is { FromFacilityId: not null, ToFacilityId: null },
        To: transit is { FromFacilityId: not null, ToFacilityId: { } to } ? await change.Path(to) : null);

    private static FactTime Arrived(ShipmentReceived fact) => FactTime.After(fact.DispatchedAt, fact.OccurredAt);

    private static EntryNote Because(EntryNote note, ReceivedLine line) => note.Reason is null ? note with { Reason = line.Reason } : note;

    private static bool IsOutside(ShipmentReceived fact) => (fact.ToFacilityId ?? fact.FromFacilityId) is null;

    private static async ValueTask<string> PlaceOf(LedgerChange change, string? from, string? to) => Transit.PlaceBetween(
        from is null ? null : await change.Path(from), to is null ? null : await change.Path(to));

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
}
