using Distribution.Contracts.Inventory.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>What is the same for all entries of one step of a change.</summary>
internal sealed record EntryNote(EntryKind Kind, FactTime At)
{
    public string? Reason { get; init; }
    public string? WastageKind { get; init; }
    public string? Reverses { get; init; }
    public string? ShipmentId { get; init; }
    public string? CountId { get; init; }
}

/// <summary>
/// One change of the ledger: collects what happens to stock cards and accounts, then settles every card that it
/// touched and writes cards, entries, sums and events together.
/// </summary>
internal sealed class LedgerChange(ITransaction tx, Places places, string cause, string recordedBy)
{
    private readonly Dictionary<(string Facility, string Vaccine), CardWork> _cards = [];
    private readonly Dictionary<string, PlacePath> _paths = [];
    private readonly Dictionary<string, Facility?> _merged = [];
    private readonly List<Move> _moves = [];
    private readonly Dictionary<(string Vaccine, string Lot, DateOnly Day), long> _claims = [];
    private readonly PlaceSums _sums = new();
    private bool? _treeIsCurrent;

    private readonly record struct Move(
        int Rank, string Facility, string Vaccine, string Lot, Account From, Account To, long Doses, EntryNote Note);

    /// <summary>The transaction of this change.</summary>
    public ITransaction Transaction => tx;

    /// <summary>The cards that it touched so far.</summary>
    public IReadOnlyCollection<CardWork> Cards => _cards.Values;

    /// <summary>Whether something that a fact names is known.</summary>
    public ValueTask<bool> Knows(Named reference) => places.Knows(tx, reference);

    /// <summary>A place's path up to the world.</summary>
    public async ValueTask<PlacePath> Path(string place)
    {
        if (_paths.TryGetValue(place, out var known)) return known;
        if (place == PlacePath.World) return _paths[place] = PlacePath.OfWorld;
        var path = await TreeIsCurrent() ? places.Tree.PathOf(place) : await Places.StoredPath(tx, place);
        return _paths[place] = PlacePath.Of(path);
    }

    /// <summary>The place that took a facility over, when it was merged; else null.</summary>
    public async ValueTask<string?> TakenOverBy(string facilityId)
    {
        string? by = null;
        while (await Merged(by ?? facilityId) is { MergedInto: { } into }) by = into;
        return by;
    }

    /// <summary>
    /// The stock card on which something counts that was told of a facility: its own, or, where it happened after the facility was merged,
    /// that of the place that took it over.
    /// </summary>
    /// <param name="facilityId">The facility that was named.</param>
    /// <param name="vaccineId">The vaccine.</param>
    /// <param name="day">The day on which it happened.</param>
    /// <param name="minute">When on the day (<see cref="FactTime.Minute"/>), or null where the day alone is known.</param>
    public async ValueTask<CardWork> CardOf(string facilityId, string vaccineId, DateOnly day, int? minute = null)
    {
        while (await Merged(facilityId) is { } merged && merged.IsTakenOver(day, minute)) facilityId = merged.MergedInto!;
        return await Card(facilityId, vaccineId);
    }

    /// <summary>The stock card of a facility and vaccine, new when there is none.</summary>
    public async ValueTask<CardWork> Card(string facilityId, string vaccineId)
    {
        if (_cards.TryGetValue((facilityId, vaccineId), out var known)) return known;
        var path = await Path(facilityId);
        var card = await tx.Find<StockCard>(Names.Cards, facilityId, vaccineId);
        var work = card is { SchemaVersion: 1 }
            ? await CardUpgrade.Run(this, card, path)
            : new CardWork(card ?? new StockCard { FacilityId = facilityId, VaccineId = vaccineId }, path);
        work.ToReview = card is null && (await tx.Find<Facility>(Names.Facilities, Names.One, facilityId) is { ClosedOn: not null }
            || await tx.Find<StoredVaccine>(Names.Vaccines, Names.One, vaccineId) is { Vaccine.IntroducedOn: not null });
        work.Merged = await Merged(facilityId);
        return _cards[(facilityId, vaccineId)] = work;
    }

