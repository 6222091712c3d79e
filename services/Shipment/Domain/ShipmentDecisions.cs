using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;

namespace Distribution.Shipment.Domain;

/// <summary>The state machine: a shipment and what is said of it in, its new state and events or a refusal out.</summary>
internal static class ShipmentDecisions
{
    /// <summary>Starts a shipment. From a facility its stock has to be allocated; from outside it may leave at once.</summary>
    public static Outcome.Accepted Request(
        string shipmentId, ShipmentRoute route, DateTimeOffset requestedAt, IReadOnlyList<ConsignedLine> lines, string fingerprint,
        Stamp stamp)
    {
        var state = route.FromFacilityId is null ? ShipmentState.Allocated : ShipmentState.Requested;
        var shipment = new ShipmentRecord
        {
            ShipmentId = shipmentId,
            Route = route,
            State = state,
            RequestedAt = requestedAt,
            Lines = lines,
            History = [new(state, requestedAt, stamp.RecordedAt, stamp.By, null)],
            Fingerprint = fingerprint,
        };
        return new(shipment, route.FromFacilityId is null
            ? []
            : [new ShipmentRequested(
                shipmentId, route.FromFacilityId, route.ToFacilityId, route.Destination, requestedAt, Announced(lines))]);
    }

    /// <summary>
    /// A consignment that left and arrived in full before anyone told us. One of no doses is kept, and moves nothing.
    /// </summary>
    public static Outcome.Accepted Past(
        string shipmentId, ShipmentRoute route, DateTimeOffset dispatchedAt, DateTimeOffset receivedAt,
        IReadOnlyList<ConsignedLine> lines, string fingerprint, Stamp stamp)
    {
        var shipment = new ShipmentRecord
        {
            ShipmentId = shipmentId,
            Route = route,
            State = ShipmentState.Received,
            DispatchedAt = dispatchedAt,
            ReceivedAt = receivedAt,
            Lines = [.. lines.Select(line => line with { Accepted = line.Doses, Rejected = 0, Missing = 0 })],
            History =
            [
                new(ShipmentState.Dispatched, dispatchedAt, stamp.RecordedAt, stamp.By, null),
                new(ShipmentState.Received, receivedAt, stamp.RecordedAt, stamp.By, null),
            ],
            Fingerprint = fingerprint,
        };
        return new(shipment, lines.Any(line => line.Doses > 0) ? [Departure(shipment, stamp), Arrival(shipment, stamp)] : []);
    }

    /// <summary>Inventory reserved the stock. Old news unless it was being waited for.</summary>
    public static Outcome Allocate(ShipmentRecord shipment, IReadOnlyList<AllocatedLine> lines, Stamp stamp) =>
        shipment.State is not ShipmentState.Requested
            ? new Outcome.Unchanged()
            : new Outcome.Accepted(Step(shipment, ShipmentState.Allocated, stamp.RecordedAt, stamp) with
            {
                RequestedLines = shipment.Lines,
                Lines = Lots.Merge(
                    lines.Select(line => new ConsignedLine(line.VaccineId, line.LotNumber, line.ExpirationDate, line.Doses))),
            }, []);

    /// <summary>Inventory could not reserve the stock. Old news unless it was being waited for.</summary>
    public static Outcome RefuseAllocation(ShipmentRecord shipment, string reason, Stamp stamp) =>
        shipment.State is not ShipmentState.Requested
            ? new Outcome.Unchanged()
            : new Outcome.Accepted(Step(shipment, ShipmentState.Refused, stamp.RecordedAt, stamp, reason), []);

    /// <summary>The shipment leaves. An expiry that was not given is filled in from what is known of the lots.</summary>
    public static Outcome Dispatch(
        ShipmentRecord shipment, DateTimeOffset occurredAt, IReadOnlyDictionary<LotKey, LotRecord> lots, Stamp stamp)
    {
        if (shipment.State is not ShipmentState.Allocated) return WrongState(shipment, "dispatched");
        var gone = Step(shipment, ShipmentState.Dispatched, occurredAt, stamp) with
        {
            DispatchedAt = occurredAt,
            Lines = [.. shipment.Lines.Select(
                line => line with { ExpirationDate = line.ExpirationDate ?? lots.GetValueOrDefault(line.Key)?.ExpirationDate })],
        };
        return new Outcome.Accepted(gone, [Departure(gone, stamp)]);
    }

