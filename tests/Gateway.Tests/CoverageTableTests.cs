using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Coverage;
using Distribution.Gateway.Sharing;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Tests;

public sealed class CoverageTableTests
{
    private const int Seeds = 300;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Totals_are_the_formulas_on_the_sums_of_the_rows()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var (administration, inventory, incoming) = Invent(new Random(seed));
            var (rows, totals) = new CoverageTable(administration, inventory, incoming, true).Compose();
            var because = $"seed {seed}";
            Assert.True(totals.Doses == rows.Sum(row => row.Doses), because);
            Assert.True(totals.Delivered == rows.Sum(row => row.Delivered), because);
            Assert.True(totals.OnHand == rows.Sum(row => row.OnHand), because);
            Assert.True(totals.Incoming == rows.Sum(row => row.Incoming), because);
            Assert.True(totals.ByDoseNumber!.Values.Sum() == totals.Doses, because);
            Assert.True(totals.FullyVaccinated == rows.Sum(row => row.FullyVaccinated), because);
            Assert.True(totals.Utilisation == CoverageFormulas.Utilisation(totals.Doses, totals.Delivered), because);
            Assert.True(totals.Dropout == CoverageFormulas.Dropout(totals.ByDoseNumber["1"], totals.ByDoseNumber["2"]), because);
            var everyPopulation = rows.All(row => row.TargetPopulation is not null || row.Doses == 0)
                ? CoverageFormulas.Sum(rows.Select(row => row.TargetPopulation).Where(people => people is not null))
                : null;
            Assert.True(totals.Coverage!["1"] == CoverageFormulas.Coverage(totals.ByDoseNumber["1"], everyPopulation), because);
            Assert.True(totals.TargetPopulation == everyPopulation, because);
            Assert.True(totals.TargetPopulationMissing == rows.Sum(row => row.TargetPopulationMissing), because);
            Assert.All(
                rows, row => Assert.True(row.TargetPopulation is not null || row.Coverage!.Values.All(value => value is null), because));
        }
    }

    [Fact]
    public void A_missing_part_leaves_its_figures_null_and_the_others_whole()
    {
        var (administration, inventory, incoming) = Invent(new Random(7));
        var withoutDoses = new CoverageTable(null, inventory, incoming, true).Compose();
        Assert.Equal(inventory.Rows.Count, withoutDoses.Rows.Count);
        Assert.All([.. withoutDoses.Rows, withoutDoses.Totals], figures =>
        {
            Assert.Null(figures.Doses);
            Assert.Null(figures.Coverage);
            Assert.Null(figures.FullyVaccinated);
            Assert.Null(figures.Utilisation);
            Assert.Null(figures.DaysOfStock);
            Assert.NotNull(figures.Delivered);
            Assert.NotNull(figures.Incoming);
        });

        var withoutStock = new CoverageTable(administration, null, [], true).Compose();
        Assert.All([.. withoutStock.Rows, withoutStock.Totals], figures =>
        {
            Assert.NotNull(figures.Doses);
            Assert.Null(figures.Delivered);
            Assert.Null(figures.Incoming);
            Assert.Null(figures.Utilisation);
        });
    }

    [Fact]
    public void A_place_that_one_service_does_not_know_yet_has_null_figures_of_it()
    {
        var administration = Summary(new MeasuredSeries("1", null, ["1"]), [Given("A", 10, 5)]);
        var inventory = new InventorySummary(Now, null, 0, [Stock("A", 20), Stock("B", 30)]);
        var (rows, totals) = new CoverageTable(administration, inventory, new Dictionary<string, long> { ["A"] = 0 }, true).Compose();
        Assert.Equal(["A", "B"], rows.Select(row => row.FacilityId));
        Assert.Equal(25m, rows[0].Utilisation);
        Assert.Equal((0, null, null), (rows[0].Incoming, rows[1].Incoming, totals.Incoming));
        Assert.Null(rows[1].Doses);
        Assert.Null(totals.Doses);
        Assert.Equal(50, totals.Delivered);
        Assert.Null(totals.TargetPopulation);
    }

    [Fact]
    public void A_single_dose_completes_its_series_and_has_no_dropout()
    {
        var administration = Summary(new MeasuredSeries("1", null, ["1"]), [Given("A", 4, 5)]);
        var row = new CoverageTable(administration, null, [], true).Compose().Rows[0];
        Assert.Equal(5, row.FullyVaccinated);
        Assert.Equal(125m, row.FullyVaccinatedCoverage);
        Assert.Null(row.Dropout);
    }

    [Fact]
    public void A_dose_number_of_the_series_that_was_never_given_is_known_to_be_zero()
    {
        var administration = Summary(new MeasuredSeries("1", "2", ["2"]), [Given("A", 4, 5), Given("B", 4, 5, "B1")]);
        var table = new CoverageTable(administration, null, [], true);
        Assert.Equal(["1", "2", "B1"], table.DoseNumbers);
        var row = table.Compose().Rows[0];
        Assert.Equal(0, row.ByDoseNumber!["2"]);
        Assert.Equal(0m, row.Coverage!["2"]);
        Assert.Equal(100m, row.Dropout);
    }

    [Fact]
    public void What_starts_and_what_ends_a_series_is_added_up()
    {
        var doses = new Dictionary<string, long?> { ["1"] = 100, ["2"] = 80, ["J"] = 50, ["B1"] = 30 };
        var given = Given("A", 500, 260) with { ByDoseNumber = doses };
        var row = new CoverageTable(
            Summary(new MeasuredSeries("1", "2", ["2", "J"], ["1", "J"], ["2", "J"]), [given]), null, [], true).Compose().Rows[0];
        Assert.Equal((150, 130, 26m, 13.33m), (row.AtLeastOneDose, row.FullyVaccinated, row.FullyVaccinatedCoverage, row.Dropout));
    }

    [Fact]
    public void What_lies_above_the_places_of_a_view_has_a_row_of_its_own_and_its_people_are_in_the_others()
    {
        var region = new Place("R", "Region", "region", "XA", "XA", 1);
        var (one, other) = (Given("D1", 60, 30), Given("D2", 40, 20));
        var above = Given("R", 0, 5) with { Name = "Region", TargetPopulation = null, PopulationYear = null };
        var summary = Summary(new MeasuredSeries("1", null, ["1"]), [one, other]) with { Remainders = [above] };
        var stock = new InventorySummary(Now, null, 0, [Stock("D1", 40), Stock("D2", 40)]);
        var lying = new Remainder(region, Stock("R", 10), 7);
        var incoming = new Dictionary<string, long> { ["D1"] = 1, ["D2"] = 0, ["R"] = 8 };
        var (rows, totals) = new CoverageTable(summary, stock, incoming, true) { Remainders = [lying], Level = "district" }.Compose();
        Assert.Equal(["D1", "D2", "R"], rows.Select(row => row.FacilityId));
        Assert.Equal([false, false, true], rows.Select(row => row.Remainder));
        Assert.Equal(("Region: not in any district", 5, 10, 7), (rows[2].Name, rows[2].Doses, rows[2].Delivered, rows[2].Incoming));
        Assert.Null(rows[2].Coverage!["1"]);
        Assert.Equal(
            (55, 100, 55m, 90, 8), (totals.Doses, totals.TargetPopulation, totals.Coverage!["1"], totals.Delivered, totals.Incoming));

        // A clinic in no district that nobody has counted the people of.
        summary = summary with { Remainders = [above with { TargetPopulationMissing = 1 }] };
        totals = new CoverageTable(summary, stock, incoming, true) { Remainders = [lying] }.Compose().Totals;
        Assert.Equal((null, 1), (totals.TargetPopulation, totals.TargetPopulationMissing));

        // Where there are no doses, and where there is nothing.
        var nothing = lying with { Stock = Stock("R", 0) with { OnHand = -2, Discrepancy = -2 }, Incoming = 0 };
        foreach (var (remainder, shown) in new[] { (lying, 3), (nothing, 2) })
        {
            var table = new CoverageTable(summary with { Remainders = [] }, stock, incoming, true) { Remainders = [remainder] };
            (rows, totals) = table.Compose();
            Assert.Equal((shown, 50, 100), (rows.Count, totals.Doses, totals.TargetPopulation));
        }
    }

    [Fact]
    public void Doses_of_several_vaccines_are_what_they_are_in_the_series_of_each()
    {
        // 100 began and 80 ended with two doses of one product; 50 did both at once with a dose 1 of another.
        var doses = new Dictionary<string, long?> { ["1"] = 150, ["2"] = 80 };
        var given = Given("A", 200, 230) with { ByDoseNumber = doses, BySeries = new(150, 130, 130) };
        var (rows, totals) = new CoverageTable(
            Summary(new MeasuredSeries("1", null, ["2", "1"], ["1"], ["2"]), [given, given with { FacilityId = "B" }]), null, [], true)
            .Compose();
        Assert.Equal((150, 130, 65m, 13.33m),
            (rows[0].AtLeastOneDose, rows[0].FullyVaccinated, rows[0].FullyVaccinatedCoverage, rows[0].Dropout));
        Assert.Equal((300, 260, 65m, 13.33m),
            (totals.AtLeastOneDose, totals.FullyVaccinated, totals.FullyVaccinatedCoverage, totals.Dropout));
    }

    [Fact]
    public void A_part_that_gave_doses_and_has_no_target_population_leaves_no_percentage_of_the_whole()
    {
        var series = new MeasuredSeries("1", null, ["1"]);
        var bare = Given("H", 0, 500) with { TargetPopulation = null, PopulationYear = null, TargetPopulationMissing = 1 };
        var (rows, totals) = new CoverageTable(Summary(series, [Given("G", 100, 50), bare]), null, [], true).Compose();
        Assert.Equal([50m, null], rows.Select(row => row.Coverage!["1"]));
        Assert.Null(totals.TargetPopulation);
        Assert.Null(totals.Coverage!["1"]);
        Assert.Equal(1, totals.TargetPopulationMissing);

        var store = bare with { Doses = 0, ByDoseNumber = new Dictionary<string, long?>(), TargetPopulationMissing = 0 };
        totals = new CoverageTable(Summary(series, [Given("G", 300, 30), store]), null, [], true).Compose().Totals;
        Assert.Equal((300, 0, 10m), (totals.TargetPopulation, totals.TargetPopulationMissing, totals.Coverage!["1"]));
    }

    [Fact]
    public void A_dose_number_is_measured_by_its_own_target_population_where_it_has_one()
    {
        var doses = new Dictionary<string, long?> { ["1"] = 50, ["2"] = 20 };
        var given = Given("A", 100, 70) with
        {
            ByDoseNumber = doses,
            PopulationByDoseNumber = new Dictionary<string, long?> { ["2"] = 80 },
        };
        var (rows, totals) = new CoverageTable(
            Summary(new MeasuredSeries("1", "2", ["2"]), [given, Given("B", 100, 50)]), null, [], true).Compose();
        Assert.Equal((50m, 25m, 25m), (rows[0].Coverage!["1"], rows[0].Coverage!["2"], rows[0].FullyVaccinatedCoverage));
        Assert.Equal((50m, 11.11m), (totals.Coverage!["1"], totals.Coverage!["2"]));
    }

    [Fact]
    public void Days_of_stock_of_all_are_over_the_same_days()
    {
        var series = new MeasuredSeries("1", null, ["1"]);
        var (january, june) = (new DateOnly(2026, 1, 28), new DateOnly(2026, 6, 28));
        AdministrationSummaryRow[] given =
        [
            Given("E", 100, 280) with { Recent = new(280, 28, january) }, Given("F", 100, 280) with { Recent = new(280, 28, june) },
        ];
        var summary = Summary(series, given) with { Recent = new(280, 28, june) };
        var stock = new InventorySummary(Now, null, 0, [Stock("E", 1_440), Stock("F", 1_440)]);
        var (rows, totals) = new CoverageTable(summary, stock, [], true).Compose();
        Assert.Equal([72m, 72m], rows.Select(row => row.DaysOfStock));
        Assert.Equal((10m, 144m, june), (totals.AverageDailyUse, totals.DaysOfStock, totals.LastReportedOn));
    }

    [Fact]
    public void Doses_of_some_people_are_not_compared_with_the_whole_ledger()
    {
        var (administration, inventory, incoming) = Invent(new Random(3));
        var (rows, totals) = new CoverageTable(administration, inventory, incoming, false).Compose();
        Assert.All([.. rows, totals], figures =>
        {
            Assert.Null(figures.Utilisation);
            Assert.Null(figures.DaysOfStock);
            Assert.NotNull(figures.Doses);
        });
    }

    [Fact]
    public void What_is_suppressed_in_a_row_is_in_no_total_and_no_percentage()
    {
        var few = Given("B", 50, 100) with
        {
            Doses = null,
            ByDoseNumber = new Dictionary<string, long?> { ["1"] = 90, ["2"] = null },
            BySeries = new SeriesDoses(90, null, null),
            Suppressed = true,
        };
        var many = Given("A", 50, 30) with
        {
            ByDoseNumber = new Dictionary<string, long?> { ["1"] = 20, ["2"] = 10 },
            BySeries = new SeriesDoses(20, 10, 10),
        };
        foreach (var old in new[] { false, true })
        {
            // A service of before said nothing of the series.
            AdministrationSummaryRow[] given =
                old ? [many with { BySeries = null }, few with { BySeries = null }] : [many, few];
            var (rows, totals) = new CoverageTable(
                Summary(new MeasuredSeries("1", "2", ["2"], ["1"], ["2"]), given), null, [], false).Compose();
            Assert.Equal([false, true], rows.Select(row => row.Suppressed));
            foreach (var figures in new[] { rows[1], totals })
            {
                Assert.True(figures.Suppressed);
                Assert.Equal((null, null, null), (figures.Doses, figures.ByDoseNumber!["2"], figures.Coverage!["2"]));
                Assert.Equal((null, null, null), (figures.FullyVaccinated, figures.FullyVaccinatedCoverage, figures.Dropout));
            }

            Assert.Equal((90, 90, 180m), (rows[1].ByDoseNumber!["1"], rows[1].AtLeastOneDose, rows[1].Coverage!["1"]));
            Assert.Equal((110, 110, 110m), (totals.ByDoseNumber!["1"], totals.AtLeastOneDose, totals.Coverage!["1"]));
            Assert.Equal((30, 10, 20m), (rows[0].Doses, rows[0].FullyVaccinated, rows[0].Coverage!["2"]));
        }
    }

    [Fact]
    public void Who_is_told_other_small_counts_gets_no_answer_of_theirs()
    {
        var all = new CoverageQuery("XA", null, null, ["V"], null, null, new DateOnly(2026, 3, 31), null, null, null);
        Caller[] callers =
        [
            Reads(null), Reads("A"), Reads(null, Right.LinesRead), Reads("A", Right.LinesRead), Caller.Local,
        ];
        SharedView[] views =
        [
            .. callers.Select(caller => SharedView.Of(caller, [])),
            .. new[] { 10, 20 }.Select(cell => SharedView.Of(Reads("A"), [new("XB", ["s"], ["coverage"], "region", cell)])),
        ];
        Assert.Equal(4, views.Select(all.KeyFor).Distinct().Count());
        foreach (var some in new[] { all with { Sex = "female" }, all with { AgeBand = "80+" }, all with { PriorityGroup = "care" } })
            Assert.Equal(views.Length - 1, views.Select(some.KeyFor).Distinct().Count());

        static Caller Reads(string? place, Right? also = null) => new(
            "somebody", [new Grant(new[] { Right.CoverageRead, also ?? Right.CoverageRead }.ToHashSet(), place)]);
    }

    private static AdministrationSummary Summary(MeasuredSeries series, IReadOnlyList<AdministrationSummaryRow> rows) =>
        new(Now, "V", series, Now, Now, 0, rows);

    private static AdministrationSummaryRow Given(string id, long population, long doses, string number = "1") => new(
        id, "Place " + id, "region", "XA", population, 2026, "census", doses, new Dictionary<string, long?> { [number] = doses },
        new(doses, 1));

    private static InventorySummaryRow Stock(string id, long delivered) =>
        new(id, "Place " + id, "region", "XA", delivered, delivered, delivered / 2, 0, 0, 0, 0, 0, 0, 0, 0, delivered / 2, 0);

    private static (AdministrationSummary, InventorySummary, Dictionary<string, long>) Invent(Random random)
    {
        var ids = Enumerable.Range(0, random.Next(1, 30)).Select(number => $"R{number:00}").ToArray();
        return (
            Summary(new MeasuredSeries("1", "2", ["2"]), [.. ids.Select(id =>
            {
                var doses = new Dictionary<string, long?> { ["1"] = random.Next(0, 1_000_000), ["2"] = random.Next(0, 1_000_000) };
                long? population = random.Next(10) == 0 ? null : random.Next(0, 1_000_000);
                return new AdministrationSummaryRow(id, id, "region", "XA", population, population is null ? null : 2026, null,
                    doses.Values.Sum(), doses, new RecentDoses(random.Next(1, 1_000), random.Next(1, 28)), population is null ? 1 : 0);
            })]),
            new InventorySummary(Now, null, 0, [.. ids.Select(id => new InventorySummaryRow(id, id, "region", "XA",
                random.Next(-10, 1_000_000), 0, random.Next(1_000), 0, 0, 0, random.Next(100), 0, 0, random.Next(100)))]),
            ids.ToDictionary(id => id, _ => (long)random.Next(1_000)));
    }
}