    private async ValueTask<bool> TreeIsCurrent() => _treeIsCurrent ??= await places.IsCurrent(tx);

    private async ValueTask<Facility?> Merged(string facilityId)
    {
        if (_merged.TryGetValue(facilityId, out var known)) return known;
        var facility = await TreeIsCurrent() && places.Tree.Find(facilityId)?.MergedInto is null
            ? null
            : await tx.Find<Facility>(Names.Facilities, Names.One, facilityId);
        return _merged[facilityId] = facility is { MergedInto: not null } ? facility : null;
    }

    /// <summary>
    /// The lot on a card, added to it when it is not there yet. On a card that has all the lots that it may have, what is told of another
    /// one counts as stock without a lot number: it is doses all the same.
    /// </summary>
    public async ValueTask<LotStock> Lot(CardWork work, string lotNumber)
    {
        if (IsFull(work.Card) && work.Card.Find(lotNumber) is null) lotNumber = "";
        if (work.Card.Find(lotNumber) is { } known) return known;
        if (lotNumber.Length == 0) return work.Card.SetLot(lotNumber, null);
        await tx.Put(Names.LotCards, Names.Pair(work.Card.VaccineId, lotNumber), work.Card.FacilityId, "{}"u8.ToArray());
        return work.Card.SetLot(lotNumber, await tx.Find<Lot>(Names.Lots, work.Card.VaccineId, lotNumber));
    }

    /// <summary>Whether a card has all the lots that it may have.</summary>
    public bool IsFull(StockCard card) => card.Lots.Count >= places.Limits.Lots;

    /// <summary>Brings a card up to date with what is now known of one of its lots.</summary>
    public static void RefreshLot(CardWork work, string lotNumber, Lot? lot)
    {
        if (work.Card.Find(lotNumber) is not { } stock) return;
        var sameTerms = stock.ExpirationDate == lot?.ExpirationDate && stock.UsableUntil == lot?.UsableUntil;
        if (sameTerms && stock.OtherExpirationDate == lot?.OtherExpirationDate) return;
        if (!sameTerms) work.TermsWillChange();
        work.ToReview |= lot?.UsableUntil is not null && lot.UsableUntil != stock.UsableUntil;
        work.Card.SetLot(lotNumber, lot);
    }

    /// <summary>
    /// Notes the expiry that a consignment names for a lot, or no longer does, because it was taken back.
    /// </summary>
    public async ValueTask LearnExpiry(string vaccineId, string? lotNumber, DateOnly? expirationDate, int sign)
    {
        if (string.IsNullOrEmpty(lotNumber)) return;
        if (expirationDate is { } named) Claim((vaccineId, lotNumber, named), sign);
        var old = await tx.Find<Lot>(Names.Lots, vaccineId, lotNumber);
        var lot = old ?? new Lot { VaccineId = vaccineId, LotNumber = lotNumber };
        if (sign > 0) lot = lot.Heard(expirationDate);
        else if (expirationDate is not null && await Claimed(vaccineId, lotNumber) is var said)
            lot = lot.Unheard(said.Earliest, said.Latest);
        if (lot == old) return;
        lot = lot with { RecordedAt = tx.Now, RecordedBy = recordedBy };
        var version = await tx.Put(Names.Lots, vaccineId, lotNumber, lot);
        if (old is null || lot.ExpirationDate != old.ExpirationDate || lot.OtherExpirationDate != old.OtherExpirationDate)
            tx.Publish(lot.ToEvent(version), $"lot:{vaccineId}|{lotNumber}");
        foreach (var work in _cards.Values.Where(work => work.Card.VaccineId == vaccineId)) RefreshLot(work, lotNumber, lot);
    }

    /// <summary>Brings a card up to date with what is stored of its lots on hand: news of a lot reaches the cards one after the
    /// other.</summary>
    public async ValueTask RefreshLots(CardWork work)
    {
        foreach (var lot in work.Card.Lots.Where(lot => lot is { OnHand: > 0, Lot.Length: > 0 }).Select(lot => lot.Lot).ToList())
            RefreshLot(work, lot, await tx.Find<Lot>(Names.Lots, work.Card.VaccineId, lot));
    }

