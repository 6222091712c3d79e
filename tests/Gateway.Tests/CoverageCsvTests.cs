using Distribution.Gateway.Coverage;

namespace Distribution.Gateway.Tests;

public sealed class CoverageCsvTests
{
    [Fact]
    public void Names_are_quoted_and_unknown_figures_are_empty()
    {
        var row = new CoverageRow
        {
            FacilityId = "A",
            Name = "Saint \"Anna\", upper\nvillage",
            Level = "facility",
            Country = "XA",
            Doses = 5,
            ByDoseNumber = new Dictionary<string, long> { ["1"] = 5 },
            Coverage = new Dictionary<string, decimal?> { ["1"] = 12.5m },
            DaysOfStock = 1_234.5m,
            TargetPopulationMissing = 1,
            AtLeastOneDose = 7,
            AverageDailyUse = 2.5m,
            LastReportedOn = new DateOnly(2026, 3, 31),
            Usable = 55,
            Expired = 4,
            ShortfallDays = 6,
            ReportingFacilities = 8,
            Facilities = 9,
        };
        Assert.Equal(
            "facilityId,name,level,country,targetPopulation,populationYear,populationSource,doses,doses_1,coverage_1,fullyVaccinated,"
            + "fullyVaccinatedCoverage,dropout,delivered,onHand,inTransit,wasted,discrepancy,utilisation,daysOfStock,incoming,"
            + "targetPopulationMissing,atLeastOneDose,averageDailyUse,lastReportedOn,usable,expired,shortfallDays,remainder,"
            + "reportingFacilities,facilities\r\n"
            + "A,\"Saint \"\"Anna\"\", upper\nvillage\",facility,XA,,,,5,5,12.5,,,,,,,,,,1234.5,,1,7,2.5,2026-03-31,55,4,6,,8,9\r\n",
            CoverageCsv.Write([row], ["1"]));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@sum", "'@sum")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_text_that_a_spreadsheet_would_calculate_is_marked_as_text(string? text, string expected) =>
        Assert.Equal(expected, CoverageCsv.Text(text));

    [Fact]
    public void A_negative_number_stays_a_number() =>
        Assert.Contains(",-25.5,", CoverageCsv.Write(
            [new CoverageRow { FacilityId = "A", Name = "A", Level = "region", Country = "XA", Dropout = -25.5m }], []),
            StringComparison.Ordinal);
}
