using System.Text;
using System.Text.Json;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Features;
using Distribution.Inventory.Held;
using Distribution.Inventory.Ledger;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Distribution.Inventory.Tests;

/// <summary>The service without a host: its decisions over a store in memory, with checks of what must always hold.</summary>
internal sealed class LedgerHarness
{
    private readonly HeldFacts _held;
    private readonly InventoryStore _service;
    private int _causes;
    private int _eventsDone;

    /// <param name="lotsMax">The most lots of a vaccine at a place, or null for the usual limit.</param>
    /// <param name="clock">The store's clock: when things are learned of, and facilities merged.</param>
    public LedgerHarness(int? lotsMax = null, TimeProvider? clock = null)
    {
        Places = new Places(lotsMax is { } lots ? new ReferenceLimits(lots) : null);
        Store = new MemoryStore(clock ?? TimeProvider.System);
        (_held, _service) = (new HeldFacts(Places), new InventoryStore(Store));
    }

    public MemoryStore Store { get; }

    public Places Places { get; }

    /// <summary>The time by which commands are judged.</summary>
    public TimeProvider Clock { get; } = TimeProvider.System;

    public async Task<int> Facility(string id, string level, string? parent, string country = "X", bool? holdsReturns = null) =>
        await Facility(id, new FacilityBody(
            id, level, parent, country, HoldsReturns: holdsReturns is { } holds ? new Stated<bool?>(holds) : null));

    public async Task<int> Facility(string id, FacilityBody body) =>
        Status(await PutFacility.Handle(id, body, _service, Places, _held, Caller.Local, default));

    public async Task<int> Merge(string id, string into, string? requestId = null) => Status(await MergeFacility.Handle(
        id, new MergeBody(requestId ?? $"merge-{++_causes}", into), _service, Places, Caller.Local, default));

    public Task<int> Vaccine(string id) => Vaccine(id, new VaccineBody(id, default, 10, [new SeriesDoseBody("1", true, null)]));

    public async Task<int> Vaccine(string id, VaccineBody body)
    {
        var status = Status(await PutVaccine.Handle(id, body, _service, Places, _held, Caller.Local, default));
        await Follow();
        return status;
    }

    /// <summary>What is to be looked at.</summary>
    public async Task<IReadOnlyList<ReviewView>> Reviews(string? facility = null) =>
        ((Ok<Page<ReviewView>>)await ListReviews.Handle(_service, Places, Caller.Local, default, facility)).Value!.Items;

    public async Task<int> Lot(string vaccine, string lot, LotBody body)
    {
        var status = Status(await PutLot.Handle(vaccine, lot, body, _service, Caller.Local, default));
        await Follow();
        return status;
    }

    /// <summary>A country with two regions and three facilities, and one vaccine.</summary>
    public async Task SmallCountry()
    {
        await Vaccine("V");
        await Facility("X", "country", null);
        await Facility("R1", "region", "X");
        await Facility("R2", "region", "X");
        await Facility("F1", "facility", "R1");
        await Facility("F2", "facility", "R1");
        await Facility("F3", "facility", "R2");
    }

    public async Task Take(object fact, string? cause = null)
    {
        cause ??= $"test:{++_causes}";
        await Store.Commit(cause, tx => fact switch
        {
            ShipmentRequested request => OnShipmentRequested.Decide(tx, Places, request, cause),
            ShipmentDispatched left => OnShipmentDispatched.Decide(tx, Places, left, cause),
            ShipmentReceived arrived => OnShipmentReceived.Decide(tx, Places, arrived, cause),
            ShipmentReceivedLater later => OnShipmentReceivedLater.Decide(tx, Places, later, cause),
            ShipmentEnteredInError error => OnShipmentEnteredInError.Decide(tx, Places, error, cause),
            ShipmentCancelled cancelled => OnShipmentCancelled.Decide(tx, Places, cancelled, cause),
            DosesAdministered given => OnDosesAdministered.Decide(tx, Places, Facts.Fold(given.Sums, 1), cause),
            AdministrationRetracted back => OnDosesAdministered.Decide(tx, Places, Facts.Fold(back.Sums, -1), cause),
            _ => throw new ArgumentException(fact.ToString()),
        });
        await Follow();
    }

