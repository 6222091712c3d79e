using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Tests;

public sealed class CoverageNumbersTests
{
    private static MeasuredSeries Of(params string[] doses) =>
        Series.Of([.. doses.Select(dose => new SeriesDose(dose.Trim('^', '!'), dose.EndsWith('!'), dose.StartsWith('^') ? true : null))]);

    [Fact]
    public void A_single_dose_vaccine_completes_its_series_flagged_or_not()
    {
        foreach (var series in (MeasuredSeries[])[Of("1"), Of("1!")])
        {
            Assert.Equal("1", series.First);
            Assert.Null(series.Last);
            Assert.Equal(["1"], series.Completing);
        }
    }

    [Fact]
    public void A_dose_without_a_number_is_the_one_of_a_series_of_one_and_else_none_of_it()
    {
        SeriesDose only = new("B1", true), other = new("2", true);
        Assert.Equal("B1", Series.NumberOf([only], "unspecified"));
        Assert.Equal("unspecified", Series.NumberOf([only, other], "unspecified"));
        Assert.Equal("unspecified", Series.NumberOf([], "unspecified"));
        Assert.Equal(("2", "subpotent"), (Series.NumberOf([only], "2"), Series.NumberOf([only], "subpotent")));
    }

    [Fact]
    public void Dropout_goes_to_the_first_dose_that_completes_the_series()
    {
        var series = Of("1", "2!", "B1", "B2!");
        Assert.Equal(("1", "2"), (series.First, series.Last));
        Assert.Equal(["2", "B2"], series.Completing);
    }

    [Fact]
    public void A_series_that_flags_nothing_is_measured_to_its_last_dose()
    {
        var series = Of("1", "2", "3");
        Assert.Equal(("1", "3"), (series.First, series.Last));
        Assert.Empty(series.Completing);
    }

    [Fact]
    public void A_first_dose_that_completes_leaves_no_dropout() => Assert.Null(Of("1!", "B1").Last);

    [Fact]
    public void Several_doses_may_start_a_series_and_a_single_one_may_do_all_of_it()
    {
        var mixed = Of("^1", "2!", "^J!", "B1!");
        Assert.Equal(["1", "J"], mixed.Starting);
        Assert.Equal(["2", "J", "B1"], mixed.Completing);
        Assert.Equal(["2", "J"], mixed.Lasts);
        Assert.Equal(["A2", "B2"], Of("^A1", "A2!", "^B1", "B2!").Lasts);
        Assert.Equal(["3"], Of("^P1", "^H1", "2", "3!").Lasts);
        Assert.Empty(Of("^J!", "^K!").Lasts!);
    }

    [Fact]
    public void A_product_for_second_doses_says_that_it_starts_nothing()
    {
        var second = Series.Of([new("2", true, StartsSeries: false)]);
        Assert.Empty(second.Starting!);
        Assert.Equal(["2"], second.Completing);
        Assert.Equal(["2"], second.Lasts!);
        Assert.Equal(["2"], Series.Of([new("2", true, false), new("B1", true)]).Lasts!);
    }

    [Fact]
    public void Doses_of_several_products_count_by_the_series_of_each()
    {
        var (two, single, second) = (Of("1", "2!"), Of("1"), Series.Of([new("2", true, StartsSeries: false)]));
        (MeasuredSeries, IReadOnlyDictionary<string, long>)[] given =
        [
            (two, new Dictionary<string, long> { ["1"] = 100, ["2"] = 60 }), (single, new Dictionary<string, long> { ["1"] = 50 }),
            (second, new Dictionary<string, long> { ["2"] = 20 }),
        ];
        Assert.Equal(new SeriesDoses(150, 130, 130), Series.Count(given));
        Assert.Equal(new SeriesDoses(50, 50, null), Series.Count([given[1]]));
        Assert.Equal(new SeriesDoses(null, null, null), Series.Count([(Of(), new Dictionary<string, long>())]));
        var together = Series.Together([two, single, second]);
        Assert.Equal((null, null), (together.First, together.Last));
        Assert.Equal(["2", "1"], together.Completing);
        Assert.Equal(["1"], together.Starting!);
    }

    [Fact]
    public void Of_vaccines_against_the_same_the_largest_target_population_of_a_year_holds()
    {
        var (small, large, old) = (Set(2021, "s", new TargetCell("0-4", "F", 60), new TargetCell("0-4", "M", 40)),
            Set(2021, "s", new TargetCell("0-4", null, 110)), Set(2020, "s", new TargetCell(null, null, 900)));
        Assert.Same(large, TargetPopulation.Holding([old, small, large], null, 2021));
        Assert.Same(large, TargetPopulation.Holding([large, small, old], null, 2022));
        Assert.Same(small, TargetPopulation.Holding([old, large, small], null, 2021, sex: "F"));
        Assert.Same(old, TargetPopulation.Holding([old, small, large], null, 2020));
    }

    [Fact]
    public void A_vaccine_without_a_series_has_nothing_to_measure() => Assert.Equal((null, null), (Of().First, Of().Last));

    [Fact]
    public void Doses_come_in_the_order_of_the_series()
    {
        var ordered = Series.InOrder(
            [new("2", false), new("1", true)], new Dictionary<string, long> { ["1"] = 3, ["B1"] = 1, ["A"] = 2, ["gone"] = 0 });
        Assert.Equal([new("2", 0), new("1", 3), new("A", 2), new("B1", 1)], ordered);
    }

