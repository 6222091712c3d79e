using Distribution.Platform.Web;
using Distribution.Shipment.Domain;

namespace Distribution.Shipment.Store;

/// <summary>A shipment as it is answered. What is not known, or has not happened, is null.</summary>
/// <param name="ShipmentId">The caller's id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Origin">Who outside sends it, or null.</param>
/// <param name="FromFacilityId">The facility that sends it, or null.</param>
/// <param name="ToFacilityId">The facility that gets it, or null.</param>
/// <param name="Destination">Who outside gets it, or null.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="DispatchedAt">When it left.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="ReceivedBy">Who took it in.</param>
/// <param name="Reason">Why it was refused, cancelled, entered in error or discarded.</param>
/// <param name="Lines">What it holds, one vaccine and lot a line.</param>
/// <param name="RequestedLines">What was asked for, where an allocation has replaced the lines.</param>
/// <param name="History">Its steps, in the order in which they were recorded.</param>
/// <param name="Warnings">What a person who handles it should know, such as a recalled lot.</param>
/// <param name="Corrects">The shipment, entered in error, in whose place it is.</param>
/// <param name="DispatchAskedAt">When it is to leave, while Inventory looks whether what was allocated may still go.</param>
/// <param name="DispatchRefusal">Why it could not leave when it last was to.</param>
/// <param name="ReceivedAtFacilityId">Where it arrived, when that is another place than it was addressed to.</param>
/// <param name="ReceivedLater">Receipts of what had been missing, in the order in which they were recorded.</param>
internal sealed record ShipmentView(
    string ShipmentId, ShipmentState State, string? Origin, string? FromFacilityId, string? ToFacilityId, string? Destination,
    DateTimeOffset? RequestedAt, DateTimeOffset? DispatchedAt, DateTimeOffset? ReceivedAt, string? ReceivedBy, string? Reason,
    IReadOnlyList<ShipmentLineView> Lines, IReadOnlyList<ShipmentLineView>? RequestedLines,
    IReadOnlyList<ShipmentStepView> History, IReadOnlyList<string> Warnings, string? Corrects = null,
    DateTimeOffset? DispatchAskedAt = null, string? DispatchRefusal = null, string? ReceivedAtFacilityId = null,
    IReadOnlyList<LaterReceiptView>? ReceivedLater = null) : RepeatableAnswer
{
    /// <summary>The shipment with what is known of its lots, as of a moment.</summary>
    public static ShipmentView Of(ShipmentRecord shipment, IReadOnlyDictionary<LotKey, LotRecord> lots, DateTimeOffset now) => new(
        shipment.ShipmentId, shipment.State, shipment.Route.Origin, shipment.Route.FromFacilityId,
        shipment.Route.ToFacilityId, shipment.Route.Destination, Utc(shipment.RequestedAt), Utc(shipment.DispatchedAt),
        Utc(shipment.ReceivedAt), shipment.ReceivedBy, shipment.History[^1].Reason,
        [.. shipment.Lines.Select(line => Line(shipment, line, shipment.DispatchedAt is not null))],
        shipment.RequestedLines is { } asked ? [.. asked.Select(line => Line(shipment, line, false))] : null,
        [.. shipment.History.Select(
            step => new ShipmentStepView(step.State, step.At.ToUniversalTime(), step.RecordedAt, step.By, step.Reason))],
        Domain.Lots.Warnings(shipment, lots, now), shipment.Corrects, Utc(shipment.Asked?.OccurredAt), shipment.DispatchRefusal,
        shipment.ReceivedAtFacilityId, shipment.Later.Count == 0 ? null : [.. shipment.Later.Select(later =>
            new LaterReceiptView(later.OccurredAt.ToUniversalTime(), later.ReceivedBy, later.AtFacilityId,
                [.. later.Lines.Select(line => Line(shipment, line, true))]))]);

    private static DateTimeOffset? Utc(DateTimeOffset? at) => at?.ToUniversalTime();

    private static ShipmentLineView Line(ShipmentRecord shipment, ConsignedLine line, bool left) => new(
        line.VaccineId, line.LotNumber, line.ExpirationDate, line.Doses, left ? line.Doses : null,
        line.Accepted, line.Rejected, line.Missing, line.Reason, line.Extra,
        shipment.Later.Count == 0 || line.Missing is null or 0 ? null : shipment.StillMissing(line));
}

/// <summary>A receipt of what had been missing.</summary>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="ReceivedBy">Who took it in.</param>
/// <param name="ReceivedAtFacilityId">Where it arrived, when that is another place than it was addressed to.</param>
/// <param name="Lines">What came.</param>
internal sealed record LaterReceiptView(
    DateTimeOffset ReceivedAt, string? ReceivedBy, string? ReceivedAtFacilityId, IReadOnlyList<ShipmentLineView> Lines);

/// <summary>One vaccine and lot of a shipment, in doses.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">The lot.</param>
/// <param name="ExpirationDate">The lot's expiry.</param>
/// <param name="Doses">Doses asked for or allocated.</param>
/// <param name="Shipped">Doses that left.</param>
/// <param name="Accepted">Doses taken into stock.</param>
/// <param name="Rejected">Doses that came unusable.</param>
/// <param name="Missing">Doses that did not come with the others.</param>
/// <param name="Reason">Why doses were rejected, missing or more than were shipped.</param>
/// <param name="Extra">Doses that came beyond those shipped, and were taken into stock.</param>
/// <param name="StillMissing">Doses that are missing now, when some have come later.</param>
internal sealed record ShipmentLineView(
    string VaccineId, string? LotNumber, DateOnly? ExpirationDate, long Doses, long? Shipped, long? Accepted, long? Rejected,
    long? Missing, string? Reason, long? Extra = null, long? StillMissing = null);

/// <summary>One step of a shipment.</summary>
/// <param name="State">The state that it reached.</param>
/// <param name="At">When it happened.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
internal sealed record ShipmentStepView(ShipmentState State, DateTimeOffset At, DateTimeOffset RecordedAt, string By, string? Reason);
