using Distribution.Interop.Dhis2;

namespace Distribution.Interop.Tests.Dhis2;

public sealed class PeriodTests
{
    [Theory]
    [InlineData("20260301", PeriodType.Daily, "2026-03-01", "2026-03-01", "2026-03-01/P1D")]
    [InlineData("2026W10", PeriodType.Weekly, "2026-03-02", "2026-03-08", "2026-03-02/P7D")]
    [InlineData("2026W1", PeriodType.Weekly, "2025-12-29", "2026-01-04", "2025-12-29/P7D")]
    [InlineData("2026W53", PeriodType.Weekly, "2026-12-28", "2027-01-03", "2026-12-28/P7D")]
    [InlineData("202602", PeriodType.Monthly, "2026-02-01", "2026-02-28", "2026-02-01/P1M")]
    [InlineData("2024Q1", PeriodType.Quarterly, "2024-01-01", "2024-03-31", "2024-01-01/P3M")]
    [InlineData("2026Q4", PeriodType.Quarterly, "2026-10-01", "2026-12-31", "2026-10-01/P3M")]
    [InlineData("2026", PeriodType.Yearly, "2026-01-01", "2026-12-31", "2026-01-01/P1Y")]
    public void A_period_is_read_and_written(string id, PeriodType type, string first, string last, string adx)
    {
        var period = Period.Parse(id)!.Value;
        Assert.Equal(new Period(type, DateOnly.Parse(first, null), DateOnly.Parse(last, null)), period);
        Assert.Equal((id, adx), (period.Id, period.Adx));
        Assert.Equal(period, Period.ParseAdx(adx));
    }

    [Theory]
    [InlineData("")]
    [InlineData("202613")]
    [InlineData("20260229")]
    [InlineData("2025W53")]
    [InlineData("2026W0")]
    [InlineData("2026W010")]
    [InlineData("2026Q5")]
    [InlineData("2026S1")]
    [InlineData("0001")]
    [InlineData("9999W53")]
    [InlineData("٢٠٢٦")]
    [InlineData(" 2026")]
    public void What_is_no_period_is_not_read(string id) => Assert.Null(Period.Parse(id));

    [Theory]
    [InlineData("2026-03-02/P1M")]
    [InlineData("2026-03-01/P7D")]
    [InlineData("2026-03-01/P2M")]
    [InlineData("9999-12-01/P1M")]
    [InlineData("2026-03-01")]
    public void What_is_no_period_of_ADX_is_not_read(string text) => Assert.Null(Period.ParseAdx(text));

    [Fact]
    public void Only_whole_periods_lie_in_some_days()
    {
        string[] Within(PeriodType type, string from, string to) =>
            [.. Period.Within(type, DateOnly.Parse(from, null), DateOnly.Parse(to, null), 1_000).Select(period => period.Id)];
        Assert.Equal(["202602", "202603"], Within(PeriodType.Monthly, "2026-01-02", "2026-03-31"));
        Assert.Equal(["2026W1"], Within(PeriodType.Weekly, "2025-12-28", "2026-01-10"));
        Assert.Empty(Within(PeriodType.Yearly, "2026-01-01", "2026-12-30"));
        Assert.Empty(Within(PeriodType.Daily, "9999-12-31", "9999-12-31"));
    }

    [Fact]
    public void Each_day_of_many_years_is_in_one_period_of_each_type()
    {
        foreach (var type in Enum.GetValues<PeriodType>())
        {
            Period? before = null;
            for (var day = new DateOnly(2019, 1, 1); day.Year < 2031; day = day.AddDays(1))
            {
                var period = Period.Of(type, day);
                Assert.InRange(day, period.First, period.Last);
                Assert.Equal(period, Period.Parse(period.Id));
                if (before is { } last && last != period) Assert.Equal((last.Last.AddDays(1), day), (period.First, period.First));
                before = period;
            }
        }
    }
}
