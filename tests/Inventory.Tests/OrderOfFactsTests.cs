using Distribution.Inventory.Features;

namespace Distribution.Inventory.Tests;

/// <summary>The heart of the ledger: the order in which facts come does not change where they end.</summary>
public sealed class OrderOfFactsTests
{
    [Fact]
    public async Task Facts_in_any_order_with_repeats_end_in_the_same_books()
    {
        for (var seed = 1; seed <= 80; seed++)
        {
            var facts = new FactGenerator(seed).Facts(25);
            var straight = await Run(facts, $"seed {seed} in order");
            var generator = new FactGenerator(-seed);
            var shuffled = generator.Shuffled(
                facts.Concat(facts.Where(fact => fact is not ValueTuple<string, LotBody> && generator.Next(3) == 0)));
            Same(straight, await Run(shuffled, $"seed {seed} shuffled"), seed);
        }
    }

    [Fact]
    public async Task Facts_that_name_unknown_places_and_vaccines_are_held_and_end_in_the_same_books()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var facts = new FactGenerator(seed).Facts(20);
            var straight = await Run(facts, $"seed {seed} in order");
            var harness = new LedgerHarness();
            await harness.Facility("X", "country", null);
            await harness.Facility("R2", "region", "X");
            var steps = new List<Func<Task>>(facts.Where(fact => fact is not ValueTuple<string, LotBody>)
                .Select(fact => (Func<Task>)(() => harness.Take(fact, CauseOf(facts, fact)))));
            steps.InsertRange(steps.Count / 3, [() => harness.Vaccine("V"), () => harness.Facility("F3", "facility", "R2")]);
            steps.InsertRange(
                steps.Count / 2, [() => harness.Facility("R1", "region", "X"), () => harness.Facility("F1", "facility", "R1")]);
            steps.Add(() => harness.Facility("F2", "facility", "R1"));
            foreach (var step in steps)
            {
                await step();
                await harness.SettleHeld();
                harness.CheckBooks($"seed {seed} held");
            }

