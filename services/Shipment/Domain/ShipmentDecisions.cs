using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Shipment.V1;

namespace Distribution.Shipment.Domain;

/// <summary>
/// The state machine: a shipment and what is said of it in, its new state and events or a refusal out. How it leaves is in
/// <see cref="Departures"/>, how it arrives in <see cref="Receipts"/>.
/// </summary>
internal static class ShipmentDecisions
{
    /// <summary>Starts a shipment. From a facility its stock has to be allocated; from outside it may leave at once.</summary>
    public static Outcome.Accepted Request(
        ShipmentStart start, DateTimeOffset requestedAt, bool allowPartial, IReadOnlyList<ConsignedLine> lines, Stamp stamp)
    {
        var route = start.Route;
        var state = route.FromFacilityId is null ? ShipmentState.Allocated : ShipmentState.Requested;
        var shipment = start.Shipment(state, lines, [new(state, requestedAt, stamp.RecordedAt, stamp.By, null)]) with
        {
            RequestedAt = requestedAt,
            AllowPartial = allowPartial,
        };
        return new(shipment, route.FromFacilityId is null
            ? []
            : [new ShipmentRequested(
                shipment.ShipmentId, route.FromFacilityId, route.ToFacilityId, route.Destination, requestedAt,
                ShipmentNews.Announced(lines), ShipmentNews.Revision(shipment), allowPartial ? true : null)]);
    }

    /// <summary>
    /// A consignment that has left, as a fact like a past one: its stock is not asked for, since it is gone. It arrives like any other.
    /// </summary>
    public static Outcome.Accepted Left(
        ShipmentStart start, DateTimeOffset dispatchedAt, IReadOnlyList<ConsignedLine> lines, Stamp stamp)
    {
        var shipment = start.Shipment(
            ShipmentState.Dispatched, lines, [new(ShipmentState.Dispatched, dispatchedAt, stamp.RecordedAt, stamp.By, null)]) with
        {
            DispatchedAt = dispatchedAt,
        };
        return new(shipment, [ShipmentNews.Departure(shipment, stamp.By)]);
    }

    /// <summary>
    /// A consignment that left and arrived in full before anyone told us. One of no doses is kept, and moves nothing.
    /// </summary>
    public static Outcome.Accepted Past(
        ShipmentStart start, DateTimeOffset dispatchedAt, DateTimeOffset receivedAt, IReadOnlyList<ConsignedLine> lines, Stamp stamp)
    {
        var shipment = start.Shipment(
            ShipmentState.Received, [.. lines.Select(line => line with { Accepted = line.Doses, Rejected = 0, Missing = 0 })],
            [
                new(ShipmentState.Dispatched, dispatchedAt, stamp.RecordedAt, stamp.By, null),
                new(ShipmentState.Received, receivedAt, stamp.RecordedAt, stamp.By, null),
            ]) with
        {
            DispatchedAt = dispatchedAt,
            ReceivedAt = receivedAt,
        };
        return new(shipment, lines.Any(line => line.Doses > 0)
            ? [ShipmentNews.Departure(shipment, stamp.By), ShipmentNews.Arrival(shipment, stamp.By)]
            : []);
    }

    /// <summary>Inventory reserved the stock. Old news unless it was being waited for.</summary>
    public static Outcome Allocate(ShipmentRecord shipment, IReadOnlyList<AllocatedLine> lines, Stamp stamp) =>
        shipment.State is not ShipmentState.Requested
            ? new Outcome.Unchanged()
            : new Outcome.Accepted(shipment.Step(ShipmentState.Allocated, stamp.RecordedAt, stamp) with
            {
                RequestedLines = shipment.Lines,
                Lines = Lots.Merge(
                    lines.Select(line => new ConsignedLine(line.VaccineId, line.LotNumber, line.ExpirationDate, line.Doses))),
            }, []);

    /// <summary>Inventory could not reserve the stock. Old news unless it was being waited for.</summary>
    public static Outcome RefuseAllocation(ShipmentRecord shipment, string reason, Stamp stamp) =>
        shipment.State is not ShipmentState.Requested
            ? new Outcome.Unchanged()
            : new Outcome.Accepted(shipment.Step(ShipmentState.Refused, stamp.RecordedAt, stamp, reason), []);

    /// <summary>The shipment is called off before it leaves.</summary>
    public static Outcome Cancel(ShipmentRecord shipment, string reason, Stamp stamp)
    {
        if (shipment.State is not (ShipmentState.Requested or ShipmentState.Allocated)) return shipment.WrongState("cancelled");
        if (shipment.Asked is not null) return Departures.Wait(shipment);
        return new Outcome.Accepted(
            shipment.Step(ShipmentState.Cancelled, stamp.RecordedAt, stamp, reason),
            [new ShipmentCancelled(shipment.ShipmentId, shipment.Route.FromFacilityId, reason, ShipmentNews.Revision(shipment))]);
    }

    /// <summary>The shipment was entered in error, wherever it stands: all that followed from it is to be taken back.</summary>
    public static Outcome EnterInError(ShipmentRecord shipment, string reason, Stamp stamp)
    {
        if (!shipment.Counts) return shipment.WrongState("entered in error again");
        return new Outcome.Accepted(
            shipment.Step(ShipmentState.EnteredInError, stamp.RecordedAt, stamp, reason) with { Asked = null },
            [ShipmentNews.TakenBack(shipment, reason, stamp.By)]);
    }

    /// <summary>Inventory held what was told of the shipment, and a person gave it up. Old news when it is of a shipment before it under
    /// its id.</summary>
    public static Outcome Discard(ShipmentRecord shipment, ShipmentDiscarded news, Stamp stamp) =>
        (news.Revision ?? 0) != shipment.Revision || !shipment.Counts
            ? new Outcome.Unchanged()
            : new Outcome.Accepted(
                shipment.Step(ShipmentState.Discarded, stamp.RecordedAt, stamp with { By = news.RequestedBy }, news.Reason) with
                {
                    Asked = null,
                }, []);
}

/// <summary>What a new shipment begins with, whether it is asked for or has long arrived.</summary>
/// <param name="ShipmentId">The caller's id.</param>
/// <param name="Route">From where to where.</param>
/// <param name="Corrects">The shipment, entered in error, in whose place it is; or null.</param>
/// <param name="Fingerprint">What tells whether a repeated request has the same content.</param>
/// <param name="Revision">Which shipment of this id: 0 for the first.</param>
internal sealed record ShipmentStart(string ShipmentId, ShipmentRoute Route, string? Corrects, string Fingerprint, int Revision = 0)
{
    /// <summary>The shipment.</summary>
    public ShipmentRecord Shipment(ShipmentState state, IReadOnlyList<ConsignedLine> lines, IReadOnlyList<ShipmentStep> history) => new()
    {
        ShipmentId = ShipmentId,
        Revision = Revision,
        Corrects = Corrects,
        Route = Route,
        State = state,
        Lines = lines,
        History = history,
        Fingerprint = Fingerprint,
    };
}
