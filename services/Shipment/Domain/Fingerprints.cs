using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Distribution.SharedKernel.Rules;

namespace Distribution.Shipment.Domain;

/// <summary>
/// Whether two requests with one id say the same. Compared is what they mean: the instant with its day, whatever the offset, or the clock
/// where no offset was sent, whatever zone is known of the place; the lines in any order.
/// </summary>
internal static class Fingerprints
{
    /// <summary>The content of a request for a shipment.</summary>
    public static string OfRequest(
        ShipmentRoute route, string? corrects, bool allowPartial, Moment requestedAt, IReadOnlyList<ConsignedLine> lines) =>
        Of(allowPartial ? "partial request" : "request", route, corrects, [requestedAt], lines);

    /// <summary>The content of a past consignment.</summary>
    public static string OfPast(
        ShipmentRoute route, string? corrects, Moment dispatchedAt, Moment receivedAt,
        IReadOnlyList<ConsignedLine> lines) =>
        Of("past", route, corrects, [dispatchedAt, receivedAt], lines);

    /// <summary>The content of a consignment that has left.</summary>
    public static string OfLeft(ShipmentRoute route, string? corrects, Moment dispatchedAt, IReadOnlyList<ConsignedLine> lines) =>
        Of("left", route, corrects, [dispatchedAt], lines);

    private static string Of(
        string kind, ShipmentRoute route, string? corrects, Moment[] times, IReadOnlyList<ConsignedLine> lines)
    {
        var text = new StringBuilder();
        Add(kind);
        Add(route.Origin);
        Add(route.FromFacilityId);
        Add(route.ToFacilityId);
        Add(route.Destination);
        if (corrects is not null) Add($"corrects {corrects}");
        foreach (var time in times)
        {
            var utc = time.In(TimeZoneInfo.Utc).UtcDateTime;
            Add(Number(utc.Ticks));
            if (utc.Date != time.Clock.Date) Add(Number(time.Clock.Date.Ticks));
        }

        foreach (var line in lines.OrderBy(line => line.VaccineId, StringComparer.Ordinal)
            .ThenBy(line => line.LotNumber, StringComparer.Ordinal))
        {
            Add(line.VaccineId);
            Add(line.LotNumber);
            Add(line.ExpirationDate is { } day ? Number(day.DayNumber) : null);
            Add(Number(line.Doses));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

        // Each part goes with its length, so that no two contents run together into the same text.
        void Add(string? part) => text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part};");
        static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
