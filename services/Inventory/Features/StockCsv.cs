using System.Globalization;
using System.Text;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Distribution.Inventory.Features;

/// <summary>A page of stock positions as CSV.</summary>
internal static class StockCsv
{
    private const string FileName = "stock.csv";

    /// <summary>The answer; where there is another page, its address is in the header Link (RFC 8288).</summary>
    public static IResult Answer(Page<StockPosition> page, HttpContext http)
    {
        if (page.Next is { } next)
        {
            var query = http.Request.Query.Where(parameter => parameter.Key != "after")
                .Select(parameter => KeyValuePair.Create(parameter.Key, parameter.Value.ToString()));
            http.Response.Headers.Link = $"<{http.Request.Path}{new QueryBuilder(query) { { "after", next } }}>; rel=\"next\"";
        }

        return Results.File(Encoding.UTF8.GetBytes(Write(page.Items)), $"{Csv.MediaType}; charset=utf-8", FileName);
    }

    /// <summary>Writes positions: a header, then a row each.</summary>
    internal static string Write(IReadOnlyList<StockPosition> positions)
    {
        var csv = new StringBuilder();
        Csv.Line(csv, [
            "facilityId", "vaccineId", "lotNumber", "expirationDate", "otherExpirationDate", "usableUntil", "onHand", "usable", "expired",
            "recalled", "reserved", "available", "quarantined", "discrepancy"]);
        foreach (var at in positions)
        {
            Csv.Line(csv, [
                Csv.Text(at.FacilityId), Csv.Text(at.VaccineId), Csv.Text(at.LotNumber), Day(at.ExpirationDate),
                Day(at.OtherExpirationDate), Day(at.UsableUntil), Number(at.OnHand), Number(at.Usable), Number(at.Expired),
                Number(at.Recalled), Number(at.Reserved), Number(at.Available), Number(at.Quarantined), Number(at.Discrepancy)]);
        }

        return csv.ToString();
    }

    private static string Number(long? doses) => doses?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture) ?? "";
}