    /// <summary>Asks whether a shipment may leave: why it may not, or null when it has left.</summary>
    public async Task<string?> Ask(ShipmentDispatchAsked asked)
    {
        var cause = $"ask:{++_causes}";
        return (await Store.Commit(cause, tx => OnShipmentDispatchAsked.Decide(tx, Places, asked, cause))).Refusal?.Detail;
    }

    /// <summary>Gives up what is held, by its id.</summary>
    public async Task<int> Discard(string heldId) => Status(await DiscardHeld.Handle(
        heldId, new ReasonBody($"discard-{++_causes}", "mistyped"), _service, Places, Caller.Local, default));

    public async Task<IReadOnlyList<string>> Command(
        Func<StockRequest, InventoryStore, Places, TimeProvider, Caller, CancellationToken, Task<IResult>> handle, StockRequest request)
    {
        var result = await handle(request, _service, Places, Clock, Caller.Local, default);
        return (result as Ok<StockAnswer>)?.Value!.Entries ?? [];
    }

    /// <summary>Why a command is refused.</summary>
    public async Task<string> Refusal(
        Func<StockRequest, InventoryStore, Places, TimeProvider, Caller, CancellationToken, Task<IResult>> handle, StockRequest request)
    {
        var result = (IValueHttpResult)await handle(request, _service, Places, Clock, Caller.Local, default);
        var refusal = Assert.IsType<Refusal>(result.Value);
        return string.Join(' ', [refusal.Detail, .. refusal.Errors?.Values.SelectMany(text => text) ?? []]);
    }

    public async Task<int> Reverse(string entryId) => Status(await ReverseEntry.Handle(
        entryId, new ReasonBody($"reverse-{++_causes}", "test"), _service, Places, Caller.Local, default));

    public StockRequest Request(string facility, string? lot, long doses, string vaccine = "V") => new(
        $"request-{++_causes}", facility, new DateTimeOffset(2021, 6, 1, 0, 0, 0, TimeSpan.Zero), "test",
        [new StockLine(vaccine, lot, doses)]);

    public async Task SettleHeld()
    {
        await _held.SettleAll(Store, default);
        await Follow();
    }

    public StockCard Card(string facility, string vaccine = "V") =>
        Store.All(Names.Cards).FirstOrDefault(card => card.Partition == facility && card.Id == vaccine)?.As<StockCard>()
        ?? new StockCard { FacilityId = facility, VaccineId = vaccine };

    public Balance Balance(string place, string vaccine = "V") => Distribution.Inventory.Features.Balance.Of(Sums()
        .Where(sum => sum.Key.Partition == Names.Pair(place, vaccine)).ToDictionary(sum => sum.Key.Key, sum => sum.Value));

    /// <summary>The balance of a place at the end of a day.</summary>
    public async Task<Balance> Past(string place, int day) => Distribution.Inventory.Features.Balance.Of(
        await PlaceBooks.Read(Store, place, "V", FactGenerator.Day(day), default));

    public IReadOnlyList<LedgerEntry> Entries() => [.. Store.All(Names.Entries).Select(document => document.As<LedgerEntry>())];

    /// <summary>Everything that must be the same whatever the order of facts: cards, place sums, shipments.</summary>
    public string EndState()
    {
        var text = new StringBuilder();
        foreach (var card in Store.All(Names.Cards).Select(document => document.As<StockCard>()))
        {
            // A lot of which all was taken back is on the card only when that came after the rest.
            foreach (var lot in card.Lots.Where(lot => lot.Net != 0 || lot.Reserved != 0 || lot.Quarantined != 0))
            {
                text.AppendLine($"{card.FacilityId} {card.VaccineId} {lot.Lot} {lot.Net} {lot.Reserved} {lot.Quarantined} "
                    + $"{lot.ExpirationDate} {lot.OtherExpirationDate} {lot.UsableUntil}");
            }

            foreach (var review in ReviewsOf(card)) text.AppendLine($"{card.FacilityId} {review}");
        }

        foreach (var sum in Store.AllCounters().Where(sum => sum.Value != 0).OrderBy(sum => sum.Key.ToString(), StringComparer.Ordinal))
            text.AppendLine($"{sum}");
        var transits = Store.All(Names.Transits).Select(document => document.As<Transit>()).ToList();
        foreach (var transit in transits.Where(transit => transit.TakenBack)) text.AppendLine($"{transit.ShipmentId} was taken back");
        foreach (var transit in transits.Where(transit => !transit.TakenBack))
            text.AppendLine(JsonSerializer.Serialize(transit with
            {
                Place = transit.PlaceMatters ? transit.Place : "",
                Later = [.. transit.Later.Order()],
                Found = [.. transit.Found.OrderBy(line => line.ToString(), StringComparer.Ordinal)],
            }, StoreJson.Options));
        foreach (var open in Store.All(Names.Discrepancies)) text.AppendLine(open.Id);
        foreach (var index in Store.All(Names.TransitPlaces)) text.AppendLine($"{index.Partition} {index.Id}");
        return text.ToString();
    }

