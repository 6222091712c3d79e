using Distribution.Inventory.Domain;

namespace Distribution.Inventory.Ledger;

/// <summary>
/// What lies, or is owed, at a facility when it is merged lies at the other from that moment on. What is learned later of the time before
/// changes what that was: it is found where the facility's card stands then, so that it does not matter what was learned first.
/// </summary>
internal static class Merging
{
    // One pass does it for each card; another looks whether what it took on goes on from there. Places are never merged in a circle.
    private const int PassesMax = 100;

    /// <summary>Carries over what is left on cards of merged facilities, in a change that touched them.</summary>
    public static async ValueTask CarryOver(LedgerChange change)
    {
        for (var pass = 0; pass < PassesMax; pass++)
        {
            var carried = false;
            foreach (var work in change.Cards.Where(work => work.Merged is not null).ToList()) carried |= await CarryOver(change, work);
            if (!carried) return;
        }
    }

    /// <summary>
    /// When a facility is merged: now, or right after a count there that its caller's clock put ahead of ours. What was counted must not be
    /// there again once it is on the other shelf.
    /// </summary>
    /// <param name="now">The moment, by the clock of the place.</param>
    /// <param name="tables">The cards of the facility.</param>
    public static FactTime MomentAfter(DateTimeOffset now, IEnumerable<CardTable> tables)
    {
        var at = new FactTime(now);
        foreach (var counted in tables.SelectMany(table => table.Days).SelectMany(day => day.Value.Counts))
        {
            var time = new FactTime(counted.OccurredAt);
            if (time.Day > at.Day || (time.Day == at.Day && time.Minute >= at.Minute))
                at = new FactTime(counted.OccurredAt.AddMinutes(1));
        }

        return at;
    }

    private static async ValueTask<bool> CarryOver(LedgerChange change, CardWork work)
    {
        var card = work.Card;
        var left = work.HasChanged
            ? (await change.Settled(work)).End
            : new CardState(card.Lots.ToDictionary(lot => lot.Lot, lot => lot.Net));
        var lots = card.Lots.Where(lot => left[lot.Lot] != 0 || lot.Quarantined != 0).ToList();
        if (lots.Count == 0) return false;

        var other = await change.Card(work.Merged!.MergedInto!, card.VaccineId);
        var note = new EntryNote(EntryKind.Merge, new FactTime(work.Merged.MergedAt!.Value));
        var between = new Account(AccountKind.Merged, card.FacilityId, other.Path);
        foreach (var lot in lots)
        {
            var there = await change.Lot(other, lot.Lot);
            var (doses, apart) = (left[lot.Lot], lot.Quarantined);
            if (doses != 0)
            {
                work.Add(note.At.Day, StockRow.Firm(note.At, lot.Lot, -doses));
                other.Add(note.At.Day, StockRow.Firm(note.At, there.Lot, doses));
                Post(lot, there, work.OnHand, other.OnHand, doses);
            }

            if (apart == 0) continue;
            (lot.Quarantined, there.Quarantined) = (0, there.Quarantined + apart);
            work.SetApart.Add((note.At.Day, lot.Lot, -apart));
            other.SetApart.Add((note.At.Day, there.Lot, apart));
            Post(lot, there, work.Account(AccountKind.Quarantined), other.Account(AccountKind.Quarantined), apart);
        }

        return true;

        // An entry on each side, as the accounts of an entry are those of its facility.
        void Post(LotStock lot, LotStock there, Account from, Account to, long doses)
        {
            change.Post(card.FacilityId, card.VaccineId, lot.Lot, from, between, doses, note);
            change.Post(other.Card.FacilityId, card.VaccineId, there.Lot, between, to, doses, note);
        }
    }
}
