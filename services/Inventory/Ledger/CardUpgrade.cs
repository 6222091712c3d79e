using Distribution.Inventory.Domain;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>
/// Makes a card of layout 1, which knew sums but not when, one of layout 2, and gives the sums of its places their days: from the entries
/// of the ledger, each on its day. Doses that were given or sent beyond the known stock had no entry and no day: they are booked on the
/// newest day of the card.
/// </summary>
internal static class CardUpgrade
{
    private const int PageEntriesMax = 1000;

    private sealed record OldLot(string Lot, long In, long Administered, long Out, long Reserved, long Quarantined);

    private sealed record OldDemand(long Administered, long Out);

    private sealed record OldCard(IReadOnlyList<OldLot> Lots, IReadOnlyList<OldDemand>? Unspecified);

    /// <summary>Upgrades a card in a change.</summary>
    public static async ValueTask<CardWork> Run(LedgerChange change, StockCard card, PlacePath path)
    {
        var tx = change.Transaction;
        var old = (await tx.Find(Names.Cards, card.FacilityId, card.VaccineId))!.As<OldCard>();
        var upgraded = new StockCard { FacilityId = card.FacilityId, VaccineId = card.VaccineId };
        foreach (var lot in old.Lots)
        {
            var now = upgraded.SetLot(lot.Lot, await tx.Find<Lot>(Names.Lots, card.VaccineId, lot.Lot));
            (now.Reserved, now.Quarantined) = (lot.Reserved, lot.Quarantined);
        }

        var work = new CardWork(upgraded, path);
        var dated = new PlaceSums();
        long onHand = 0, given = 0;
        var newest = DateOnly.MinValue;
        await foreach (var entry in Entries(tx, card))
        {
            if (entry.Day > newest) newest = entry.Day;
            var (from, to) = (await AccountOf(change, entry, entry.From, path), await AccountOf(change, entry, entry.To, path));
            dated.Move(card.VaccineId, from, to, entry.Day, entry.Doses);
            Take(from.Kind, -entry.Doses);
            Take(to.Kind, entry.Doses);
            await Date(tx, entry, to.Kind);

            void Take(AccountKind kind, long doses)
            {
                var lot = entry.LotNumber ?? "";
                if (kind == AccountKind.Administered) given += doses;
                if (kind == AccountKind.Quarantined) work.SetApart.Add((entry.Day, lot, doses));
                if (kind != AccountKind.OnHand) return;
                onHand += doses;
                if (upgraded.Find(lot) is null) upgraded.SetLot(lot, null);
                work.Add(entry.Day, StockRow.Firm(new FactTime(entry.OccurredAt), lot, doses));
            }
        }

        PlaceBooks.Date(tx, dated);
        PlaceBooks.AddNew(tx, dated);

        // What was given or sent beyond the stock: first what named its lot. The rest of the sums is what left a lot open.
        var demand = old.Unspecified ?? [];
        var givenOpen = old.Lots.Sum(lot => Math.Max(0, lot.Administered)) + demand.Sum(days => Math.Max(0, days.Administered)) - given;
        var sentOpen = old.Lots.Sum(lot => Math.Max(0, lot.Out)) + demand.Sum(days => Math.Max(0, days.Out))
            - (old.Lots.Sum(lot => Math.Max(0, lot.In)) - onHand - given);
        foreach (var lot in old.Lots)
        {
            var stock = Math.Max(0, lot.In);
            var givenBeyond = Math.Max(0, lot.Administered - stock);
            var sentBeyond = Math.Max(0, lot.Out - Math.Max(0, stock - Math.Max(0, lot.Administered)));
            Owe(AccountKind.Administered, lot.Lot, givenBeyond);
            Owe(AccountKind.Origin, lot.Lot, sentBeyond);
            (givenOpen, sentOpen) = (givenOpen - givenBeyond, sentOpen - sentBeyond);

            // Taken back before its report came.
            Book(AccountKind.Administered, lot.Lot, Math.Min(0, lot.Administered));
        }

        Owe(AccountKind.Administered, "", givenOpen);
        Owe(AccountKind.Origin, "", sentOpen);
        Book(AccountKind.Administered, "", demand.Sum(days => Math.Min(0, days.Administered)));
        return work;

        void Owe(AccountKind kind, string lot, long doses)
        {
            Book(kind, lot, doses);
            if (doses == 0) return;

            // The sums have it already, and get it anew with its entry.
            foreach (var place in path.Ids) tx.Add(Names.Sums, Names.Pair(place, card.VaccineId), Measure.Discrepancy, -doses);
        }

        void Book(AccountKind kind, string lot, long doses)
        {
            if (doses == 0) return;
            if (upgraded.Find(lot) is null) upgraded.SetLot(lot, null);
            var day = newest == DateOnly.MinValue ? DateOnly.FromDateTime(tx.Now.UtcDateTime) : newest;
            work.Add(day, StockRow.Demand(lot, doses));
            var to = kind == AccountKind.Origin ? Account.Origin : work.Account(kind);
            change.Post(
                card.FacilityId, card.VaccineId, lot, work.OnHand, to, doses, new EntryNote(EntryKind.Settlement, FactTime.OfDay(day)));
        }
    }