    /// <summary>What holds after every change: the trial balance of every scope, and books that equal the stock.</summary>
    public void CheckBooks(string context)
    {
        CheckPlaces(context);
        CheckLimited(context);
        CheckArriving(context);
        var accounts = new Dictionary<(string Facility, string Vaccine, string Lot, string Account), long>();
        foreach (var entry in Entries())
        {
            Assert.True(entry.Doses > 0 || entry.CountId is not null, context);
            Post(entry, entry.From, -entry.Doses);
            Post(entry, entry.To, entry.Doses);
        }

        foreach (var lot in accounts.GroupBy(account => (account.Key.Vaccine, account.Key.Lot)))
            Assert.True(lot.Sum(account => account.Value) == 0, $"{context}: {lot.Key} does not balance");
        foreach (var card in Store.All(Names.Cards).Select(document => document.As<StockCard>()))
        {
            var stands = Plain(card);
            foreach (var lot in card.Lots)
            {
                Assert.True(stands[lot.Lot] == lot.Net,
                    $"{context}: {card.FacilityId} lot '{lot.Lot}' stands {lot.Net}, recomputed {stands[lot.Lot]}");
                Check(card, lot.Lot, "onHand", lot.OnHand);
                Check(card, lot.Lot, "quarantined", lot.Quarantined);
                Assert.True(lot.Quarantined >= 0 && lot.Reserved >= 0, $"{context}: {JsonSerializer.Serialize(card)}");
            }

            Assert.True(ReviewsOf(card).Count == 0 || Store.All(Names.Reviews).Any(
                mark => mark.Partition == card.FacilityId && mark.Id == card.VaccineId), $"{context}: {card.FacilityId} is not for review");
            var unexplained = accounts.Where(of => of.Key.Facility == card.FacilityId && of.Key.Vaccine == card.VaccineId
                && of.Key.Account == "unexplained").Sum(of => -of.Value);
            Assert.True(unexplained == card.Discrepancy, $"{context}: {card.FacilityId} owes {card.Discrepancy}, booked {unexplained}");
        }

        void Post(LedgerEntry entry, string account, long doses)
        {
            var key = (entry.FacilityId, entry.VaccineId, entry.LotNumber ?? "", account);
            accounts[key] = accounts.GetValueOrDefault(key) + doses;
        }

        void Check(StockCard card, string lot, string account, long expected)
        {
            var booked = accounts.GetValueOrDefault((card.FacilityId, card.VaccineId, lot, account));
            Assert.True(booked == expected, $"{context}: {card.FacilityId} lot '{lot}' {account}: booked {booked}, settled {expected}");
        }
    }

    /// <summary>What a place had on a day of each lot that something limits is what the cards below it had, recomputed.</summary>
    private void CheckLimited(string context)
    {
        var recomputed = new Dictionary<(string Place, DateOnly Day, string Measure), long>();
        foreach (var card in Store.All(Names.Cards).Select(document => document.As<StockCard>()))
        {
            var places = PlacePath.Of(Places.Tree.PathOf(card.FacilityId)).Ids;
            var table = CardTable.Of(DaysOf(card));
            var before = new CardState();
            foreach (var day in table.Days.Select(day => day.Key))
            {
                var state = table.At(day, card.Terms);
                foreach (var term in card.Terms.Where(term => term.UsableUntil is not null))
                    foreach (var place in places)
                    {
                        Add(recomputed, (Names.Pair(place, card.VaccineId), day, Measure.Limited(term)),
                            state.OnHand(term.Lot) - before.OnHand(term.Lot));
                    }

                before = state;
            }
        }

        Same(recomputed, context, measure => Measure.LimitOf(measure) is not null);
    }

