using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>What is the same for all entries of one step of a change.</summary>
internal sealed record EntryNote(EntryKind Kind, DateTimeOffset OccurredAt)
{
    public string? Reason { get; init; }
    public string? WastageKind { get; init; }
    public string? Reverses { get; init; }
    public string? ShipmentId { get; init; }
}

/// <summary>
/// One change of the ledger: collects what happens to stock cards and accounts, then settles every card that it
/// touched and writes cards, entries, sums and events together.
/// </summary>
internal sealed class LedgerChange(ITransaction tx, Places places, string cause, string recordedBy)
{
    private readonly Dictionary<(string Facility, string Vaccine), CardWork> _cards = [];
    private readonly Dictionary<string, PlacePath> _paths = [];
    private readonly List<Move> _moves = [];
    private readonly PlaceSums _sums = new();
    private bool? _treeIsCurrent;

    private readonly record struct Move(
        int Rank, string Facility, string Vaccine, string Lot, Account From, Account To, long Doses, EntryNote Note);

    /// <summary>The transaction of this change.</summary>
    public ITransaction Transaction => tx;

    /// <summary>Whether something that a fact names is known.</summary>
    public ValueTask<bool> Knows(Named reference) => places.Knows(tx, reference);

    /// <summary>A place's path up to the world.</summary>
    public async ValueTask<PlacePath> Path(string place)
    {
        if (_paths.TryGetValue(place, out var known)) return known;
        if (place == PlacePath.World) return _paths[place] = PlacePath.OfWorld;
        _treeIsCurrent ??= await places.IsCurrent(tx);
        var path = _treeIsCurrent.Value ? places.Tree.PathOf(place) : await Places.StoredPath(tx, place);
        return _paths[place] = PlacePath.Of(path);
    }

    /// <summary>The stock card of a facility and vaccine, new when there is none.</summary>
    public async ValueTask<CardWork> Card(string facilityId, string vaccineId)
    {
        if (_cards.TryGetValue((facilityId, vaccineId), out var known)) return known;
        var card = await tx.Find<StockCard>(Names.Cards, facilityId, vaccineId)
            ?? new StockCard { FacilityId = facilityId, VaccineId = vaccineId };
        return _cards[(facilityId, vaccineId)] = new CardWork(card, await Path(facilityId));
    }

    /// <summary>The lot on a card, added to it when it is not there yet.</summary>
    public async ValueTask<LotStock> Lot(CardWork work, string lotNumber)
    {
        if (work.Card.Find(lotNumber) is { } known) return known;
        if (lotNumber.Length == 0) return work.Card.SetLot(lotNumber, null, null);
        await tx.Put(Names.LotCards, Names.Pair(work.Card.VaccineId, lotNumber), work.Card.FacilityId, "{}"u8.ToArray());
        return await RefreshLot(work, lotNumber);
    }

    /// <summary>Brings a card up to date with what is now known of a lot.</summary>
    public async ValueTask<LotStock> RefreshLot(CardWork work, string lotNumber)
    {
        var lot = await tx.Find<Lot>(Names.Lots, work.Card.VaccineId, lotNumber);
        var stock = work.Card.SetLot(lotNumber, lot?.ExpirationDate, lot?.UsableUntil);
        if (work.Card.BucketsFit()) return stock;
        var stored = await tx.Counters(Names.Unspecified, Names.Pair(work.Card.FacilityId, work.Card.VaccineId));
        work.Card.Rebucket(stored.Select(sum => Names.Day(sum.Key, sum.Value)).Concat(work.NewDemand));
        return stock;
    }

    /// <summary>Notes the expiry that a consignment names for a lot.</summary>
    public async ValueTask LearnExpiry(string vaccineId, string? lotNumber, DateOnly? expirationDate)
    {
        if (string.IsNullOrEmpty(lotNumber)) return;
        var old = await tx.Find<Lot>(Names.Lots, vaccineId, lotNumber);
        var lot = (old ?? new Lot { VaccineId = vaccineId, LotNumber = lotNumber }).Heard(expirationDate);
        if (lot == old) return;
        lot = lot with { RecordedAt = tx.Now, RecordedBy = recordedBy };
        var version = await tx.Put(Names.Lots, vaccineId, lotNumber, lot);
        if (old is null || lot.ExpirationDate != old.ExpirationDate) tx.Publish(lot.ToEvent(version), $"lot:{vaccineId}|{lotNumber}");
        foreach (var work in _cards.Values.Where(work => work.Card.VaccineId == vaccineId && work.Card.Find(lotNumber) is not null))
            await RefreshLot(work, lotNumber);
    }

    /// <summary>Adds doses that were given or sent without naming their lot.</summary>
    public void Demand(CardWork work, DayDemand demand)
    {
        work.Card.AddUnspecified(demand);
        work.NewDemand.Add(demand);
        tx.Add(Names.Unspecified, Names.Pair(work.Card.FacilityId, work.Card.VaccineId), Names.Day(demand.Day, demand.Kind), demand.Doses);
    }

    /// <summary>Moves doses between accounts: below 0, the other way round.</summary>
    public void Post(string facilityId, string vaccineId, string lot, Account from, Account to, long doses, EntryNote note, int rank = 1)
    {
        if (doses == 0) return;
        if (doses < 0) (from, to, doses) = (to, from, -doses);
        _moves.Add(new Move(rank, facilityId, vaccineId, lot, from, to, doses, note));
    }