    private void Claim((string, string, DateOnly) claim, int sign)
    {
        var (vaccineId, lotNumber, day) = claim;
        _claims[claim] = _claims.GetValueOrDefault(claim) + sign;
        tx.Add(Names.LotClaims, Names.Pair(vaccineId, lotNumber), Names.Day(day), sign);
    }

    private async ValueTask<(DateOnly? Earliest, DateOnly? Latest)> Claimed(string vaccineId, string lotNumber)
    {
        var claims = (await tx.Counters(Names.LotClaims, Names.Pair(vaccineId, lotNumber)))
            .ToDictionary(claim => Names.Day(claim.Key), claim => claim.Value);
        foreach (var ((vaccine, lot, day), count) in _claims)
        {
            if (vaccine == vaccineId && lot == lotNumber) claims[day] = claims.GetValueOrDefault(day) + count;
        }

        var days = claims.Where(claim => claim.Value > 0).Select(claim => (DateOnly?)claim.Key).ToList();
        return (days.Min(), days.Max());
    }

    /// <summary>Moves doses between accounts: below 0, the other way round.</summary>
    public void Post(string facilityId, string vaccineId, string lot, Account from, Account to, long doses, EntryNote note, int rank = 1)
    {
        if (doses == 0) return;
        if (doses < 0) (from, to, doses) = (to, from, -doses);
        _moves.Add(new Move(rank, facilityId, vaccineId, lot, from, to, doses, note));
    }

    /// <summary>Where a card stands with what became known of it so far.</summary>
    public async ValueTask<CardSettled> Settled(CardWork work) => work.Settled ??= await CardSettling.Settle(tx, places.Tables, work);

    /// <summary>All days of a card, with what became known of it where that was of days before the newest.</summary>
    public async ValueTask<CardTable> Table(CardWork work) =>
        (work.HasChanged ? (await Settled(work)).Table : null) ?? await places.Tables.Load(tx, work.Card, work.StampBefore);

    /// <summary>Settles the touched cards and writes everything.</summary>
    /// <returns>The entries, in order.</returns>
    public async ValueTask<IReadOnlyList<LedgerEntry>> Finish()
    {
        await Merging.CarryOver(this);
        foreach (var work in _cards.Values)
        {
            if (work.HasChanged) await Settle(work);
            await Keep(work);
        }

        var entries = new List<LedgerEntry>(_moves.Count);
        foreach (var move in _moves.OrderBy(move => move.Rank))
        {
            _sums.Move(move.Vaccine, move.From, move.To, move.Note.At.Day, move.Doses);
            if (move.Note.WastageKind == WastageKind.OpenVial)
                _sums.WasteOpened(move.Vaccine, move.From, move.To, move.Note.At.Day, move.Doses);
            var entry = ToEntry(move, entries.Count);
            entries.Add(entry);
            await tx.PutNew(Names.Entries, entry.FacilityId, entry.EntryId, entry);
        }

        PlaceBooks.Add(tx, _sums);
        return entries;
    }

    private async ValueTask Settle(CardWork work)
    {
        var settled = await Settled(work);
        var card = work.Card;
        foreach (var change in settled.Changes) Book(work, change);
        _sums.Add(card.VaccineId, work.Path, settled.Limited);
        var pair = Names.Pair(card.FacilityId, card.VaccineId);
        foreach (var (day, row) in work.Rows) tx.Add(Names.CardDays, pair, Names.Row(day, row), row.Net);
        foreach (var line in work.Recounts)
        {
            if (line.IsTakenBack) await tx.Delete(Names.CardCounts, pair, line.Count.CountId);
            else await tx.Put(Names.CardCounts, pair, line.Count.CountId, new StoredCount(line.Day, line.Count));
        }

        (card.Day, card.Today, card.Stamp) = (settled.Day, settled.Today, Random.Shared.NextInt64());
        foreach (var lot in card.Lots) (lot.Start, lot.Net) = (settled.Start[lot.Lot], settled.End[lot.Lot]);
        if (settled.Table is { } table) places.Tables.Put(work.StampBefore, card.Stamp, table);
        if (settled.Changes.Any(change => change.OwedMore > 0))
            await tx.Put(Names.Shortfalls, card.FacilityId, card.VaccineId, "{}"u8.ToArray());
    }

