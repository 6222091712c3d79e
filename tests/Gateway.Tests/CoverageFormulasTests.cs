using Distribution.Gateway.Coverage;
using FsCheck;
using FsCheck.Fluent;

namespace Distribution.Gateway.Tests;

public sealed class CoverageFormulasTests
{
    private static readonly Gen<long> Counts = Gen.Choose(0, 2_000_000_000).Select(count => (long)count);
    private static readonly Gen<long> Positive = Gen.Choose(1, 2_000_000_000).Select(count => (long)count);

    [Fact]
    public void A_percentage_is_within_half_a_hundredth_of_the_ratio_and_never_clamped() =>
        Prop.ForAll(Arb.From(Counts.Zip(Positive)), pair =>
        {
            var coverage = CoverageFormulas.Coverage(pair.Item1, pair.Item2)!.Value;
            return Math.Abs(coverage - (decimal)pair.Item1 * 100 / pair.Item2) <= 0.005m && coverage == Math.Round(coverage, 2);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Coverage_rises_with_doses_beyond_a_hundred_percent() =>
        Prop.ForAll(Arb.From(Counts.Zip(Positive)), pair =>
            CoverageFormulas.Coverage(pair.Item1 + pair.Item2, pair.Item2) == CoverageFormulas.Coverage(pair.Item1, pair.Item2) + 100)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Dropout_is_negative_exactly_when_more_last_than_first_doses_were_given() =>
        Prop.ForAll(Arb.From(Gen.Choose(1, 5_000).Zip(Gen.Choose(0, 5_000))), pair =>
            Math.Sign(CoverageFormulas.Dropout(pair.Item1, pair.Item2)!.Value) == Math.Sign(pair.Item1 - pair.Item2))
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 800, "0.13")]
    [InlineData(1, 200, "0.5")]
    [InlineData(145_134_032, 159_922_147, "90.75")]
    [InlineData(3, 2, "150")]
    [InlineData(-1, 800, "-0.13")]
    public void Percentages_round_half_away_from_zero(long part, long whole, string expected) =>
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), CoverageFormulas.Utilisation(part, whole));

    [Fact]
    public void What_is_unknown_or_divided_by_nothing_is_null_and_never_zero()
    {
        Assert.Null(CoverageFormulas.Coverage(null, 10));
        Assert.Null(CoverageFormulas.Coverage(10, null));
        Assert.Null(CoverageFormulas.Coverage(10, 0));
        Assert.Equal(0m, CoverageFormulas.Coverage(0, 10));
        Assert.Null(CoverageFormulas.Dropout(0, 0));
        Assert.Null(CoverageFormulas.Dropout(10, null));
        Assert.Null(CoverageFormulas.DaysOfStock(10, 0, 28).Days);
        Assert.Null(CoverageFormulas.DaysOfStock(10, 5, 0).Days);
        Assert.Null(CoverageFormulas.DaysOfStock(null, 5, 5).Days);
        Assert.Null(CoverageFormulas.Sum([]));
        Assert.Null(CoverageFormulas.Sum([1, null]));
        Assert.Null(CoverageFormulas.AverageDailyUse(null, 5));
        Assert.Null(CoverageFormulas.AverageDailyUse(0, 0));
        Assert.Equal(0m, CoverageFormulas.AverageDailyUse(0, 5));
    }

    [Fact]
    public void Days_of_stock_is_what_is_on_hand_by_the_average_daily_use()
    {
        Assert.Equal(10m, CoverageFormulas.AverageDailyUse(280, 28));
        Assert.Equal(70m, CoverageFormulas.DaysOfStock(700, 280, 28).Days);
        Assert.Equal(14m, CoverageFormulas.DaysOfStock(1_400, 2_800, 28).Days);
        Assert.Equal(0.3m, CoverageFormulas.DaysOfStock(1, 4, 1).Days);
        Assert.Equal(0m, CoverageFormulas.DaysOfStock(0, 4, 1).Days);
        Assert.Equal(-2.5m, CoverageFormulas.DaysOfStock(-10, 4, 1).Days);
    }

    [Fact]
    public void Stock_that_expires_before_it_can_be_used_does_not_count()
    {
        // 10 a day. Of 300 that last 20 days 200 can be used, then 100 of 400 that last 30 days, and 50 without an expiry.
        Assert.Equal((35m, 400L), CoverageFormulas.DaysOfStock(750, 280, 28, [new(30, 400), new(20, 300)]));

        // The first lot is used up before it expires.
        Assert.Equal((30m, 0L), CoverageFormulas.DaysOfStock(300, 280, 28, [new(20, 150), new(30, 150)]));
        Assert.Equal((3m, 570L), CoverageFormulas.DaysOfStock(600, 280, 28, [new(3, 400), new(3, 200)]));

        // Two places use twice as much of it a day.
        Assert.Equal((20m, 300L), CoverageFormulas.DaysOfStock(700, 560, 28, [new(20, 350), new(20, 350)]));
        Assert.Equal((null, null), CoverageFormulas.DaysOfStock(600, 0, 28, [new(3, 400)]));
    }
}
