using Distribution.Gateway.Coverage;
using Distribution.Platform.Web;

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
            ByDoseNumber = new Dictionary<string, long?> { ["1"] = 5 },
            Coverage = new Dictionary<string, decimal?> { ["1"] = 12.5m },
            DaysOfStock = 1_234.5m,
            TargetPopulationMissing = 1,
            AtLeastOneDose = 7,
            AverageDailyUse = 2.5m,
            LastReportedOn = new DateOnly(2026, 3, 31),
            Usable = 55,
            Expired = 4,
            ExpiringUnused = 12,
            ShortfallDays = 6,
            ReportingFacilities = 8,
            Facilities = 9,
            Lost = 2,
            Adjusted = -3,
            SharedBy = "XA",
            WastedOpenVials = 4,
            WastageRate = 12.5m,
            OpenVialWastageRate = 3.25m,
            ClosedVialWastageRate = 9.5m,
        };
        Assert.Equal(
            "facilityId,name,level,country,targetPopulation,populationYear,populationSource,doses,doses_1,coverage_1,fullyVaccinated,"
            + "fullyVaccinatedCoverage,dropout,delivered,onHand,inTransit,wasted,discrepancy,utilisation,daysOfStock,incoming,"
            + "targetPopulationMissing,atLeastOneDose,averageDailyUse,lastReportedOn,usable,expired,expiringUnused,shortfallDays,remainder,"
            + "reportingFacilities,facilities,lost,adjusted,vaccineId,antigen,from,to,administrationAsOf,inventoryAsOf,shipmentAsOf,"
            + "suppressed,sharedBy,wastedOpenVials,wastageRate,openVialWastageRate,closedVialWastageRate\r\n"
            + "A,\"Saint \"\"Anna\"\", upper\nvillage\",facility,XA,,,,5,5,12.5,,,,,,,,,,1234.5,,1,7,2.5,2026-03-31,55,4,12,6,,8,9,2,-3,"
            + "MMR MR,measles,2026-01-01,2026-03-31,2026-04-01T10:00:00.250Z,,2026-04-01T09:00:00.000Z,,XA,4,12.5,3.25,9.5\r\n",
            CoverageCsv.Write(View(row) with { VaccineIds = ["MMR", "MR"], Antigen = "measles", From = new(2026, 1, 1) }, ["1"]));
    }

    private static CoverageAnswer View(CoverageRow row)
    {
        var asOf = new DateTimeOffset(2026, 4, 1, 12, 0, 0, 250, TimeSpan.FromHours(2));
        return new CoverageAnswer(
            null, null, null, new DateOnly(2026, 3, 31),
            new CoverageParts(new(asOf, false), new(null, true, true), new(asOf.AddMilliseconds(-250).AddHours(-1), false)), [row], row);
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
        Assert.Equal(expected, Csv.Text(text));

    [Fact]
    public void A_negative_number_stays_a_number() =>
        Assert.Contains(",-25.5,", CoverageCsv.Write(
            View(new CoverageRow { FacilityId = "A", Name = "A", Level = "region", Country = "XA", Dropout = -25.5m }), []),
            StringComparison.Ordinal);
}