    [Fact]
    public void Recent_days_end_with_the_last_report_and_count_those_without()
    {
        var last = new DateOnly(2026, 3, 28);
        Assert.Equal(default, Recent.Of([]));
        Assert.Equal(new Recent(5, 1, last), Recent.Of([(last, 5)]));
        Assert.Equal(new Recent(5, 10, last), Recent.Of([(last, 2), (last.AddDays(-9), 3)]));
        Assert.Equal(new Recent(280, 28, last), Recent.Of([.. Enumerable.Range(0, 9).Select(week => (last.AddDays(-7 * week), 70L))]));
    }

    [Fact]
    public void Recent_days_of_places_together_are_the_same_for_all()
    {
        var (january, june) = (new DateOnly(2026, 1, 28), new DateOnly(2026, 6, 28));
        Assert.Equal(new Recent(280, 28, june), Recent.Together([new(280, 28, january), default, new(280, 28, june)], 280));
        Assert.Equal(new Recent(9, 5, june), Recent.Together([new(4, 2, june), new(5, 3, june.AddDays(-2))], 9));
        Assert.Equal(default, Recent.Together([default], 0));
        Assert.Equal(default, Recent.Together([], 0));
    }

    [Theory]
    [InlineData("2026-03-31", "day", "2026-03-31")]
    [InlineData("2026-03-31", "week", "2026-03-30")]
    [InlineData("2026-03-29", "week", "2026-03-23")]
    [InlineData("2026-03-30", "week", "2026-03-30")]
    [InlineData("2026-01-01", "week", "2025-12-29")]
    [InlineData("2026-03-31", "month", "2026-03-01")]
    public void A_day_belongs_to_a_step(string day, string by, string step) =>
        Assert.Equal(DateOnly.Parse(step, null), TrendBy.StepOf(DateOnly.Parse(day, null), by));

    private static TargetPopulation Set(int year, string source, params TargetCell[] cells) => new(year, source, cells);

    private static Target Target(string place, Dictionary<string, TargetPopulation> set, string? age = null, string? sex = null) =>
        Distribution.Administration.Domain.Target.Of(
            place, id => set.TryGetValue(id, out var own) ? [own] : [],
            id => id switch { "IT" => ["LAZ", "LOM"], "LAZ" => ["RM", "LT"], _ => [] }, age, sex);

    private static (long?, int?, string?, string) Said(Target target) =>
        (target.People, target.Year, target.Source, string.Join(',', target.Bare));

    [Fact]
    public void A_place_without_a_target_population_has_the_sum_of_its_children()
    {
        var set = new Dictionary<string, TargetPopulation>
        {
            ["LOM"] = Set(2021, "ISTAT", new TargetCell(null, null, 10)),
            ["RM"] = Set(2021, "ISTAT", new TargetCell("0-9", null, 3), new TargetCell("10+", null, 4)),
            ["LT"] = Set(2020, "ISTAT", new TargetCell("10+", null, 5)),
        };
        Assert.Equal((12, null, "ISTAT", ""), Said(Target("LAZ", set)));
        Assert.Equal((22, null, "ISTAT", ""), Said(Target("IT", set)));
        Assert.Equal((9, null, "ISTAT", "LOM"), Said(Target("IT", set, age: "10+")));
        Assert.Equal((3, 2021, "ISTAT", "LT"), Said(Target("LAZ", set, age: "0-9")));
        Assert.Equal((null, null, null, "IT"), Said(Target("IT", set, sex: "F")));
        Assert.Equal((null, null, null, "LT"), Said(Target("LT", [])));
        set["LAZ"] = Set(2022, "region", new TargetCell(null, null, 100));
        Assert.Equal((100, 2022, "region", ""), Said(Target("LAZ", set)));
        Assert.Equal((null, null, null, "LAZ"), Said(Target("LAZ", set, age: "10+")));
        set.Remove("LAZ");
        set.Remove("LOM");
        set.Remove("LT");
        Assert.Equal((7, 2021, "ISTAT", "LT,LOM"), Said(Target("IT", set)));
    }

    [Theory]
    [InlineData(2019, 2020)]
    [InlineData(2020, 2020)]
    [InlineData(2022, 2021)]
    [InlineData(2023, 2023)]
    [InlineData(2030, 2023)]
    public void The_newest_target_population_that_is_not_of_a_later_year_holds_or_else_the_oldest(int year, int holding)
    {
        TargetPopulation[] set = [Set(2021, "s"), Set(2023, "s"), Set(2020, "s"), Set(2022, "s") with { DoseNumber = "2" }];
        Assert.Equal(holding, TargetPopulation.Holding(set, null, year)!.Year);
        Assert.Equal(holding, TargetPopulation.Holding(set, "1", year)!.Year);
        Assert.Equal(2022, TargetPopulation.Holding(set, "2", year)!.Year);
        Assert.Null(TargetPopulation.Holding([], "2", year));
    }

    [Fact]
    public void A_target_population_that_would_count_people_twice_is_refused()
    {
        Assert.Empty(Set(2021, "s", new TargetCell("a", "F", 1), new TargetCell("a", "M", 0)).Problems());
        Assert.Equal(["cells[1]"], Set(2021, "s", new TargetCell(null, null, 1), new TargetCell("a", null, 1)).Problems()
            .Select(problem => problem.Field));
        Assert.Equal(["cells[1]"], Set(2021, "s", new TargetCell("a", null, 1), new TargetCell("a", null, 1)).Problems()
            .Select(problem => problem.Field));
        Assert.Equal(["year", "source", "cells"], Set(0, "").Problems().Select(problem => problem.Field));
        Assert.Equal(["doseNumber"], (Set(2021, "s", new TargetCell(null, null, 1)) with { DoseNumber = "first dose" }).Problems()
            .Select(problem => problem.Field));
        Assert.Equal(["cells[0].population"], Set(2021, "s", new TargetCell("a", null, -1)).Problems().Select(problem => problem.Field));
    }
}
