namespace Distribution.Shipment.Domain;

/// <summary>What a receiver says of an arrival, the lines apart.</summary>
/// <param name="OccurredAt">When it arrived.</param>
/// <param name="ReceivedBy">Who took it in, or null.</param>
/// <param name="FacilityId">The facility where it arrived, when that is another than it was addressed to; else null.</param>
/// <param name="Returned">Whether it was turned back on the way, to its sender.</param>
/// <param name="Lines">What arrived.</param>
internal sealed record Receipt(
    DateTimeOffset OccurredAt, string? ReceivedBy, string? FacilityId, bool Returned, IReadOnlyList<ReceiptLine?>? Lines);

/// <summary>How a shipment arrives: once with a proof of delivery of all of it, and later what had been missing.</summary>
internal static class Receipts
{
    /// <summary>The shipment arrives, with its proof of delivery.</summary>
    public static Outcome Receive(ShipmentRecord shipment, Receipt receipt, Stamp stamp)
    {
        if (shipment.State is not ShipmentState.Dispatched) return shipment.WrongState("received");
        if (receipt.Returned && shipment.Route.FromFacilityId is null)
            return new Outcome.Invalid([new("returned", "it came from outside: say where it is with facilityId, or that it is missing")]);
        var lines = ProofOfDelivery.Compare(shipment.Lines, receipt.Lines, out var problems);
        if (problems.Count > 0) return new Outcome.Invalid(problems);
        var arrived = shipment.Step(StateOf(receipt.Returned, lines), receipt.OccurredAt, stamp) with
        {
            ReceivedAt = receipt.OccurredAt,
            ReceivedBy = receipt.ReceivedBy,
            ReceivedAtFacilityId = PlaceOf(shipment, receipt),
            Lines = lines,
        };
        return new Outcome.Accepted(arrived, [ShipmentNews.Arrival(arrived, stamp.By)]);
    }

    /// <summary>Whether a receipt that comes again says what was said before, the first time or later.</summary>
    public static bool IsRepeat(ShipmentRecord received, Receipt receipt)
    {
        var lines = ProofOfDelivery.Compare(received.Lines, receipt.Lines, out var problems);
        return (problems.Count == 0 && received.ReceivedAt == receipt.OccurredAt && received.ReceivedBy == receipt.ReceivedBy
                && received.ReceivedAtFacilityId == PlaceOf(received, receipt) && lines.SequenceEqual(received.Lines))
            || received.ReceivedLater.Any(later => later.OccurredAt == receipt.OccurredAt && later.ReceivedBy == receipt.ReceivedBy
                && later.AtFacilityId == PlaceOf(received, receipt)
                && ProofOfDelivery.Later(received, receipt.Lines, later, out _).SequenceEqual(later.Lines));
    }

    /// <summary>
    /// Some of what was missing arrives after the rest. Refused, as a receipt that differs from the first one, when it is of the same time,
    /// or of more than is missing.
    /// </summary>
    public static Outcome ReceiveLater(ShipmentRecord shipment, Receipt receipt, Stamp stamp)
    {
        if (shipment.State is not (ShipmentState.PartlyReceived or ShipmentState.Received or ShipmentState.Returned))
            return shipment.WrongState("received");
        if (IsRepeat(shipment, receipt)) return new Outcome.Unchanged();
        var missing = shipment.Lines.Sum(line => shipment.StillMissing(line) ?? 0);
        var lines = ProofOfDelivery.Later(shipment, receipt.Lines, except: null, out var problem);
        if (missing == 0 || receipt.OccurredAt == shipment.ReceivedAt || receipt.Returned || problem is not null)
        {
            var later = missing == 0 ? "" : $" {missing} of its doses are missing: when they come, receive them at their own time."
                + (problem is null ? "" : $" {problem}");
            return new Outcome.WrongState(
                $"Shipment '{shipment.ShipmentId}' was received already, at {shipment.ReceivedAt:O}, with other content: correct the stock "
                + $"with a count or an adjustment, or mark the shipment as entered in error.{later}");
        }

        var came = new LaterReceipt(
            shipment.ReceivedLater.Count + 1, receipt.OccurredAt, receipt.ReceivedBy, PlaceOf(shipment, receipt), lines);
        shipment = shipment with { ReceivedLater = [.. shipment.ReceivedLater, came] };
        var complete = shipment.Lines.All(line => line.Rejected == 0 && shipment.StillMissing(line) == 0)
            && shipment.ReceivedLater.All(each => each.Lines.All(line => line.Rejected == 0));
        var state = shipment.State is ShipmentState.PartlyReceived && complete ? ShipmentState.Received : shipment.State;
        return new Outcome.Accepted(
            shipment.Step(state, receipt.OccurredAt, stamp), [ShipmentNews.LaterArrival(shipment, came, stamp.By)]);
    }

    private static ShipmentState StateOf(bool returned, IReadOnlyList<ConsignedLine> lines) => returned ? ShipmentState.Returned
        : lines.All(line => line.Accepted == line.Doses) ? ShipmentState.Received
        : ShipmentState.PartlyReceived;

    /// <summary>Where it arrived, when that is not where it was addressed to.</summary>
    private static string? PlaceOf(ShipmentRecord shipment, Receipt receipt)
    {
        var at = receipt.Returned ? shipment.Route.FromFacilityId : receipt.FacilityId;
        return at == shipment.Route.ToFacilityId ? null : at;
    }
}