    /// <summary>What is on the way to a place from outside of it on a day is what left others for it until then and had not
    /// arrived.</summary>
    private void CheckArriving(string context)
    {
        var recomputed = new Dictionary<(string Place, DateOnly Day, string Measure), long>();
        var transits = Store.All(Names.Transits).Select(document => document.As<Transit>())
            .ToDictionary(transit => transit.ShipmentId);
        foreach (var entry in Entries().Where(entry => entry.ShipmentId is not null))
        {
            if (transits[entry.ShipmentId!] is not { FromFacilityId: { } from } transit) continue;
            var sender = PlacePath.Of(Places.Tree.PathOf(from));
            var onTheWay = "inTransit:" + entry.ShipmentId;
            var doses = (entry.To == onTheWay ? entry.Doses : 0) - (entry.From == onTheWay ? entry.Doses : 0);
            foreach (var place in transit.ToFacilityId is null ? sender.Ids : [])
                Add(recomputed, (Names.Pair(place, entry.VaccineId), entry.Day, Measure.Leaving), doses);
            foreach (var place in transit.ToFacilityId is { } to ? PlacePath.Of(Places.Tree.PathOf(to)).Ids : [])
            {
                if (!sender.LiesIn(place)) Add(recomputed, (Names.Pair(place, entry.VaccineId), entry.Day, Measure.Arriving), doses);
            }
        }

        Same(recomputed, context, measure => measure is Measure.Arriving or Measure.Leaving);
    }

