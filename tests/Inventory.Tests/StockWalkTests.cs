using Distribution.Inventory.Domain;

namespace Distribution.Inventory.Tests;

/// <summary>How stock backs demand, day by day: the pure rules, with sums written out.</summary>
public sealed class StockWalkTests
{
    private static readonly DateOnly May1 = new(2021, 5, 1), May2 = new(2021, 5, 2), May3 = new(2021, 5, 3);
    private const int Nine = 9 * 60, Noon = 12 * 60;

    [Fact]
    public void A_report_without_a_lot_draws_the_earliest_expiry_that_is_usable_on_its_day_and_stock_without_a_date_last()
    {
        var (end, outcomes) = Walk([Lot("old", May1), Lot("late", May3), Lot("none", null)],
            (May1, [In("old", 10), In("late", 10), In("none", 10)], []),
            (May2, [Given("", 15)], []));
        Assert.Equal((10, 0, 5), (end["old"], end["late"], end["none"]));
        Assert.Equal([("", 15L), ("late", -10L), ("none", -5L)], Explained(outcomes[1]));
    }

    [Fact]
    public void What_names_its_lot_comes_before_what_does_not_and_stock_that_comes_later_pays_its_own_lot_first()
    {
        var (end, _) = Walk([Lot("A", null), Lot("", null)],
            (May1, [In("A", 10), Given("", 8), Given("A", 7)], []),
            (May2, [In("A", 3)], []));
        // 10 − 7 = 3 for the report without a lot, which still owes 5; then 3 of the 5 are paid.
        Assert.Equal((0, -2), (end["A"], end[""]));
    }

    [Fact]
    public void A_count_is_the_truth_at_its_moment_and_a_late_report_changes_only_what_it_explains()
    {
        (DateOnly, StockRow[], StockCount[]) came = (May1, [In("A", 100)], []), counted = (May3, [], [Counted("c", "A", 60)]);
        var (end, outcomes) = Walk([Lot("A", null)], came, counted);
        Assert.Equal((60, 40), (end["A"], outcomes[1].Counted.Values.Single()));
        (end, outcomes) = Walk([Lot("A", null)], came, (May2, [Given("A", 40)], []), counted);
        Assert.Equal((60, 0), (end["A"], outcomes[2].Counted.Count));
        (end, outcomes) = Walk([Lot("A", null)], came, (May2, [Given("A", 130)], []), counted);
        // The books owed 30: the count finds 90 more, and settles the 30.
        Assert.Equal((60, -90, -30), (end["A"], outcomes[2].Counted.Values.Single(), outcomes[2].Explained["A"]));
    }

    [Fact]
    public void Doses_of_the_day_of_a_count_are_before_it_unless_it_says_otherwise()
    {
        (DateOnly, StockRow[], StockCount[]) day(bool before) =>
            (May1, [In("A", 100), Given("A", 10)], [Counted("c", "A", 80) with { Before = before }]);
        var (after, outcomes) = Walk([Lot("A", null)], day(before: false));
        Assert.Equal((80, 10), (after["A"], outcomes[0].Counted.Values.Single()));
        (after, outcomes) = Walk([Lot("A", null)], day(before: true));
        Assert.Equal((70, 20), (after["A"], outcomes[0].Counted.Values.Single()));
    }

    [Fact]
    public void What_comes_after_the_time_of_a_count_is_added_to_it()
    {
        var (end, _) = Walk([Lot("A", null)], (May1, [In("A", 100), new StockRow(Noon + 60, "A", 5)], [Counted("c", "A", 80)]));
        Assert.Equal(85, end["A"]);
    }

    [Fact]
    public void A_count_without_a_lot_is_of_all_of_the_vaccine()
    {
        LotTerm[] lots = [Lot("early", May2), Lot("late", May3), Lot("", null)];
        (DateOnly, StockRow[], StockCount[]) came = (May1, [In("early", 10), In("late", 10)], []);
        var (end, outcomes) = Walk(lots, came, (May2, [], [Counted("c", null, 5)]));
        Assert.Equal((0, 5, 0), (end["early"], end["late"], end[""]));
        Assert.Equal(15, outcomes[1].Counted.Values.Sum());
        (end, _) = Walk(lots, came, (May2, [Given("late", 12)], [Counted("c", null, 25)]));
        // 10 + 0 on hand, 2 owed: 15 were found, without a lot number, and nothing is owed any longer.
        Assert.Equal((10, 0, 15), (end["early"], end["late"], end[""]));
    }

    [Fact]
    public void A_report_that_is_taken_back_before_it_comes_is_even_with_it_in_the_end()
    {
        var (end, outcomes) = Walk([Lot("A", null)], (May1, [Given("A", -5)], []), (May2, [Given("A", 3)], []));
        Assert.Equal(2, end["A"]);
        Assert.Empty(Explained(outcomes[0]));
    }