            foreach (var (lot, body) in facts.OfType<(string, LotBody)>()) await harness.Lot("V", lot, body);
            Same(straight, harness.EndState(), seed);
        }
    }

    [Fact]
    public async Task A_discrepancy_opens_and_a_later_receipt_closes_it()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Take(Given("F1", null, 30));
        Assert.Equal((30, 30, 0), (harness.Balance("X").Discrepancy, harness.Balance("X").Administered, harness.Balance("X").Received));
        await harness.Take(Consignment("one", "F1", null, 100));
        Assert.Equal(0, harness.Balance("X").Discrepancy);
        Assert.Equal(30, harness.Balance("X").Administered);
        Assert.Equal(70, harness.Balance("X").OnHand);
        Assert.Equal(100, harness.Balance("*").Received);
    }

    [Fact]
    public async Task What_is_on_the_way_between_two_regions_belongs_to_the_country_alone()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Take(Consignment("one", "F1", "A", 100));
        await harness.Take(Transfer("two", "F1", "F3", "A", 40));
        Assert.Equal(60, harness.Balance("R1").Received);
        Assert.Equal(0, harness.Balance("R2").Received);
        Assert.Equal((100, 40), (harness.Balance("X").Received, harness.Balance("X").InTransit));
        harness.CheckBooks("on the way");
    }

    [Fact]
    public async Task Moving_a_region_s_facility_keeps_every_balance()
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        await harness.Take(Consignment("one", "F1", "A", 100));
        await harness.Take(Transfer("two", "F1", "F2", "A", 10));
        await harness.Take(Transfer("three", "F1", "F3", "A", 20));
        await harness.Take(Given("F1", null, 5));
        Assert.Equal(200, await harness.Facility("F1", "facility", "R2"));
        harness.CheckBooks("moved");
        Assert.Equal((0, 0), (harness.Balance("R1").Received, harness.Balance("R1").InTransit));
        Assert.Equal((90, 20, 65), (harness.Balance("R2").Received, harness.Balance("R2").InTransit, harness.Balance("R2").OnHand));
        Assert.Equal((100, 30), (harness.Balance("X").Received, harness.Balance("X").InTransit));
    }

    [Fact]
    public async Task A_tree_that_is_changed_between_facts_ends_as_if_it_had_always_been_so()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var facts = new FactGenerator(seed).Facts(20);
            var late = await Run(facts, $"seed {seed}", moveAfter: 10);
            var early = await Run(facts, $"seed {seed}", moveAfter: 0);
            Same(early, late, seed);
        }
    }

    [Fact]
    public async Task Counts_and_commands_among_facts_in_any_order_end_in_the_same_books()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var generator = new FactGenerator(seed);
            var counts = Enumerable.Range(0, 6).Select(at => Count(generator, at)).ToList();
            var steps = new List<object>([.. generator.Facts(20), .. counts]);
            var straight = await Run(steps, $"seed {seed} in order");
            for (var order = 1; order <= 2; order++)
                Same(straight, await Run(new FactGenerator(-seed * order).Shuffled(steps), $"seed {seed} shuffled {order}"), seed);
        }
    }

    [Fact]
    public async Task Taking_every_entry_back_leads_to_zero()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var harness = new LedgerHarness();
            await harness.SmallCountry();
            var generator = new FactGenerator(seed);
            var given = Enumerable.Range(0, 12).Select(_ => generator.Given("F1")).ToList();
            var steps = generator.Shuffled<object>(
                [.. given, .. Enumerable.Range(0, 5).Select(at => Count(generator, at) with { FacilityId = "F1" })]);
            var entries = new List<string>();
            foreach (var step in steps)
            {
                if (step is StockRequest count) entries.AddRange(await harness.Command(CountStock.Handle, count));
                else await harness.Take(step);
            }

            foreach (var fact in generator.Shuffled(given))
                await harness.Take(new Contracts.Administration.V1.AdministrationRetracted("r", "wrong", fact.Sums));
            foreach (var entry in generator.Shuffled(entries)) await harness.Reverse(entry);
            harness.CheckBooks($"seed {seed}");
            await harness.CheckDays($"seed {seed}");
            Assert.Equal(new Balance(0, 0, 0, 0, 0, 0, 0, 0, 0, true), harness.Balance("X"));
            Assert.All(harness.Card("F1").Lots, lot => Assert.Equal(0, lot.Net));
        }
    }

    private static StockRequest Count(FactGenerator generator, int at) => new(
        $"count-{at}", generator.Pick("F1", "F2", "F3"), FactGenerator.At(generator.Next(60)).AddMinutes(at), "test",
        [new StockLine("V", generator.Pick(null, "A", "B"), generator.Next(40), Found: true)], Before: generator.Next(3) == 0);

    private static async Task<string> Run(List<object> facts, string context, int? moveAfter = null)
    {
        var harness = new LedgerHarness();
        await harness.SmallCountry();
        for (var i = 0; i < facts.Count; i++)
        {
            if (i == moveAfter) Assert.Equal(200, await harness.Facility("F2", "facility", "R2"));
            if (facts[i] is StockRequest count) Assert.NotEmpty(await harness.Command(CountStock.Handle, count));
            else if (facts[i] is ValueTuple<string, LotBody> lot) await harness.Lot("V", lot.Item1, lot.Item2);
            else await harness.Take(facts[i], CauseOf(facts, facts[i]));
            harness.CheckBooks($"{context}, fact {i}: {facts[i]}");
        }

        await harness.CheckDays(context);
        return harness.EndState();
    }

    private static void Same(string expected, string actual, int seed)
    {
        string[] left = expected.Split('\n'), right = actual.Split('\n');
        Assert.True(expected == actual,
            $"seed {seed} differs:\n{string.Join('\n', left.Except(right))}\n---\n{string.Join('\n', right.Except(left))}");
    }

    private static string CauseOf(List<object> facts, object fact) => $"fact:{facts.IndexOf(fact)}";

    private static Contracts.Administration.V1.DosesAdministered Given(string facility, string? lot, long doses) =>
        new("s", [new(facility, "V", lot, "1", FactGenerator.Day(5), null, null, null, doses)]);

    private static Contracts.Shipment.V1.ShipmentReceived Consignment(string id, string to, string? lot, long doses) =>
        new(id, "maker", null, to, null, FactGenerator.At(0), FactGenerator.At(1), [new("V", lot, null, doses, 0, 0, null)], "local");

    private static Contracts.Shipment.V1.ShipmentDispatched Transfer(string id, string from, string to, string? lot, long doses) =>
        new(id, null, from, to, null, FactGenerator.At(2), [new("V", lot, null, doses)], "local");
}