    /// <summary>Books what follows from the facts of a day. A count that found what the books had is booked with no dose.</summary>
    private void Book(CardWork work, DayChange change)
    {
        var (facility, vaccine) = (work.Card.FacilityId, work.Card.VaccineId);
        var note = new EntryNote(EntryKind.Settlement, FactTime.OfDay(change.Day));
        foreach (var (lot, doses) in change.ToBook.Explained.OrderBy(lot => lot.Key, StringComparer.Ordinal))
            Post(facility, vaccine, lot, work.Account(AccountKind.Unexplained), work.OnHand, doses, note, rank: 2);
        foreach (var ((countId, lot), doses) in change.ToBook.Counted.OrderBy(line => line.Key))
        {
            var counted = work.Recounts.FirstOrDefault(line => line.Count.CountId == countId).Note ?? note with { CountId = countId };
            Post(facility, vaccine, lot, work.OnHand, work.Account(AccountKind.Adjusted, "count"), doses, counted, rank: 2);
        }
    }

    private async ValueTask Keep(CardWork work)
    {
        var card = work.Card;
        foreach (var (day, lot, doses) in work.SetApart)
            tx.Add(Names.CardApart, Names.Pair(card.FacilityId, card.VaccineId), Names.Key(Names.Day(day), lot), doses);
        foreach (var line in work.Recounts.Where(line => !_moves.Any(move => move.Note == line.Note)))
        {
            _moves.Add(new Move(2, card.FacilityId, card.VaccineId, line.Count.Lot ?? "", work.OnHand,
                work.Account(AccountKind.Adjusted, "count"), 0, line.Note));
        }

        if (work.ToReview) await tx.MarkForReview(card.FacilityId, card.VaccineId);
        var version = await tx.Put(Names.Cards, card.FacilityId, card.VaccineId, card);
        await Tell(work, version);
    }

    private async ValueTask Tell(CardWork work, long version)
    {
        var (facility, vaccine) = (work.Card.FacilityId, work.Card.VaccineId);
        var quarantined = work.Card.Lots.Sum(lot => lot.Quarantined);
        long onHand = work.Card.OnHand, discrepancy = work.Card.Discrepancy;

        // Its figures of other days may have changed, or what of it may be used.
        if (work.HasChanged || onHand != work.OnHandBefore || quarantined != work.QuarantinedBefore
            || discrepancy != work.DiscrepancyBefore)
        {
            tx.Publish(new StockLevelChanged(facility, vaccine, version, onHand, quarantined, discrepancy),
                $"stock:{facility}|{vaccine}");
        }

        if (discrepancy == work.DiscrepancyBefore) return;
        tx.Publish(new StockDiscrepancyFound(facility, vaccine, version, discrepancy), $"discrepancy:{facility}|{vaccine}");
        if (discrepancy == 0) await tx.Delete(Names.Discrepancies, Names.One, Names.Pair(facility, vaccine));
        else if (work.DiscrepancyBefore == 0 && await tx.Find(Names.Discrepancies, Names.One, Names.Pair(facility, vaccine)) is null)
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
        OccurredAt = move.Note.At.OccurredAt,
        RecordedAt = tx.Now,
        RecordedBy = recordedBy,
        Cause = cause,
        Reason = move.Note.Reason,
        WastageKind = move.Note.WastageKind,
        Reverses = move.Note.Reverses,
        ShipmentId = move.Note.ShipmentId,
        CountId = move.Note.CountId,
    };
}

/// <summary>A stock card on which more was given or sent than is known to have come.</summary>
internal sealed record OpenDiscrepancy(string FacilityId, string VaccineId, DateTimeOffset Since);