    private void Same(
        Dictionary<(string Place, DateOnly Day, string Measure), long> recomputed, string context, Func<string, bool> isOf)
    {
        var kept = Store.AllCounters().Where(sum => sum.Key.Family == Names.PlaceDays && sum.Value != 0)
            .Where(sum => isOf(Names.Last(sum.Key.Key)))
            .Select(sum => $"{sum.Key.Partition} {sum.Key.Key[..10]} {Names.Last(sum.Key.Key)} {sum.Value}");
        var expected = recomputed.Where(sum => sum.Value != 0)
            .Select(sum => $"{sum.Key.Place} {Names.Day(sum.Key.Day)} {sum.Key.Measure} {sum.Value}");
        Assert.True(kept.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)),
            $"{context}: sums by place and day:\nkept {string.Join("; ", kept.Order(StringComparer.Ordinal))}\n"
                + $"expected {string.Join("; ", expected.Order(StringComparer.Ordinal))}");
    }

    private static void Add<TKey>(Dictionary<TKey, long> sums, TKey key, long doses) where TKey : notnull =>
        sums[key] = sums.GetValueOrDefault(key) + doses;

    /// <summary>Where a card stands by its facts alone, sorted by date.</summary>
    private CardState Plain(StockCard card)
    {
        var (walk, state) = (new StockWalk(card.Terms), new CardState());
        foreach (var (day, known) in DaysOf(card)) walk.Step(state, day, known);
        return state;
    }

    private SortedDictionary<DateOnly, StockDay> DaysOf(StockCard card)
    {
        var pair = Names.Pair(card.FacilityId, card.VaccineId);
        var rows = RowsOf(card).ToLookup(row => row.Day, row => row.Row);
        var counts = Store.All(Names.CardCounts).Where(count => count.Partition == pair).Select(count => count.As<StoredCount>())
            .ToLookup(count => count.Day, count => count.Count);
        return new(rows.Select(day => day.Key).Union(counts.Select(day => day.Key))
            .ToDictionary(day => day, day => StockDay.Of([.. rows[day]], counts[day])));
    }

    private IReadOnlyList<Review> ReviewsOf(StockCard card) =>
        Domain.Reviews.Of(CardTable.Of(DaysOf(card)), card.Terms, closedOn: null, introducedOn: null);

    private IEnumerable<(DateOnly Day, StockRow Row)> RowsOf(StockCard card) => Store.AllCounters()
        .Where(row => row.Key.Family == Names.CardDays && row.Key.Partition == Names.Pair(card.FacilityId, card.VaccineId)
            && row.Value != 0)
        .Select(row => (Names.Day(row.Key.Key), Names.Row(row.Key.Key, row.Value)));

    /// <summary>The identity of every place, over all time and on every day.</summary>
    private void CheckPlaces(string context)
    {
        foreach (var scope in Sums().GroupBy(sum => sum.Key.Partition))
        {
            var all = scope.ToDictionary(sum => sum.Key.Key, sum => sum.Value);
            var balance = Distribution.Inventory.Features.Balance.Of(all);
            Assert.True(balance.Balanced, $"{context}: {scope.Key} does not balance: {balance}");
        }
    }

    /// <summary>
    /// For every place and every day, that what the places' sums say to be on hand, unexplained and set apart is what the cards below it,
    /// recomputed, say of that day.
    /// </summary>
    public async Task CheckDays(string context)
    {
        var cards = Store.All(Names.Cards).Select(document => document.As<StockCard>()).ToList();
        var walks = cards.Select(card => (Path: PlacePath.Of(Places.Tree.PathOf(card.FacilityId)), Days: DaysOf(card),
            Walk: new StockWalk(card.Terms), State: new CardState())).ToList();
        var known = Store.AllCounters().Where(sum => sum.Key.Family is Names.PlaceDays or Names.PlaceUnexplained)
            .ToLookup(sum => (sum.Key.Partition, Names.Day(sum.Key.Key)));
        var sums = new Dictionary<(string Place, string Measure), long>();
        foreach (var day in known.Select(sum => sum.Key.Item2).Distinct().Order())
        {
            foreach (var card in walks.Where(card => card.Days.ContainsKey(day))) card.Walk.Step(card.State, day, card.Days[day]);
            foreach (var place in new[] { "X", "R1", "R2", "F1", "F2", "F3", PlacePath.World })
            {
                foreach (var sum in known[(Names.Pair(place, "V"), day)])
                {
                    var measure = sum.Key.Family == Names.PlaceUnexplained ? Measure.Discrepancy : Names.Last(sum.Key.Key);
                    sums[(place, measure)] = sums.GetValueOrDefault((place, measure)) + sum.Value;
                }

                long Sum(string measure) => sums.GetValueOrDefault((place, measure));
                var at = $"{context}: {place} on {day:yyyy-MM-dd}";
                var below = walks.Where(card => card.Path.LiesIn(place)).ToList();
                var onHand = Sum(Measure.Received) + Sum(Measure.Discrepancy) - Sum(Measure.Quarantined) - Sum(Measure.InTransit)
                    - Sum(Measure.Administered) - Sum(Measure.Wasted) - Sum(Measure.Lost) - Sum(Measure.Adjusted);
                Assert.True(below.Sum(card => card.State.TotalOnHand) == onHand,
                    $"{at}: on hand {onHand}, recomputed {below.Sum(card => card.State.TotalOnHand)}");
                Assert.True(below.Sum(card => card.State.Net.Values.Sum(net => Math.Max(0, -net))) == Sum(Measure.Discrepancy),
                    $"{at}: discrepancy");
            }
        }

        var last = known.Select(sum => sum.Key.Item2).DefaultIfEmpty().Max();
        foreach (var day in new[] { FactGenerator.Day(30), last })
        {
            var read = await PlaceBooks.Read(Store, "X", "V", day, default);
            Assert.True(Distribution.Inventory.Features.Balance.Of(read).Balanced, context);
            if (day == last) Assert.True(read.GetValueOrDefault(Measure.OnHand) == Balance("X").OnHand, context);
        }
    }

    public static int Status(IResult result) => (result as IStatusCodeHttpResult)?.StatusCode ?? 200;

    public IEnumerable<KeyValuePair<(string Family, string Partition, string Key), long>> Sums() =>
        Store.AllCounters().Where(sum => sum.Key.Family == Names.Sums).OrderBy(sum => sum.Key);

    private async Task Follow()
    {
        for (; _eventsDone < Store.Published.Count; _eventsDone++)
        {
            if (Store.Published[_eventsDone] is VaccineChanged { IntroducedOn: not null } vaccine)
            {
                await Store.Commit(null, tx => OnVaccineChanged.Mark(
                    tx, vaccine.VaccineId, Store.All(Names.Facilities).Select(facility => facility.Id)));
            }

            if (Store.Published[_eventsDone] is not LotChanged lot) continue;
            for (string? after = null; ;)
            {
                var cause = $"lot:{++_causes}";
                var page = await Store.Commit(cause, tx => OnLotChanged.Decide(tx, Places, lot.VaccineId, lot.LotNumber, after, cause));
                if (page.Answer.IsEmpty) break;
                after = Encoding.UTF8.GetString(page.Answer.Span);
            }
        }
    }
}
