using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Requests;

/// <summary>One line of a requested shipment or past consignment, as the caller gave it.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot, or null when it is not named.</param>
/// <param name="ExpirationDate">The lot's expiry, or null when it is not known.</param>
/// <param name="Doses">Doses, 1 to 1,000,000,000; in a past consignment also 0.</param>
internal sealed record ShipmentLineRequest(
    [Required] string? VaccineId, [property: JsonConverter(typeof(LotNumberText))] string? LotNumber, DateOnly? ExpirationDate,
    [Required] long? Doses);

/// <summary>Checks what a requested shipment and a past consignment have in common.</summary>
internal static class ShipmentContent
{
    // A shipment of such an id could never be asked for: the route is another's.
    private static readonly string[] ReservedIds = ["summary", "pipeline"];

    /// <summary>Whether no shipment can have this id.</summary>
    public static bool IsReserved(string? shipmentId) => ReservedIds.Contains(shipmentId);

    /// <summary>Checks the caller's id.</summary>
    public static void CheckId(string? shipmentId, FieldErrors errors)
    {
        errors.RequireId(shipmentId, "shipmentId");
        errors.Require(!IsReserved(shipmentId), "shipmentId", $"'{shipmentId}' is reserved: choose another id");
    }

    /// <summary>The route, when nothing is wrong with it.</summary>
    public static ShipmentRoute Route(string? origin, string? from, string? to, string? destination, FieldErrors errors)
    {
        if (origin is null == from is null)
            errors.Add("fromFacilityId", "say exactly one of fromFacilityId (a facility) and origin (someone outside)");
        if (to is null == destination is null)
            errors.Add("toFacilityId", "say exactly one of toFacilityId (a facility) and destination (someone outside)");
        if (origin is not null && destination is not null)
            errors.Add("destination", "origin and destination are both outside: one end must be a facility");
        if (from is not null) errors.RequireId(from, "fromFacilityId");
        if (to is not null) errors.RequireId(to, "toFacilityId");
        if (from is not null && from == to)
            errors.Add("toFacilityId", "is where it comes from: name another facility");
        if (origin is not null && Limits.NameProblem(origin) is { } badOrigin) errors.Add("origin", badOrigin);
        if (destination is not null && Limits.NameProblem(destination) is { } badDestination) errors.Add("destination", badDestination);
        return new(origin, from, to, destination);
    }

    /// <summary>The moment, when nothing is wrong with it.</summary>
    public static DateTimeOffset Time(DateTimeOffset? at, string field, DateTimeOffset now, FieldErrors errors)
    {
        if (Limits.TimeProblem(at, now) is { } problem) errors.Add(field, problem);
        return at ?? default;
    }

    /// <summary>The lines, those of one vaccine and lot added up, when nothing is wrong with them.</summary>
    /// <param name="lines">What the caller gave.</param>
    /// <param name="dosesMin">1, or 0 for facts from the past: real deliveries of nothing are on record and not to be lost.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static IReadOnlyList<ConsignedLine> Lines(IReadOnlyList<ShipmentLineRequest?>? lines, long dosesMin, FieldErrors errors)
    {
        if (lines is not { Count: > 0 and <= Limits.LinesMax })
        {
            errors.Add("lines", lines is not { Count: > 0 }
                ? "is missing: give at least one line with vaccineId and doses"
                : $"has {lines.Count} lines: at most {Limits.LinesMax}, so split the shipment");
            return [];
        }

        var read = new List<ConsignedLine>(lines.Count);
        var expiries = new Dictionary<LotKey, DateOnly>();
        for (var index = 0; index < lines.Count; index++)
        {
            var field = $"lines[{index}]";
            if (lines[index] is not { } line)
            {
                errors.Add(field, "must be an object");
                continue;
            }

            errors.RequireId(line.VaccineId, $"{field}.vaccineId");
            errors.Require(line.LotNumber is null || LotNumber.Is(line.LotNumber), $"{field}.lotNumber", LotNumber.Rule);
            errors.Require(line.Doses >= dosesMin && line.Doses <= Limits.DosesMax, $"{field}.doses",
                line.Doses is null ? "is missing: say how many doses" : $"{line.Doses} doses: must be {dosesMin} to {Limits.DosesMax}");
            if (line.ExpirationDate is { } expiry)
            {
                errors.Require(
                    expiry >= Limits.Earliest, $"{field}.expirationDate", $"is before {Limits.Earliest:yyyy-MM-dd}: correct the year");
                var key = new LotKey(line.VaccineId ?? "", line.LotNumber);
                if (!expiries.TryAdd(key, expiry) && expiries[key] != expiry)
                    errors.Add($"{field}.expirationDate", $"{key} has another expiration date in an earlier line: say one");
            }

            read.Add(new(line.VaccineId ?? "", line.LotNumber, line.ExpirationDate, line.Doses ?? 0));
        }

        return errors.ToRefusal() is null ? Lots.Merge(read) : [];
    }
}