    [Fact]
    public void Shortfalls_tell_from_when_until_when_how_many_at_the_worst_and_what_ended_them()
    {
        LotTerm[] lots = [Lot("A", null), Lot("", null)];
        var table = Table(
            (May1, [Given("A", 5)], []), (May2, [Given("A", 2)], []), (May3, [In("A", 7)], []),
            (May3.AddDays(1), [Given("", 4)], []), (May3.AddDays(9), [], [Counted("c", null, 0)]), (May3.AddDays(20), [Given("", 1)], []));
        Assert.Equal(
            [
                new Shortfall("A", May1, May2, 7, May2, false),
                new Shortfall("", May3.AddDays(1), May3.AddDays(8), 4, May3.AddDays(1), true),
                new Shortfall("", May3.AddDays(20), null, 1, May3.AddDays(20), false),
            ],
            Shortfalls.Of(table, lots));
    }

    [Fact]
    public void What_became_known_late_is_booked_as_if_it_had_always_been_known()
    {
        for (var seed = 1; seed <= 1000; seed++)
        {
            var random = new Random(seed);
            LotTerm[] lots = [Lot("A", May2.AddDays(random.Next(5))), Lot("B", May2.AddDays(5 + random.Next(5))), Lot("", null)];
            var booked = new Dictionary<(DateOnly, string), long>();
            var table = CardTable.Of([]);
            for (var step = 0; step < 25; step++)
            {
                var day = May1.AddDays(random.Next(12));
                var lot = lots[random.Next(3)].Lot;
                var known = random.Next(5) switch
                {
                    0 => table[day].With(new StockRow(Nine + 60 * random.Next(9), lot, random.Next(1, 30))),
                    1 => table[day].With(
                        Counted($"c{step}", lot.Length == 0 ? null : lot, random.Next(20)) with { Before = random.Next(3) == 0 }),
                    2 => table[day].Without(table[day].Counts.Select(count => count.CountId).FirstOrDefault() ?? ""),
                    _ => table[day].With(Given(lot, random.Next(1, 12))),
                };
                var before = table;
                table = table.With(day, known);
                var (changes, _, end, _) = table.Since(day, before, lots, lots);
                foreach (var change in changes)
                    foreach (var (of, doses) in change.ToBook.Explained)
                        booked[(change.Day, of)] = booked.GetValueOrDefault((change.Day, of)) + doses;
                Assert.True(changes.All(change => change.Day >= day), $"seed {seed}");
                Assert.Equal(table.At(DateOnly.MaxValue, lots).Net.OrderBy(net => net.Key), end.Net.OrderBy(net => net.Key));
            }

            var (walk, state, expected) = (new StockWalk(lots), new CardState(), new Dictionary<(DateOnly, string), long>());
            foreach (var (day, known) in table.Days)
                foreach (var (of, doses) in walk.Step(state, day, known).Explained)
                    expected[(day, of)] = doses;
            Assert.Equal(
                expected.OrderBy(each => each.Key.Item1).ThenBy(each => each.Key.Item2, StringComparer.Ordinal),
                booked.Where(each => each.Value != 0).OrderBy(each => each.Key.Item1).ThenBy(
                    each => each.Key.Item2, StringComparer.Ordinal));
        }
    }

    private static LotTerm Lot(string lot, DateOnly? expires) => new(lot, expires, expires);

    private static StockRow In(string lot, long doses) => new(Nine, lot, doses);

    private static StockRow Given(string lot, long doses) => StockRow.Demand(lot, doses);

    private static StockCount Counted(string id, string? lot, long doses) => new(
        id, new DateTimeOffset(May1.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero), lot, doses, false);

    private static CardTable Table(params (DateOnly Day, StockRow[] Rows, StockCount[] Counts)[] days) =>
        CardTable.Of(days.Select(day => KeyValuePair.Create(day.Day, StockDay.Of(day.Rows, day.Counts))));

    private static (CardState End, List<DayOutcome> Outcomes) Walk(
        LotTerm[] lots, params (DateOnly Day, StockRow[] Rows, StockCount[] Counts)[] days)
    {
        var (walk, state) = (new StockWalk(lots), new CardState());
        var outcomes = Table(days).Days.Select(day => walk.Step(state, day.Key, day.Value)).ToList();
        return (state, outcomes);
    }

    private static IEnumerable<(string, long)> Explained(DayOutcome outcome) =>
        outcome.Explained.Select(lot => (lot.Key, lot.Value)).OrderBy(lot => lot.Key, StringComparer.Ordinal);
}