    /// <summary>The shipment arrives, with its proof of delivery.</summary>
    public static Outcome Receive(
        ShipmentRecord shipment, DateTimeOffset occurredAt, string? receivedBy, IReadOnlyList<ReceiptLine?>? receipt, Stamp stamp)
    {
        if (shipment.State is not ShipmentState.Dispatched) return WrongState(shipment, "received");
        var lines = ProofOfDelivery.Compare(shipment.Lines, receipt, out var problems);
        if (problems.Count > 0) return new Outcome.Invalid(problems);
        var state = lines.All(line => line.Accepted == line.Doses) ? ShipmentState.Received : ShipmentState.PartlyReceived;
        var arrived = Step(shipment, state, occurredAt, stamp) with { ReceivedAt = occurredAt, ReceivedBy = receivedBy, Lines = lines };
        return new Outcome.Accepted(arrived, [Arrival(arrived, stamp)]);
    }

    /// <summary>Whether a receipt that comes again says what the first one said.</summary>
    public static bool SameReceipt(
        ShipmentRecord received, DateTimeOffset occurredAt, string? receivedBy, IReadOnlyList<ReceiptLine?>? receipt)
    {
        var lines = ProofOfDelivery.Compare(received.Lines, receipt, out var problems);
        return problems.Count == 0 && received.ReceivedAt == occurredAt && received.ReceivedBy == receivedBy && lines.SequenceEqual(
            received.Lines);
    }

    /// <summary>The shipment is called off before it leaves.</summary>
    public static Outcome Cancel(ShipmentRecord shipment, string reason, Stamp stamp) =>
        shipment.State is not (ShipmentState.Requested or ShipmentState.Allocated)
            ? WrongState(shipment, "cancelled")
            : new Outcome.Accepted(
                Step(shipment, ShipmentState.Cancelled, stamp.RecordedAt, stamp, reason),
                [new ShipmentCancelled(shipment.ShipmentId, shipment.Route.FromFacilityId, reason)]);

    private static ShipmentRecord Step(
        ShipmentRecord shipment, ShipmentState state, DateTimeOffset at, Stamp stamp, string? reason = null) =>
        shipment with { State = state, History = [.. shipment.History, new(state, at, stamp.RecordedAt, stamp.By, reason)] };

    private static Outcome.WrongState WrongState(ShipmentRecord shipment, string wanted)
    {
        var reason = shipment.History[^1].Reason is { } why ? $" ({why})" : "";
        var remedy = shipment.State switch
        {
            ShipmentState.Requested => "its stock is not allocated yet: wait until it is Allocated",
            ShipmentState.Allocated => "dispatch it first",
            ShipmentState.Refused => "request a new one, with doses that are there",
            ShipmentState.Cancelled => "request a new one",
            ShipmentState.Dispatched when wanted == "cancelled" =>
                "it has left: receive it, with what was rejected or missing, or send it back with a new shipment",
            ShipmentState.Dispatched => "it has left: receive it",
            _ => "it has arrived: correct the stock with a count, an adjustment or a new shipment",
        };
        return new($"Shipment '{shipment.ShipmentId}' is {shipment.State}{reason} and cannot be {wanted}: {remedy}.");
    }

    private static ShipmentDispatched Departure(ShipmentRecord shipment, Stamp stamp) => new(
        shipment.ShipmentId, shipment.Route.Origin, shipment.Route.FromFacilityId, shipment.Route.ToFacilityId,
        shipment.Route.Destination, shipment.DispatchedAt!.Value, Announced(shipment.Lines), stamp.By);

    private static ShipmentReceived Arrival(ShipmentRecord shipment, Stamp stamp) => new(
        shipment.ShipmentId, shipment.Route.Origin, shipment.Route.FromFacilityId, shipment.Route.ToFacilityId,
        shipment.Route.Destination, shipment.DispatchedAt!.Value, shipment.ReceivedAt!.Value,
        [.. shipment.Lines.Where(line => line.Doses > 0).Select(line => new ReceivedLine(
            line.VaccineId, line.LotNumber, line.ExpirationDate, line.Accepted!.Value, line.Rejected!.Value, line.Missing!.Value,
            line.Reason))],
        stamp.By);

    private static ShipmentLine[] Announced(IReadOnlyList<ConsignedLine> lines) =>
        [.. lines.Where(line => line.Doses > 0)
            .Select(line => new ShipmentLine(line.VaccineId, line.LotNumber, line.ExpirationDate, line.Doses))];
}
