using Distribution.Administration.Domain;

namespace Distribution.Administration.Tests;

public sealed class AgeBandsTests
{
    [Theory]
    [InlineData("0-11m", 0, 12)]
    [InlineData("0m-11m", 0, 12)]
    [InlineData("12m+", 12, int.MaxValue)]
    [InlineData("<12m", 0, 12)]
    [InlineData("<5", 0, 60)]
    [InlineData("12-15", 144, 192)]
    [InlineData("12–15", 144, 192)]
    [InlineData("80+", 960, int.MaxValue)]
    public void A_band_holds_the_ages_of_its_name(string band, int from, int until) =>
        Assert.Equal((from, until), AgeBands.MonthsIn(band));

    [Theory]
    [InlineData("1m-5")]
    [InlineData("adults")]
    [InlineData("15-12")]
    [InlineData("<0")]
    [InlineData("12m")]
    [InlineData("0-11m\n")]
    [InlineData("1234+")]
    [InlineData("")]
    public void A_name_of_no_ages_holds_none(string band) => Assert.Null(AgeBands.MonthsIn(band));

    [Theory]
    [InlineData("2025-03-15", "2026-03-14", "0-11m")]
    [InlineData("2025-03-15", "2026-03-15", "12-23m")]
    [InlineData("2024-02-29", "2026-02-28", "12-23m")]
    [InlineData("2020-01-01", "2026-03-01", "5+")]
    [InlineData("2026-03-02", "2026-03-01", null)]
    [InlineData("2023-01-01", "2026-03-01", null)]
    public void Somebody_is_in_the_band_of_the_age_on_the_day(string bornOn, string on, string? band) => Assert.Equal(
        band, AgeBands.Of(DateOnly.Parse(bornOn, null), DateOnly.Parse(on, null), ["0-11m", "12-23m", "children", "5+"]));
}
