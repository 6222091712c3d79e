using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Requests;

/// <summary>A consignment that left and arrived in full in the past: one line of a bulk body.</summary>
/// <param name="ShipmentId">The caller's id.</param>
/// <param name="Origin">Who outside sent it, instead of <paramref name="FromFacilityId"/>.</param>
/// <param name="FromFacilityId">The facility that sent it.</param>
/// <param name="ToFacilityId">The facility that got it.</param>
/// <param name="Destination">Who outside got it, instead of <paramref name="ToFacilityId"/>.</param>
/// <param name="DispatchedAt">When it left.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Lines">What was received.</param>
internal sealed record PastConsignment(
    [Required] string? ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    [Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? DispatchedAt,
    [Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? ReceivedAt,
    [Required] IReadOnlyList<ShipmentLineRequest?>? Lines)
{
    /// <summary>Reads one line, or says why it cannot be taken.</summary>
    public static CheckedConsignment? Read(NdjsonLine line, DateTimeOffset now, out LineProblem problem)
    {
        problem = new(line.Number, null, Ndjson.TooLongReason);
        if (line.TooLong) return null;
        PastConsignment? consignment;
        try
        {
            consignment = JsonSerializer.Deserialize<PastConsignment>(line.Bytes.Span, StoreJson.Options);
        }
        catch (JsonException malformed)
        {
            problem = problem with { Reason = Malformed(malformed) };
            return null;
        }

        if (consignment is null)
        {
            problem = problem with { Reason = "the line is null: send one JSON object a line" };
            return null;
        }

        var checkedOne = consignment.Check(line.Number, now, out var refusal);
        problem = new(line.Number, consignment.ShipmentId, refusal?.Detail ?? "");
        return checkedOne;
    }

    private CheckedConsignment? Check(long line, DateTimeOffset now, out Refusal? refusal)
    {
        var errors = new FieldErrors();
        ShipmentContent.CheckId(ShipmentId, errors);
        var route = ShipmentContent.Route(Origin, FromFacilityId, ToFacilityId, Destination, errors);
        var dispatchedAt = ShipmentContent.Time(DispatchedAt, "dispatchedAt", now, errors);
        var receivedAt = ShipmentContent.Time(ReceivedAt, "receivedAt", now, errors);
        if (receivedAt < dispatchedAt && ReceivedAt is not null)
            errors.Add("receivedAt", "is before dispatchedAt: correct one of them");
        var lines = ShipmentContent.Lines(Lines, dosesMin: 0, errors);
        refusal = errors.ToRefusal();
        return refusal is null
            ? new(line, ShipmentId!, route, dispatchedAt, receivedAt, lines, Fingerprints.OfPast(route, dispatchedAt, receivedAt, lines))
            : null;
    }

    private static string Malformed(JsonException malformed)
    {
        var where = malformed.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "the line";
        return $"{where}: is malformed JSON or of the wrong type, at byte {malformed.BytePositionInLine}: send one JSON object a line";
    }
}

/// <summary>A past consignment with nothing wrong in it.</summary>
/// <param name="Line">Its line in the body, from 1.</param>
/// <param name="ShipmentId">The caller's id.</param>
/// <param name="Route">From where to where.</param>
/// <param name="DispatchedAt">When it left.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Lines">What was received.</param>
/// <param name="Fingerprint">Its content.</param>
internal sealed record CheckedConsignment(
    long Line, string ShipmentId, ShipmentRoute Route, DateTimeOffset DispatchedAt, DateTimeOffset ReceivedAt,
    IReadOnlyList<ConsignedLine> Lines, string Fingerprint);
