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
    /// <summary>How often what was missing may be received: each is told again when the shipment is taken back.</summary>
    public const int LaterMax = 10;

    /// <summary>The shipment arrives, with its proof of delivery.</summary>
    public static Outcome Receive(ShipmentRecord shipment, Receipt receipt, Stamp stamp)
    {
        if (shipment.State is not ShipmentState.Dispatched) return shipment.WrongState("received");
        if (receipt.Returned && shipment.Route.FromFacilityId is null)
            return new Outcome.Invalid([new("returned", "it came from outside: say where it is with facilityId, or that it is missing")]);
        if (shipment.DispatchedAt is { } left && IsOfDayBefore(receipt.OccurredAt, left))
        {
            return new Outcome.Invalid([new("occurredAt",
                $"is {receipt.OccurredAt:yyyy-MM-dd}, before the day on which it left, {left:yyyy-MM-dd}: correct it; or, if it left "
                + "earlier, mark the shipment as entered in error and enter it again")]);
        }

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

    /// <summary>Whether a receipt that comes again says what the first one said.</summary>
    public static bool IsRepeat(ShipmentRecord received, Receipt receipt)
    {
        var lines = ProofOfDelivery.Compare(received.Lines, receipt.Lines, out var problems);
        return problems.Count == 0 && received.ReceivedAt is { } at && Departures.IsSame(at, receipt.OccurredAt)
            && received.ReceivedBy == receipt.ReceivedBy && received.ReceivedAtFacilityId == PlaceOf(received, receipt)
            && lines.SequenceEqual(received.Lines);
    }

    /// <summary>
    /// Some of what was missing arrives after the rest: where the rest did, when nothing else is said. Refused, as a receipt that differs
    /// from the first one, when it is of no later time, or of more than is missing.
    /// </summary>
    public static Outcome ReceiveLater(ShipmentRecord shipment, Receipt receipt, Stamp stamp)
    {
        if (shipment.State is not (ShipmentState.PartlyReceived or ShipmentState.Received or ShipmentState.Returned))
            return shipment.WrongState("received");
        var at = LaterPlaceOf(shipment, receipt.FacilityId, receipt.Returned);
        if (shipment.Later.Any(IsIt)) return new Outcome.Unchanged();

        var missing = shipment.Lines.Sum(line => shipment.StillMissing(line) ?? 0);
        string? problem = null;
        var lines = missing == 0 ? [] : LaterDelivery.Compare(shipment, receipt.Lines, out problem);
        problem ??= missing == 0 ? "None of its doses are missing."
            : receipt.OccurredAt <= shipment.ReceivedAt ? $"{missing} of its doses are missing: receive those that come at a later time."
            : shipment.Later.Count == LaterMax ? $"Its missing doses were received {LaterMax} times already: adjust the stock."
            : null;
        if (problem is not null)
        {
            return new Outcome.WrongState(
                $"Shipment '{shipment.ShipmentId}' was received already, at {shipment.ReceivedAt?.ToUniversalTime():O}, with other "
                + $"content. {problem} To correct what was received, count or adjust the stock, or mark the shipment as entered in error.");
        }

        var came = new ReceivedLater(shipment.Later.Count + 1, receipt.OccurredAt, receipt.ReceivedBy, at, lines);
        shipment = shipment with { Later = [.. shipment.Later, came] };
        var complete = missing == lines.Sum(line => line.Doses) && shipment.Lines.All(line => line.Rejected == 0)
            && shipment.Later.All(each => each.Lines.All(line => line.Rejected == 0));
        var state = shipment.State is ShipmentState.PartlyReceived && complete ? ShipmentState.Received : shipment.State;
        return new Outcome.Accepted(
            shipment.Step(state, receipt.OccurredAt, stamp), [ShipmentNews.LaterArrival(shipment, came, stamp.By)]);

        bool IsIt(ReceivedLater known)
        {
            if (known.OccurredAt != receipt.OccurredAt || known.ReceivedBy != receipt.ReceivedBy || known.AtFacilityId != at) return false;
            var before = shipment with { Later = [.. shipment.Later.Where(other => other != known)] };
            return LaterDelivery.Compare(before, receipt.Lines, out var wrong).SequenceEqual(known.Lines) && wrong is null;
        }
    }

    // On the clocks of both, which may show other days: those of one day may differ, and a day alone is its midnight.
    private static bool IsOfDayBefore(DateTimeOffset at, DateTimeOffset left) =>
        at.Date < left.Date && at.Date < left.ToOffset(at.Offset).Date;

    private static ShipmentState StateOf(bool returned, IReadOnlyList<ConsignedLine> lines) => returned ? ShipmentState.Returned
        : lines.All(line => line.Accepted == line.Doses) ? ShipmentState.Received
        : ShipmentState.PartlyReceived;

    /// <summary>Where a shipment arrives by a receipt, the first one or one of what had been missing; null outside.</summary>
    /// <param name="shipment">The shipment as it is.</param>
    /// <param name="facilityId">Where the receipt says that it is, or null.</param>
    /// <param name="returned">Whether it says that it was turned back.</param>
    public static string? ArrivesAt(ShipmentRecord shipment, string? facilityId, bool returned) => (shipment.ReceivedAt is null
        ? PlaceOf(shipment, facilityId, returned)
        : LaterPlaceOf(shipment, facilityId, returned)) ?? shipment.Route.ToFacilityId;

    private static string? LaterPlaceOf(ShipmentRecord shipment, string? facilityId, bool returned) =>
        facilityId is null && (!returned || shipment.State is ShipmentState.Returned)
            ? shipment.ReceivedAtFacilityId
            : PlaceOf(shipment, facilityId, returned);

    private static string? PlaceOf(ShipmentRecord shipment, Receipt receipt) => PlaceOf(shipment, receipt.FacilityId, receipt.Returned);

    // When that is not where it was addressed to.
    private static string? PlaceOf(ShipmentRecord shipment, string? facilityId, bool returned)
    {
        var at = returned ? shipment.Route.FromFacilityId : facilityId;
        return at == shipment.Route.ToFacilityId ? null : at;
    }
}
