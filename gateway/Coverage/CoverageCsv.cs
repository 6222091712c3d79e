using System.Globalization;
using System.Text;
using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Web;

namespace Distribution.Gateway.Coverage;

/// <summary>
/// A coverage view as CSV by RFC 4180: a header, then one row a place. Unknown is empty; numbers are invariant. What holds for all rows is
/// in each of them, so that files of several views can be put together.
/// </summary>
public static class CoverageCsv
{
    /// <summary>Writes the rows.</summary>
    /// <param name="view">The view.</param>
    /// <param name="doseNumbers">The dose numbers, each of which gets a column of doses and one of coverage.</param>
    public static string Write(CoverageAnswer view, IReadOnlyList<string> doseNumbers)
    {
        string[] ofAll =
        [
            string.Join(' ', view.VaccineIds), Csv.Text(view.Antigen), Day(view.From), Day(view.AsOf),
            Moment(view.Parts.Administration.AsOf), Moment(view.Parts.Inventory.AsOf), Moment(view.Parts.Shipment.AsOf),
        ];
        string[] covered = [.. doseNumbers.Where(number => !NoDoseNumber.Is(number))];
        var csv = new StringBuilder();
        Csv.Line(csv, [
            "facilityId", "name", "level", "country", "targetPopulation", "populationYear", "populationSource", "doses",
            .. doseNumbers.Select(number => "doses_" + number), .. covered.Select(number => "coverage_" + number),
            "fullyVaccinated", "fullyVaccinatedCoverage", "dropout", "delivered", "onHand", "inTransit", "wasted",
            "discrepancy", "utilisation", "daysOfStock", "incoming", "targetPopulationMissing", "atLeastOneDose", "averageDailyUse",
            "lastReportedOn", "usable", "expired", "expiringUnused", "shortfallDays", "remainder", "reportingFacilities",
            "facilities", "lost", "adjusted", "vaccineId", "antigen", "from", "to", "administrationAsOf", "inventoryAsOf",
            "shipmentAsOf", "suppressed", "sharedBy", "wastedOpenVials", "wastageRate", "openVialWastageRate", "closedVialWastageRate"]);
        foreach (var row in view.Rows)
        {
            Csv.Line(csv, [
                Csv.Text(row.FacilityId), Csv.Text(row.Name), Csv.Text(row.Level), Csv.Text(row.Country), Number(row.TargetPopulation),
                Number(row.PopulationYear), Csv.Text(row.PopulationSource), Number(row.Doses),
                .. doseNumbers.Select(number => Number(row.ByDoseNumber?.GetValueOrDefault(number))),
                .. covered.Select(number => Number(row.Coverage?.GetValueOrDefault(number))),
                Number(row.FullyVaccinated), Number(row.FullyVaccinatedCoverage), Number(row.Dropout), Number(row.Delivered),
                Number(row.OnHand), Number(row.InTransit), Number(row.Wasted), Number(row.Discrepancy),
                Number(row.Utilisation), Number(row.DaysOfStock), Number(row.Incoming), Number(row.TargetPopulationMissing),
                Number(row.AtLeastOneDose), Number(row.AverageDailyUse), Day(row.LastReportedOn),
                Number(row.Usable), Number(row.Expired), Number(row.ExpiringUnused), Number(row.ShortfallDays), row.Remainder ? "true" : "",
                Number(row.ReportingFacilities), Number(row.Facilities), Number(row.Lost), Number(row.Adjusted), .. ofAll,
                row.Suppressed ? "true" : "", Csv.Text(row.SharedBy), Number(row.WastedOpenVials), Number(row.WastageRate),
                Number(row.OpenVialWastageRate), Number(row.ClosedVialWastageRate)]);
        }

        return csv.ToString();
    }

    private static string Number<T>(T? value) where T : struct, IFormattable =>
        value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture) ?? "";

    private static string Moment(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";
}
