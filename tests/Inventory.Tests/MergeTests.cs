using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Features;
using Distribution.SharedKernel.Rules;

namespace Distribution.Inventory.Tests;

/// <summary>A facility that is merged into another is a part of it, and no dose goes astray whatever is told of it when.</summary>
public sealed class MergeTests
{
    private const int MergeDay = 30;
    private static readonly DateTimeOffset Merged = FactGenerator.At(MergeDay).AddHours(3);

    [Theory]
    [InlineData("F2")]
    [InlineData("F3")]
    public async Task Facts_before_and_after_a_merge_in_any_order_end_in_the_same_books(string into)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var generator = new FactGenerator(seed);
            var facts = generator.Facts(25);
            var counts = Enumerable.Range(0, 4).Select(at => Count(generator, at, into)).ToList();
            // What happened later than the merge cannot have been told before it.
            List<object> all = [.. facts, .. counts];
            List<object> early = [.. all.Where(fact => !IsLate(fact))], late = [.. all.Where(IsLate)];
            var straight = await Run(early, late, early.Count, into, $"seed {seed} in order");
            for (var order = 1; order <= 2; order++)
            {
                var other = new FactGenerator(-seed * order);
                var first = other.Next(early.Count + 1);
                var shuffled = other.Shuffled(early);
                List<object> rest = other.Shuffled<object>([.. shuffled.Skip(first), .. late]);
                var end = await Run([.. shuffled.Take(first)], rest, first, into, $"seed {seed} order {order}");
                Same(straight, end, $"seed {seed} order {order}");
            }
        }
    }

    [Fact]
    public async Task Stock_that_is_owed_or_set_apart_goes_along_and_both_sides_say_so()
    {
        var harness = await Harness();
        await harness.Take(Consignment("one", "F1", "A", 100));
        await harness.Take(Consignment("two", "F2", "A", 50));
        await harness.Take(Given("F1", "B", 7));
        Assert.NotEmpty(await harness.Command(QuarantineStock.Quarantine, At(harness.Request("F1", "A", 20), 10)));
        var (before, past) = (harness.Balance("R1"), await harness.Past("R1", MergeDay - 1));

        Assert.Equal(200, await harness.Merge("F1", "F2"));
        harness.CheckBooks("merged");
        await harness.CheckDays("merged");
        Assert.Equal(before, harness.Balance("R1"));
        Assert.Equal(before, harness.Balance("F2"));
        Assert.Equal(past, await harness.Past("R1", MergeDay - 1));
        Assert.Equal((0, 0, 0), (harness.Balance("F1").OnHand, harness.Balance("F1").Quarantined, harness.Balance("F1").Discrepancy));
        Assert.All(harness.Card("F1").Lots, lot => Assert.Equal((0, 0), (lot.Net, lot.Quarantined)));
        Assert.Equal([(130, 20), (-7, 0)], harness.Card("F2").Lots.Select(lot => (lot.Net, lot.Quarantined)));
        Assert.Equal(
            [("F1", "A", "onHand", "merged:F1", 80), ("F1", "A", "quarantined", "merged:F1", 20), ("F1", "B", "merged:F1", "onHand", 7),
             ("F2", "A", "merged:F1", "onHand", 80), ("F2", "A", "merged:F1", "quarantined", 20), ("F2", "B", "onHand", "merged:F1", 7)],
            harness.Entries().Where(entry => entry.Kind == EntryKind.Merge)
                .Select(entry => (entry.FacilityId, entry.LotNumber!, entry.From, entry.To, entry.Doses)).Order());
        Assert.Equal(("F2", "F2"), (Told(harness).MergedInto!, Told(harness).ParentId!));

        // Stock of the lot that was owed pays for it, wherever it comes.
        await harness.Take(Consignment("three", "F1", "B", 10));
        Assert.Equal(0, harness.Balance("X").Discrepancy);
        Assert.Equal(3, harness.Card("F2").Find("B")!.Net);
    }

    [Fact]
    public async Task What_is_learned_later_of_the_time_before_stands_on_its_day_and_changes_the_stock_of_the_other()
    {
        var harness = await Harness();
        await harness.Take(Consignment("one", "F1", "A", 100));
        await harness.Merge("F1", "F2");
        await harness.Take(Given("F1", "A", 30, day: 5));
        await harness.Take(Given("F1", "A", 20, day: MergeDay + 1));
        harness.CheckBooks("late");
        await harness.CheckDays("late");
        Assert.Equal((50, 50, 0), (harness.Balance("F2").OnHand, harness.Balance("F2").Administered, harness.Balance("F2").Discrepancy));
        Assert.Equal(70, (await harness.Past("R1", 5)).OnHand);
        Assert.Equal(["F1", "F2"], harness.Entries().Where(entry => entry.Kind == EntryKind.Administration)
            .OrderBy(entry => entry.Day).Select(entry => entry.FacilityId));
        await harness.Take(new AdministrationRetracted("r", "wrong", Given("F1", "A", 30, day: 5).Sums));
        Assert.Equal(80, harness.Balance("F2").OnHand);
        harness.CheckBooks("taken back");
    }

    [Fact]
    public async Task What_was_merged_goes_on_with_the_next_merge()
    {
        var harness = await Harness();
        await harness.Take(Consignment("one", "F1", "A", 100));
        await harness.Merge("F1", "F2");
        await harness.Merge("F2", "F3");
        await harness.Take(Given("F1", "A", 30, day: 5));
        await harness.Take(Given("F1", "A", 10, day: MergeDay + 1));
        harness.CheckBooks("twice");
        await harness.CheckDays("twice");
        Assert.Equal((60, 40), (harness.Balance("R2").OnHand, harness.Balance("R2").Administered));
        Assert.Equal(60, harness.Card("F3").Find("A")!.Net);
        Assert.Equal(0, harness.Balance("R1").Administered);
        Assert.Equal(200, await harness.Facility("F3", "facility", "R1"));
        harness.CheckBooks("moved");
        Assert.Equal((60, 40, 0), (harness.Balance("R1").OnHand, harness.Balance("R1").Administered, harness.Balance("R2").OnHand));
    }

    [Fact]
    public async Task What_is_on_the_way_arrives_at_the_other()
    {
        var harness = await Harness();
        await harness.Take(Consignment("one", "F3", "A", 100));
        var left = new ShipmentDispatched("two", null, "F3", "F1", null, FactGenerator.At(20), [new("V", "A", null, 40)], "local");
        await harness.Take(left);
        await harness.Merge("F1", "F2");
        Assert.Equal(40, harness.Balance("X").InTransit);
        var arrived = new ShipmentReceived(
            "two", null, "F3", "F1", null, left.OccurredAt, FactGenerator.At(MergeDay + 2), [new("V", "A", null, 39, 0, 1, null)], "local");
        await harness.Take(arrived);
        harness.CheckBooks("arrived");
        Assert.Equal((39, 39, 1), (harness.Balance("F2").OnHand, harness.Balance("F2").Received, harness.Balance("X").Lost));
        Assert.Equal(39, harness.Card("F2").Find("A")!.Net);
        await harness.Take(new ShipmentEnteredInError("two", left, arrived, [], "typed wrongly", "local"));
        harness.CheckBooks("taken back");
        Assert.Equal((0, 100), (harness.Balance("F2").OnHand, harness.Balance("F3").OnHand));
    }

    [Fact]
    public async Task What_was_entered_wrong_before_is_taken_back_as_far_as_the_stock_is_not_needed_for_it()
    {
        var harness = await Harness();
        await harness.Take(Consignment("one", "F1", "A", 100));
        var wasted = await harness.Command(RecordWastage.Handle, At(harness.Request("F1", "A", 10), 10));
        var found = await harness.Command(AdjustStock.Handle, At(harness.Request("F1", "A", 5), 11));
        var counted = await harness.Command(CountStock.Handle, At(harness.Request("F1", "A", 80), 12));
        await harness.Merge("F1", "F2");
        Assert.Equal(80, harness.Card("F2").OnHand);
        Assert.Equal(200, await harness.Reverse(counted[0]));
        Assert.Equal(95, harness.Card("F2").OnHand);
        Assert.Equal(200, await harness.Reverse(wasted[0]));
        Assert.Equal(105, harness.Card("F2").OnHand);
        Assert.Equal(409, await harness.Reverse(found[0]));
        Assert.Equal(409, await harness.Reverse(harness.Entries().First(entry => entry.Kind == EntryKind.Merge).EntryId));
        harness.CheckBooks("reversed");
        await harness.CheckDays("reversed");
    }

    [Fact]
    public async Task What_was_counted_a_moment_ahead_of_our_clock_is_not_there_twice()
    {
        var harness = await Harness();
        await harness.Take(Consignment("one", "F1", "A", 100));
        var count = harness.Request("F1", "A", 90) with { OccurredAt = Merged.AddMinutes(4) };
        Assert.NotEmpty(await harness.Command(CountStock.Handle, count));
        await harness.Merge("F1", "F2");
        Assert.Equal((0, 90), (harness.Card("F1").OnHand, harness.Card("F2").OnHand));
        harness.CheckBooks("counted");
    }

    [Fact]
    public async Task What_cannot_be_merged_is_refused_and_changes_nothing()
    {
        var harness = await Harness();
        await harness.Facility("Y", "country", null, "Y");
        await harness.Facility("Y1", "facility", "Y", "Y");
        foreach (var (id, into, status) in new[]
        {
            ("F9", "F2", 404), ("F1", "F9", 422), ("F1", "F1", 422), ("F1", "Y1", 422), ("F1", "R1", 422), ("R1", "F1", 422),
            ("F 1", "F2", 422),
        })
            Assert.Equal((id, into, status), (id, into, await harness.Merge(id, into)));

        await harness.Take(Consignment("one", "F1", "A", 100));
        await harness.Take(new ShipmentRequested("two", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 40)]));
        Assert.Equal(409, await harness.Merge("F1", "F2"));
        await harness.Take(new ShipmentCancelled("two", "F1", "no car"));
        Assert.Equal(200, await harness.Merge("F1", "F2", "once"));
        Assert.Equal(200, await harness.Merge("F1", "F2", "once"));
        Assert.Equal(409, await harness.Merge("F1", "F3", "once"));
        Assert.Equal(409, await harness.Merge("F1", "F3"));
        Assert.Equal(409, await harness.Merge("F3", "F1"));
        Assert.Equal(2, harness.Entries().Count(entry => entry.Kind == EntryKind.Merge));

        // What is asked of it afterwards is to be asked of the other.
        Assert.Equal(409, await harness.Facility("F1", "facility", "R1"));
        Assert.Empty(await harness.Command(RecordWastage.Handle, harness.Request("F1", "A", 1)));
        await harness.Take(new ShipmentRequested("three", "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 40)]));
        Assert.Contains("'F2'", harness.Store.Published.OfType<ShipmentAllocationRefused>().Last().Reason, StringComparison.Ordinal);
        Assert.Equal(422, await harness.Facility("F2", "facility", "Y", "Y"));
    }

    private static async Task<LedgerHarness> Harness()
    {
        var harness = new LedgerHarness(clock: new StillClock(Merged));
        await harness.SmallCountry();
        return harness;
    }

    private static async Task<string> Run(List<object> before, List<object> after, int at, string into, string context)
    {
        var harness = await Harness();
        List<object> all = [.. before, .. after];
        for (var i = 0; i <= all.Count; i++)
        {
            if (i == at) Assert.Equal(200, await harness.Merge("F1", into));
            if (i == all.Count) break;
            if (all[i] is StockRequest count) Assert.NotEmpty(await harness.Command(CountStock.Handle, count));
            else if (all[i] is ValueTuple<string, LotBody> lot) await harness.Lot("V", lot.Item1, lot.Item2);
            else await harness.Take(all[i]);
            harness.CheckBooks($"{context}, fact {i}: {all[i]}");
        }

        await harness.CheckDays(context);
        Assert.All(harness.Card("F1").Lots, lot => Assert.True((lot.Net, lot.Quarantined) == (0, 0), context));
        return harness.EndState();
    }

    private static bool IsLate(object fact) => fact switch
    {
        ShipmentDispatched left => IsAfter(left.OccurredAt),
        ShipmentReceived arrived => IsAfter(arrived.OccurredAt),
        ShipmentReceivedLater later => IsAfter(later.Later.OccurredAt),
        ShipmentEnteredInError { ReceivedLater: [.., var last] } => IsAfter(last.OccurredAt),
        ShipmentEnteredInError error => IsLate((object?)error.Received ?? error.Dispatched!),
        StockRequest count => IsAfter(count.OccurredAt!.Value),
        DosesAdministered given => given.Sums.Any(sum => sum.OccurredOn > FactGenerator.Day(MergeDay)),
        AdministrationRetracted back => back.Sums.Any(sum => sum.OccurredOn > FactGenerator.Day(MergeDay)),
        _ => false,
    };

    private static bool IsAfter(Moment at) => at.In(TimeZoneInfo.Utc) > Merged;

    private static StockRequest Count(FactGenerator generator, int at, string into) => new(
        $"count-{at}", generator.Pick(into, "R1"), FactGenerator.At(generator.Next(60)).AddMinutes(at), "test",
        [new StockLine("V", generator.Pick(null, "A", "B"), generator.Next(40), Found: true)], Before: generator.Next(3) == 0);

    private static StockRequest At(StockRequest request, int day) => request with { OccurredAt = FactGenerator.At(day) };

    private static FacilityChanged Told(LedgerHarness harness) =>
        harness.Store.Published.OfType<FacilityChanged>().Last(told => told.FacilityId == "F1");

    private static DosesAdministered Given(string facility, string? lot, long doses, int day = 5) =>
        new("s", [new(facility, "V", lot, "1", FactGenerator.Day(day), null, null, null, doses)]);

    private static ShipmentReceived Consignment(string id, string to, string? lot, long doses) =>
        new(id, "maker", null, to, null, FactGenerator.At(0), FactGenerator.At(1), [new("V", lot, null, doses, 0, 0, null)], "local");

    private static void Same(string expected, string actual, string context)
    {
        string[] left = expected.Split('\n'), right = actual.Split('\n');
        Assert.True(expected == actual,
            $"{context} differs:\n{string.Join('\n', left.Except(right))}\n---\n{string.Join('\n', right.Except(left))}");
    }

    private sealed class StillClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
