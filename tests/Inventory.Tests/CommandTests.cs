using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Features;

namespace Distribution.Inventory.Tests;

/// <summary>Commands about stock: they balance, cannot overdraw, and can be taken back once.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Whatever_is_done_in_whatever_order_every_scope_balances()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var harness = new LedgerHarness();
            await harness.SmallCountry();
            var generator = new FactGenerator(seed);
            var entries = new List<string>();
            var step = 0;
            foreach (var fact in generator.Facts(40))
            {
                if (fact is ValueTuple<string, LotBody> lot) await harness.Lot("V", lot.Item1, lot.Item2);
                else await harness.Take(fact);
                await Command(harness, generator, entries, ++step);
                harness.CheckBooks($"seed {seed}, step {step}");
            }
        }
    }

    [Fact]
    public async Task Wastage_beyond_what_is_available_is_refused_and_says_what_is_there()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await Stock(harness, "F1", "A", 10);
        Assert.Empty(await harness.Command(RecordWastage.Handle, harness.Request("F1", "A", 11)));
        Assert.Single(await harness.Command(RecordWastage.Handle, harness.Request("F1", "A", 10)));
        Assert.Equal((0, 10), (harness.Balance("F1").OnHand, harness.Balance("F1").Wasted));
    }

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_changes_nothing()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await Stock(harness, "F1", "A", 10);
        var request = harness.Request("F1", "A", 4);
        var first = await harness.Command(RecordWastage.Handle, request);
        Assert.Equal(first, await harness.Command(RecordWastage.Handle, request));
        Assert.Equal(6, harness.Balance("F1").OnHand);
    }

    [Fact]
    public async Task An_adjustment_has_its_sign()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await Stock(harness, "F1", "A", 10);
        await harness.Command(AdjustStock.Handle, harness.Request("F1", "A", -5));
        Assert.Equal((5, 5), (harness.Balance("X").OnHand, harness.Balance("X").Adjusted));
        await harness.Command(AdjustStock.Handle, harness.Request("F1", "A", 7));
        Assert.Equal((12, -2), (harness.Balance("X").OnHand, harness.Balance("X").Adjusted));
    }

    [Fact]
    public async Task A_count_closes_the_discrepancy_of_what_it_counted()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Take(new Contracts.Administration.V1.DosesAdministered("s", [
            new("F1", "V", "A", "1", FactGenerator.Day(1), null, null, null, 8),
            new("F1", "V", null, "1", FactGenerator.Day(1), null, null, null, 5)]));
        Assert.Equal(13, harness.Balance("F1").Discrepancy);
        await harness.Command(CountStock.Handle, harness.Request("F1", "A", 0));
        Assert.Equal(0, harness.Balance("F1").Discrepancy);
        var count = await harness.Command(CountStock.Handle, harness.Request("F1", null, 20));
        Assert.Equal((0, 20, 13), (harness.Balance("F1").Discrepancy, harness.Balance("F1").OnHand, harness.Balance("F1").Administered));
        Assert.Equal(-33, harness.Balance("F1").Adjusted);
        Assert.Equal(200, await harness.Reverse(count[0]));
        Assert.Equal((0, 0), (harness.Balance("F1").Discrepancy, harness.Balance("F1").OnHand));
        harness.CheckBooks("count");
    }

    [Fact]
    public async Task An_entry_is_reversed_once_and_a_reversal_never()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await Stock(harness, "F1", "A", 10);
        var wastage = (await harness.Command(RecordWastage.Handle, harness.Request("F1", "A", 4)))[0];
        Assert.Equal(200, await harness.Reverse(wastage));
        Assert.Equal(10, harness.Balance("F1").OnHand);
        Assert.Equal(409, await harness.Reverse(wastage));
        Assert.Equal(409, await harness.Reverse(harness.Entries().Single(entry => entry.Kind == EntryKind.Reversal).EntryId));
        Assert.Equal(409, await harness.Reverse(harness.Entries().First(entry => entry.Kind == EntryKind.Receipt).EntryId));
        Assert.Equal(404, await harness.Reverse("F1.nothing"));
    }

    [Fact]
    public async Task Quarantined_stock_is_neither_available_nor_lost()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await Stock(harness, "F1", "A", 10);
        await harness.Command(QuarantineStock.Quarantine, harness.Request("F1", "A", 6));
        Assert.Equal((4, 6), (harness.Balance("F1").OnHand, harness.Balance("F1").Quarantined));
        Assert.Empty(await harness.Command(QuarantineStock.Release, harness.Request("F1", "A", 7)));
        Assert.Single(await harness.Command(QuarantineStock.Release, harness.Request("F1", "A", 6)));
        Assert.Equal(10, harness.Balance("F1").OnHand);
    }

    [Fact]
    public async Task A_shipment_reserves_lots_in_the_order_of_expiry_and_frees_them_when_cancelled()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await Stock(harness, "F1", "late", 10, FactGenerator.Day(50));
        await Stock(harness, "F1", "early", 10, FactGenerator.Day(40));
        await harness.Take(Request("one", 15));
        var lines = harness.Store.Published.OfType<ShipmentAllocated>().Single().Lines;
        Assert.Equal([("early", 10L), ("late", 5L)], lines.Select(line => (line.LotNumber!, line.Doses)));
        await harness.Take(Request("two", 6));
        Assert.Contains(
            "5 usable doses", harness.Store.Published.OfType<ShipmentAllocationRefused>().Single().Reason, StringComparison.Ordinal);
        Assert.Empty(await harness.Command(RecordWastage.Handle, harness.Request("F1", "early", 1)));
        await harness.Take(new ShipmentCancelled("one", "F1", "not needed"));
        Assert.Equal(0, harness.Card("F1").Lots.Sum(lot => lot.Reserved));
    }

    [Fact]
    public async Task A_shipment_s_events_in_any_order_and_again_end_alike()
    {
        var dispatched = new ShipmentDispatched("one", null, "F1", "F3", null, FactGenerator.At(3), [new("V", "A", null, 6)], "local");
        var received = new ShipmentReceived(
            "one", null, "F1", "F3", null, FactGenerator.At(3), FactGenerator.At(4), [new("V", "A", null, 4, 1, 1, "broken")], "local");
        object[][] orders = [[Request("one", 6), dispatched, received], [Request("one", 6), received, dispatched, dispatched, received],
            [received, Request("one", 6), dispatched]];
        var ends = new List<string>();
        foreach (var order in orders)
        {
            var harness = new LedgerHarness();
            await harness.SmallCountry();
            await Stock(harness, "F1", "A", 10);
            foreach (var fact in order)
            {
                await harness.Take(fact);
                harness.CheckBooks(fact.ToString()!);
            }

            Assert.Equal((4, 4, 1, 1),
                (harness.Balance("F1").OnHand, harness.Balance("F3").OnHand, harness.Balance("F3").Wasted, harness.Balance("X").Lost));
            Assert.Equal(0, harness.Card("F1").Lots.Sum(lot => lot.Reserved));
            ends.Add(harness.Balance("X").ToString());
        }

        Assert.Single(ends.Distinct());
    }

    [Fact]
    public async Task A_cancellation_that_comes_first_keeps_its_shipment_from_reserving()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await Stock(harness, "F1", "A", 10);
        await harness.Take(new ShipmentCancelled("one", "F1", "not needed"));
        await harness.Take(Request("one", 5));
        Assert.Empty(harness.Store.Published.OfType<ShipmentAllocated>());
        Assert.Equal(0, harness.Card("F1").Lots.Sum(lot => lot.Reserved));
    }

    private static ShipmentRequested Request(string id, long doses) =>
        new(id, "F1", "F3", null, FactGenerator.At(2), [new("V", null, null, doses)]);

    private static Task Stock(LedgerHarness harness, string facility, string lot, long doses, DateOnly? expires = null) =>
        harness.Take(new ShipmentReceived($"{lot}-in", "maker", null, facility, null, FactGenerator.At(0), FactGenerator.At(1),
            [new("V", lot, expires, doses, 0, 0, null)], "local"));

    private static async Task Command(LedgerHarness harness, FactGenerator generator, List<string> entries, int step)
    {
        var facility = generator.Pick("F1", "F2", "F3");
        var request = harness.Request(facility, generator.Pick(null, "A", "B", "C"), generator.Next(20) + 1);
        var made = generator.Next(8) switch
        {
            0 => await harness.Command(AdjustStock.Handle, request),
            1 => await harness.Command(
                AdjustStock.Handle, request with { Lines = [request.Lines![0]! with { Doses = -request.Lines[0]!.Doses }] }),
            2 => await harness.Command(RecordWastage.Handle, request),
            3 => await harness.Command(
                CountStock.Handle,
                request with { Lines = [request.Lines![0], new StockLine("V", "other", generator.Next(9), Found: true)] }),
            4 => await harness.Command(QuarantineStock.Quarantine, request),
            5 => await harness.Command(QuarantineStock.Release, request),
            _ => [],
        };
        entries.AddRange(made);
        if (entries.Count > 0 && generator.Next(3) == 0) await harness.Reverse(generator.Pick([.. entries]));
        if (generator.Next(4) == 0)
        {
            await harness.Take(new ShipmentRequested(
                $"r{step}", facility, "F3", null, FactGenerator.At(20), [new("V", null, null, generator.Next(20) + 1)]));
            if (generator.Next(3) == 0) await harness.Take(new ShipmentCancelled($"r{step}", facility, "no"));
            else if (harness.Store.Published.OfType<ShipmentAllocated>()
                .FirstOrDefault(made => made.ShipmentId == $"r{step}") is { } allocated)
            {
                await harness.Take(new ShipmentDispatched($"r{step}", null, facility, "F3", null, FactGenerator.At(21),
                    [.. allocated.Lines.Select(line => new ShipmentLine(line.VaccineId, line.LotNumber, line.ExpirationDate, line.Doses))],
                    "local"));
            }
        }
    }
}