    /// <summary>Settles the touched cards and writes everything.</summary>
    /// <returns>The entries, in order.</returns>
    public async ValueTask<IReadOnlyList<LedgerEntry>> Finish()
    {
        foreach (var work in _cards.Values) await Settle(work);
        var entries = new List<LedgerEntry>(_moves.Count);
        foreach (var move in _moves.OrderBy(move => move.Rank))
        {
            _sums.Move(move.Vaccine, move.From, move.To, move.Doses);
            var entry = ToEntry(move, entries.Count);
            entries.Add(entry);
            await tx.PutNew(Names.Entries, entry.FacilityId, entry.EntryId, entry);
        }

        foreach (var (place, vaccine, measure, delta) in _sums.Deltas)
        {
            if (delta != 0) tx.Add(Names.Sums, Names.Pair(place, vaccine), measure, delta);
        }

        return entries;
    }

    private async ValueTask Settle(CardWork work)
    {
        var card = work.Card;
        var after = Settlement.Of(card);
        var note = new EntryNote(EntryKind.Settlement, work.OccurredAt == default ? tx.Now : work.OccurredAt);
        for (var i = 0; i < after.Lots.Count; i++)
        {
            var now = after.Lots[i];
            var before = work.Before.Of(now.Lot, i);
            Post(card.FacilityId, card.VaccineId, now.Lot, work.OnHand, work.Account(AccountKind.Administered),
                now.Administered - before.Administered, note, rank: 2);
            var sent = now.Out - before.Out - Send(work, now.Lot, now.Out - before.Out);
            Post(card.FacilityId, card.VaccineId, now.Lot, work.OnHand, Account.Origin, sent, note, rank: 2);
        }

        var owedMore = after.Discrepancy - work.Before.Discrepancy;
        _sums.Add(card.VaccineId, work.Path, Measure.Discrepancy, owedMore);
        var version = await tx.Put(Names.Cards, card.FacilityId, card.VaccineId, card);
        await Tell(work, after, version);
    }

    /// <summary>
    /// Sends what a shipment's lines of this lot say: what the stock backs leaves the sender, the rest enters from
    /// outside, and the sender owes it until its stock becomes known.
    /// </summary>
    private long Send(CardWork work, string lot, long backed)
    {
        var sentFromStock = 0L;
        foreach (var sending in work.Sendings.Where(sending => sending.Lot == lot))
        {
            var note = new EntryNote(EntryKind.Dispatch, work.OccurredAt) { ShipmentId = sending.ShipmentId };
            var fromStock = Math.Clamp(backed - sentFromStock, 0, sending.Doses);
            sentFromStock += fromStock;
            Post(work.Card.FacilityId, work.Card.VaccineId, lot, work.OnHand, sending.Transit, fromStock, note, rank: 0);
            Post(work.Card.FacilityId, work.Card.VaccineId, lot, Account.Origin, sending.Transit, sending.Doses - fromStock, note, rank: 0);
        }

        return sentFromStock;
    }

    private async ValueTask Tell(CardWork work, Settlement after, long version)
    {
        var (facility, vaccine) = (work.Card.FacilityId, work.Card.VaccineId);
        var quarantined = work.Card.Lots.Sum(lot => lot.Quarantined);
        var before = work.Before;
        if (after.OnHand != before.OnHand || quarantined != work.QuarantinedBefore || after.Discrepancy != before.Discrepancy)
        {
            tx.Publish(new StockLevelChanged(facility, vaccine, version, after.OnHand, quarantined, after.Discrepancy),
                $"stock:{facility}|{vaccine}");
        }

        if (after.Discrepancy == before.Discrepancy) return;
        tx.Publish(new StockDiscrepancyFound(facility, vaccine, version, after.Discrepancy), $"discrepancy:{facility}|{vaccine}");
        if (after.Discrepancy == 0) await tx.Delete(Names.Discrepancies, Names.One, Names.Pair(facility, vaccine));
        else if (before.Discrepancy == 0)
            await tx.Put(Names.Discrepancies, Names.One, Names.Pair(facility, vaccine), new OpenDiscrepancy(facility, vaccine, tx.Now));
    }

    private LedgerEntry ToEntry(in Move move, int index) => new()
    {
        EntryId = $"{move.Facility}.{EntryIds.Next(tx.Now, index):N}",
        FacilityId = move.Facility,
        VaccineId = move.Vaccine,
        LotNumber = move.Lot.Length == 0 ? null : move.Lot,
        From = move.From.Text,
        To = move.To.Text,
        Doses = move.Doses,
        Kind = move.Note.Kind,
        OccurredAt = move.Note.OccurredAt,
        RecordedAt = tx.Now,
        RecordedBy = recordedBy,
        Cause = cause,
        Reason = move.Note.Reason,
        WastageKind = move.Note.WastageKind,
        Reverses = move.Note.Reverses,
        ShipmentId = move.Note.ShipmentId,
    };
}

/// <summary>A stock card on which more was given or sent than is known to have come.</summary>
internal sealed record OpenDiscrepancy(string FacilityId, string VaccineId, DateTimeOffset Since);