    /// <summary>
    /// Gives its day to what is on the way from outside to where no card is: it stands in the ledger, and on no card that is upgraded.
    /// </summary>
    public static async ValueTask DateConsignment(LedgerChange change, Transit transit)
    {
        var tx = change.Transaction;
        var now = transit with { SchemaVersion = 2 };
        var dated = new PlaceSums();
        foreach (var line in transit.FromFacilityId is null && transit.ToFacilityId is not null ? transit.InTransit : [])
        {
            var card = new StockCard { FacilityId = transit.ToFacilityId!, VaccineId = line.VaccineId };
            if (await tx.Find(Names.Cards, card.FacilityId, card.VaccineId) is not null) continue;
            var onTheWay = new Account(AccountKind.InTransit, transit.ShipmentId, await change.Path(transit.Place), Incoming: true);
            await foreach (var entry in Entries(tx, card))
            {
                if (entry.ShipmentId != transit.ShipmentId || (entry.LotNumber ?? "") != line.Lot) continue;
                dated.Move(line.VaccineId, Account.Origin, onTheWay, entry.Day, entry.Doses);
                now = now with { DispatchedOn = entry.Day };
            }
        }

        PlaceBooks.Date(tx, dated);
        await tx.Put(Names.Transits, Names.One, transit.ShipmentId, now);
    }

    private static async IAsyncEnumerable<LedgerEntry> Entries(ITransaction tx, StockCard card)
    {
        for (string? after = null; ;)
        {
            var page = await tx.Scan(Names.Entries, card.FacilityId, after, PageEntriesMax);
            foreach (var entry in page.Select(document => document.As<LedgerEntry>()))
            {
                if (entry.VaccineId == card.VaccineId) yield return entry;
            }

            if (page.Count < PageEntriesMax) yield break;
            after = page[^1].Id;
        }
    }

    private static async ValueTask<Account> AccountOf(LedgerChange change, LedgerEntry entry, string text, PlacePath facility)
    {
        var account = Account.Parse(text, facility);
        if (account.Kind is not (AccountKind.InTransit or AccountKind.Lost)) return account;
        var transit = await ShipmentFacts.Find(change.Transaction, entry.ShipmentId ?? account.About!);
        return account.Kind == AccountKind.InTransit
            ? await ShipmentFacts.OnTheWay(change, transit)
            : account with { Place = await change.Path(transit.Place) };
    }

    /// <summary>Notes on what day a shipment left and arrived.</summary>
    private static async ValueTask Date(ITransaction tx, LedgerEntry entry, AccountKind to)
    {
        if (entry.ShipmentId is not { } shipment || await tx.Find<Transit>(Names.Transits, Names.One, shipment) is not { } transit) return;
        var dated = to == AccountKind.InTransit && transit.DispatchedOn == default ? transit with { DispatchedOn = entry.Day }
            : entry.Kind == EntryKind.Receipt && transit.ReceivedOn == default ? transit with { ReceivedOn = entry.Day }
            : transit;
        if (dated != transit) await tx.Put(Names.Transits, Names.One, shipment, dated);
    }
}
