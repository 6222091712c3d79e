using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Features;
using Distribution.Inventory.Held;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Tests;

/// <summary>Shipments that go otherwise than they were entered: looked at again when they leave, taken back, given up, found
/// later.</summary>
public sealed class ShipmentCorrectionTests
{
    [Fact]
    public async Task Shipments_entered_in_error_leave_the_books_as_if_they_had_never_been()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var facts = new FactGenerator(seed).Facts(25).Where(fact => fact is not ValueTuple<string, LotBody>).ToList();
            var errors = facts.OfType<ShipmentEnteredInError>().ToList();
            var wrong = errors.Select(error => error.ShipmentId).ToHashSet();
            var (with, without) = (new LedgerHarness(), new LedgerHarness());
            await with.SmallCountry();
            await without.SmallCountry();
            foreach (var fact in facts)
            {
                await with.Take(fact);
                if (!wrong.Contains(IdOf(fact))) await without.Take(fact);
            }

            // The same is told to both; here it takes back nothing.
            foreach (var error in errors) await without.Take(error);
            await with.CheckDays($"seed {seed}");
            Assert.Equal(without.EndState(), with.EndState());
        }
    }

    [Fact]
    public async Task All_effects_are_taken_back_at_their_own_date_and_doses_given_stay()
    {
        var harness = await Country();
        var left = new ShipmentDispatched("s", null, "F1", "F3", null, FactGenerator.At(5), [new("V", "A", null, 60)], "local");
        var arrived = new ShipmentReceived(
            "s", null, "F1", "F3", null, FactGenerator.At(5), FactGenerator.At(7), [new("V", "A", null, 50, 4, 6, "broken")], "local");
        var later = new ShipmentReceivedLater(
            "s", arrived, new(1, null, FactGenerator.At(9), [new("V", "A", null, 2, 0, 0, null)]), "local");
        foreach (var fact in new object[] { left, arrived, later }) await harness.Take(fact);
        await harness.Take(Given("F3", "A", 30));
        Assert.Equal((40, 22, 4, 4), (harness.Balance("F1").OnHand, harness.Balance("F3").OnHand, harness.Balance("F3").Wasted,
            harness.Balance("X").Lost));

        await harness.Take(new ShipmentEnteredInError("s", left, arrived, [later.Later], "typed wrongly", "ada"));
        harness.CheckBooks("taken back");
        await harness.CheckDays("taken back");
        Assert.Equal((100, 0, 30, 30, 0), (harness.Balance("F1").OnHand, harness.Balance("F3").OnHand,
            harness.Balance("F3").Discrepancy, harness.Balance("F3").Administered, harness.Balance("X").Lost));
        Assert.All(harness.Entries().Where(entry => entry.Kind == Domain.EntryKind.Reversal),
            entry => Assert.Equal(("ada", "typed wrongly", "s"), (entry.RecordedBy, entry.Reason, entry.ShipmentId)));
    }

    [Fact]
    public async Task What_was_counted_away_recalled_or_expired_since_its_allocation_does_not_leave()
    {
        var harness = await Country();
        await harness.Take(new ShipmentRequested("s", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 80)]));
        await harness.Command(CountStock.Handle, harness.Request("F1", "A", 30));
        Assert.Contains("30 of the 80 could leave", await harness.Ask(Ask("s", 1, 80, day: 160)), StringComparison.Ordinal);
        await harness.Command(CountStock.Handle, harness.Request("F1", "A", 90) with { OccurredAt = FactGenerator.At(155) });
        Assert.Null(await harness.Ask(Ask("s", 2, 80, day: 160)));
        Assert.Equal((10, 80, 0), (harness.Balance("F1").OnHand, harness.Balance("X").InTransit, harness.Balance("X").Discrepancy));
        Assert.Equal(0, harness.Card("F1").Lots.Sum(lot => lot.Reserved));

        await harness.Lot("V", "A", new LotBody(FactGenerator.Day(170)));
        await harness.Take(new ShipmentRequested("t", "F1", "F3", null, FactGenerator.At(161), [new("V", "A", null, 5)]));
        Assert.Contains("expired on", await harness.Ask(Ask("t", 1, 5, day: 171)), StringComparison.Ordinal);
        await harness.Lot("V", "A", new LotBody(Status: "RECALLED", StatusFrom: FactGenerator.Day(165)));
        Assert.Contains("recalled", await harness.Ask(Ask("t", 2, 5, day: 165)), StringComparison.Ordinal);
        Assert.Null(await harness.Ask(Ask("t", 3, 5, day: 164)));
        harness.CheckBooks("left before the recall");
    }

    [Fact]
    public async Task What_a_shipment_taken_back_said_of_an_expiry_is_forgotten_unless_another_says_it()
    {
        var harness = await Country();
        ShipmentReceived In(string id, int day) => new(id, "maker", null, "F2", null, FactGenerator.At(1), FactGenerator.At(2),
            [new("V", "L", FactGenerator.Day(day), 10, 0, 0, null)], "local");
        var (late, wrong, same) = (In("late", 300), In("wrong", 20), In("same", 20));
        foreach (var fact in new[] { late, wrong, same }) await harness.Take(fact);
        Assert.Equal(FactGenerator.Day(20), harness.Card("F2").Find("L")!.ExpirationDate);
        await harness.Take(Error(wrong));
        Assert.Equal(FactGenerator.Day(20), harness.Card("F2").Find("L")!.ExpirationDate);
        await harness.Take(Error(same));
        Assert.Equal(FactGenerator.Day(300), harness.Card("F2").Find("L")!.ExpirationDate);

        // Nor is what comes after it was taken back.
        await harness.Take(Error(In("never", 10)));
        await harness.Take(In("never", 10));
        Assert.Equal((FactGenerator.Day(300), 10), (harness.Card("F2").Find("L")!.ExpirationDate, harness.Balance("F2").OnHand));

        static ShipmentEnteredInError Error(ShipmentReceived fact) => new(fact.ShipmentId, new(
            fact.ShipmentId, fact.Origin, null, fact.ToFacilityId, null, fact.DispatchedAt,
            [.. fact.Lines.Select(line => new ShipmentLine(line.VaccineId, line.LotNumber, line.ExpirationDate, line.Accepted))], "local"),
            fact, [], "typed wrongly", "local");
    }

    [Fact]
    public async Task Of_two_lots_the_one_that_is_short_is_named()
    {
        var harness = await Country();
        await harness.Take(new ShipmentReceived("in-b", "maker", null, "F1", null, FactGenerator.At(1), FactGenerator.At(2),
            [new("V", "B", null, 50, 0, 0, null)], "local"));
        await harness.Take(new ShipmentRequested(
            "s", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 100), new("V", "B", null, 50)]));
        await harness.Command(CountStock.Handle, harness.Request("F1", "B", 20));
        var refusal = await harness.Ask(Ask("s", 1, 100, day: 160) with { Lines = [new("V", "A", null, 100), new("V", "B", null, 50)] });
        Assert.Contains("30 doses of V lot B fewer than none", refusal, StringComparison.Ordinal);
        Assert.Contains("20 of the 50 could leave", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_moves_between_a_receipt_and_its_correction_keeps_every_balance()
    {
        var harness = await Country();
        var left = new ShipmentDispatched("s", null, "F1", "F2", null, FactGenerator.At(5), [new("V", "A", null, 60)], "local");
        var arrived = new ShipmentReceived(
            "s", null, "F1", "F2", null, FactGenerator.At(5), FactGenerator.At(7), [new("V", "A", null, 50, 0, 10, null)], "local");
        var later = new ShipmentReceivedLater(
            "s", arrived, new(1, null, FactGenerator.At(9), [new("V", "A", null, 4, 0, 0, null)]), "local");
        await harness.Take(arrived);
        await harness.Facility("F2", "facility", "R2");
        await harness.Take(later);
        Assert.Equal((0, 6), (harness.Balance("R1").Lost, harness.Balance("X").Lost));
        await harness.Facility("F2", "facility", "R1");
        Assert.Equal((6, 0), (harness.Balance("R1").Lost, harness.Balance("R2").OnHand));
        await harness.CheckDays("moved back");
        await harness.Facility("F2", "facility", "R2");
        await harness.Take(new ShipmentEnteredInError("s", left, arrived, [later.Later], "typed wrongly", "local"));
        harness.CheckBooks("taken back");
        await harness.CheckDays("taken back");
        Assert.Equal((100, 0, 0), (harness.Balance("R1").OnHand, harness.Balance("R2").Received, harness.Balance("X").Lost));
    }

    [Fact]
    public async Task A_dispatch_dated_before_its_stock_came_is_refused_with_the_day()
    {
        var harness = await Country();
        await harness.Take(new ShipmentRequested("s", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 80)]));
        var refusal = await harness.Ask(Ask("s", 1, 80, day: 0));
        Assert.Contains("at the end of 2021-01-01 F1 would have 80 doses", refusal, StringComparison.Ordinal);
        Assert.Equal((100, 80), (harness.Balance("F1").OnHand, harness.Card("F1").Lots.Sum(lot => lot.Reserved)));
    }

    [Fact]
    public async Task Recalled_lots_go_back_to_their_maker_or_to_where_returns_are_held_when_they_are_named()
    {
        var harness = await Country();
        await harness.Lot("V", "A", new LotBody(Status: "RECALLED"));
        await harness.Facility("F2", "facility", "R1", holdsReturns: true);
        await harness.Take(new ShipmentRequested("clinic", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 10)]));
        await harness.Take(new ShipmentRequested("open", "F1", null, "maker", FactGenerator.At(3), [new("V", null, null, 10)]));
        Assert.Equal(["clinic", "open"], harness.Store.Published.OfType<ShipmentAllocationRefused>().Select(refused => refused.ShipmentId));
        Assert.All(harness.Store.Published.OfType<ShipmentAllocationRefused>(),
            refused => Assert.Contains("100 more are expired, recalled", refused.Reason, StringComparison.Ordinal));
        await harness.Take(new ShipmentRequested("back", "F1", null, "maker", FactGenerator.At(3), [new("V", "A", null, 40)]));
        await harness.Take(new ShipmentRequested("hold", "F1", "F2", null, FactGenerator.At(3), [new("V", "A", null, 50)]));
        Assert.Null(await harness.Ask(Ask("back", 1, 40, day: 5) with { ToFacilityId = null, Destination = "maker" }));
        Assert.Null(await harness.Ask(Ask("hold", 1, 50, day: 5) with { ToFacilityId = "F2" }));

        // Left out of a change, it stays as it is.
        await harness.Facility("F2", "facility", "R2");
        Assert.True(harness.Store.All(Names.Facilities).Single(place => place.Id == "F2").As<Domain.Facility>().HoldsReturns);
    }

    [Fact]
    public async Task Part_of_a_request_is_allocated_when_that_is_allowed_and_there_is_any()
    {
        var harness = await Country();
        await harness.Take(new ShipmentRequested(
            "s", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 130), new("V", "B", null, 5)], AllowPartial: true));
        Assert.Equal(100, Assert.Single(harness.Store.Published.OfType<ShipmentAllocated>().Single().Lines).Doses);
        await harness.Take(new ShipmentRequested("t", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 1)], AllowPartial: true));
        Assert.Single(harness.Store.Published.OfType<ShipmentAllocationRefused>());
    }

    [Fact]
    public async Task What_comes_beyond_what_was_shipped_is_found_at_the_receiver_and_what_comes_elsewhere_is_on_hand_there()
    {
        var harness = await Country();
        await harness.Take(new ShipmentReceived("s", null, "F1", "F3", null, FactGenerator.At(3), FactGenerator.At(4),
            [new("V", "A", null, 40, 0, 0, "a box more", Extra: 5)], "local", AtFacilityId: "F2"));
        harness.CheckBooks("elsewhere");
        Assert.Equal((60, 45, 0), (harness.Balance("F1").OnHand, harness.Balance("F2").OnHand, harness.Balance("F3").Received));
        Assert.Equal((40, -5, 0), (harness.Balance("F2").Received, harness.Balance("F2").Adjusted, harness.Balance("X").Discrepancy));
    }

    [Fact]
    public async Task All_that_is_held_of_a_shipment_is_given_up_together_and_told_and_counts_no_more()
    {
        var harness = await Country();
        var left = new ShipmentDispatched("s", "maker", null, "nowhere", null, FactGenerator.At(5), [new("V", "A", null, 60)], "local");
        var arrived = new ShipmentReceived("s", "maker", null, "nowhere", null, FactGenerator.At(5), FactGenerator.At(5),
            [new("V", "A", null, 60, 0, 0, null)], "local");
        await harness.Take(left);
        await harness.Take(arrived);
        var held = harness.Store.All(Names.Held).Select(document => document.As<HeldFact>().HeldId).ToList();
        Assert.Equal(2, held.Count);
        Assert.All(held, id => Assert.Equal(200, harness.Discard(id).Result));
        Assert.Empty(harness.Store.All(Names.Held));
        Assert.Empty(harness.Store.All(Names.HeldShipments));
        Assert.Equal(("s", "mistyped"), harness.Store.Published.OfType<ShipmentDiscarded>().Select(news => (news.ShipmentId, news.Reason))
            .Single());

        // It comes again, and the right one under its id.
        await harness.Take(arrived);
        Assert.Empty(harness.Store.All(Names.Held));
        await harness.Take(arrived with { ToFacilityId = "F3", Revision = 1 });
        await harness.Take(left with { ToFacilityId = "F3" });
        Assert.Equal(60, harness.Balance("F3").OnHand);
        Assert.Equal(160, harness.Balance("X").Received);
        harness.CheckBooks("sent again");
    }

    private static async Task<LedgerHarness> Country()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Take(new ShipmentReceived("in", "maker", null, "F1", null, FactGenerator.At(1), FactGenerator.At(2),
            [new("V", "A", null, 100, 0, 0, null)], "local"));
        return harness;
    }

    private static ShipmentDispatchAsked Ask(string id, int attempt, long doses, int day) =>
        new(id, attempt, "F1", "F3", null, FactGenerator.At(day), [new("V", "A", null, doses)], "local");

    private static Contracts.Administration.V1.DosesAdministered Given(string facility, string lot, long doses) =>
        new("given", [new(facility, "V", lot, "1", FactGenerator.Day(8), null, null, null, doses)]);

    private static string IdOf(object fact) => fact switch
    {
        ShipmentDispatched left => left.ShipmentId,
        ShipmentReceived arrived => arrived.ShipmentId,
        ShipmentReceivedLater later => later.ShipmentId,
        ShipmentEnteredInError error => error.ShipmentId,
        _ => "",
    };
}
