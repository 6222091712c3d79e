using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;

namespace Distribution.Administration.Tests;

public sealed class CoverageNumbersTests
{
    private static MeasuredSeries Of(params string[] doses) =>
        Series.Of([.. doses.Select(dose => new SeriesDose(dose.TrimEnd('!'), dose.EndsWith('!')))]);

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
    public void A_vaccine_without_a_series_has_nothing_to_measure() => Assert.Equal((null, null), (Of().First, Of().Last));

    [Fact]
    public void Doses_come_in_the_order_of_the_series()
    {
        var ordered = Series.InOrder(
            [new("2", false), new("1", true)], new Dictionary<string, long> { ["1"] = 3, ["B1"] = 1, ["A"] = 2, ["gone"] = 0 });
        Assert.Equal([new("2", 0), new("1", 3), new("A", 2), new("B1", 1)], ordered);
    }

    [Fact]
    public void Recent_days_are_the_last_that_have_reports()
    {
        Assert.Equal(new Recent(0, 0), default(Recent).Before([]));
        Assert.Equal(new Recent(5, 2), default(Recent).Before([0, 2, 0, 3, 0]));
        var many = Enumerable.Range(1, 40).Select(day => (long)day).ToArray();
        Assert.Equal(new Recent(many[12..].Sum(), 28), default(Recent).Before(many));
        Assert.Equal(default(Recent).Before(many), default(Recent).Before(many[20..]).Before(many[..20]));
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

    private static Target? Target(string place, Dictionary<string, TargetPopulation> set, string? age = null, string? sex = null) =>
        Distribution.Administration.Domain.Target.Of(
            place, set.GetValueOrDefault, id => id switch { "IT" => ["LAZ", "LOM"], "LAZ" => ["RM", "LT"], _ => [] }, age, sex);

    [Fact]
    public void A_place_without_a_target_population_has_the_sum_of_its_children()
    {
        var set = new Dictionary<string, TargetPopulation>
        {
            ["LOM"] = Set(2021, "ISTAT", new TargetCell(null, null, 10)),
            ["RM"] = Set(2021, "ISTAT", new TargetCell("0-9", null, 3), new TargetCell("10+", null, 4)),
            ["LT"] = Set(2020, "ISTAT", new TargetCell("10+", null, 5)),
        };
        Assert.Equal(new Target(12, null, "ISTAT"), Target("LAZ", set));
        Assert.Equal(new Target(22, null, "ISTAT"), Target("IT", set));
        Assert.Equal(new Target(9, null, "ISTAT"), Target("IT", set, age: "10+"));
        Assert.Equal(new Target(3, 2021, "ISTAT"), Target("LAZ", set, age: "0-9"));
        Assert.Null(Target("IT", set, sex: "F"));
        Assert.Null(Target("LT", new()));
        set["LAZ"] = Set(2022, "region", new TargetCell(null, null, 100));
        Assert.Equal(new Target(100, 2022, "region"), Target("LAZ", set));
        Assert.Null(Target("LAZ", set, age: "10+"));
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
        Assert.Equal(["cells[0].population"], Set(2021, "s", new TargetCell("a", null, -1)).Problems().Select(problem => problem.Field));
    }
}
