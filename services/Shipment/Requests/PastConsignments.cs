using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Distribution.Platform.Refusals;
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
/// <param name="Corrects">The shipment, entered in error, in whose place this one is.</param>
internal sealed record PastConsignment(
    [Required] string? ShipmentId, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    [Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? DispatchedAt,
    [Required][property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? ReceivedAt,
    [Required] IReadOnlyList<ShipmentLineRequest?>? Lines, string? Corrects = null)
{
    /// <summary>Reads one line, or says why it cannot be taken.</summary>
    public static CheckedConsignment? Read(NdjsonLine line, DateTimeOffset now, out LineProblem problem)
    {
        problem = new(line.Number, null, "");
        if (KnownFields.Read<PastConsignment>(line, out var consignment) is { } wrong)
        {
            problem = problem with { Reason = wrong };
            return null;
        }

        var checkedOne = consignment!.Check(line.Number, now, out var refusal);
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
        if (Corrects is not null) errors.RequireId(Corrects, "corrects");
        refusal = errors.ToRefusal();
        return refusal is null
            ? new(line, new ShipmentStart(ShipmentId!, route, Corrects, Fingerprints.OfPast(
                route, Corrects, dispatchedAt, receivedAt, lines)), dispatchedAt, receivedAt, lines)
            : null;
    }
}

/// <summary>A past consignment with nothing wrong in it.</summary>
/// <param name="Line">Its line in the body, from 1.</param>
/// <param name="Start">What it begins with.</param>
/// <param name="DispatchedAt">When it left.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Lines">What was received.</param>
internal sealed record CheckedConsignment(
    long Line, ShipmentStart Start, DateTimeOffset DispatchedAt, DateTimeOffset ReceivedAt, IReadOnlyList<ConsignedLine> Lines);
