using System.ComponentModel.DataAnnotations;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Rules;
using Distribution.Shipment.Domain;
using Distribution.Shipment.Store;

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
    [Required] Moment? DispatchedAt,
    [Required] Moment? ReceivedAt,
    [Required] IReadOnlyList<ShipmentLineRequest?>? Lines, string? Corrects = null)
{
    /// <summary>Reads one line, or says why it cannot be taken.</summary>
    public static async ValueTask<(CheckedConsignment? Consignment, LineProblem? Problem)> Read(
        BulkLines lines, NdjsonLine line, ShipmentPlaces places, ShipmentRights rights, DateTimeOffset now,
        CancellationToken cancel)
    {
        var number = line.Number;
        if (lines.Read<PastConsignment>(line, out var read) is { } wrong) return (null, new LineProblem(number, null, wrong));
        // First of all: what a time without an offset means tells where a place is.
        if (rights.RefusePast(read!.FromFacilityId, read.ToFacilityId) is { } hidden)
            return (null, new LineProblem(number, read.ShipmentId, hidden.Detail));
        var dispatchedAt = await places.At(read.DispatchedAt, cancel, read.FromFacilityId, read.ToFacilityId);
        var receivedAt = await places.At(read.ReceivedAt, cancel, read.ToFacilityId, read.FromFacilityId);
        return read.Check(number, dispatchedAt, receivedAt, now, out var refusal) is { } consignment
            ? (consignment, null)
            : (null, new LineProblem(number, read.ShipmentId, refusal!.Detail));
    }

    private CheckedConsignment? Check(
        long line, DateTimeOffset? left, DateTimeOffset? arrived, DateTimeOffset now, out Refusal? refusal)
    {
        var errors = new FieldErrors();
        ShipmentContent.CheckId(ShipmentId, errors);
        var route = ShipmentContent.Route(Origin, FromFacilityId, ToFacilityId, Destination, errors);
        var dispatchedAt = ShipmentContent.Time(left, "dispatchedAt", now, errors);
        var receivedAt = ShipmentContent.Time(arrived, "receivedAt", now, errors);
        if (receivedAt < dispatchedAt && ReceivedAt is not null)
            errors.Add("receivedAt", "is before dispatchedAt: correct one of them");
        var lines = ShipmentContent.Lines(Lines, dosesMin: 0, errors);
        if (Corrects is not null) errors.RequireId(Corrects, "corrects");
        refusal = errors.ToRefusal();
        return refusal is null
            ? new(line, new ShipmentStart(ShipmentId!, route, Corrects, Fingerprints.OfPast(
                route, Corrects, DispatchedAt!.Value, ReceivedAt!.Value, lines)), dispatchedAt, receivedAt, lines)
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
