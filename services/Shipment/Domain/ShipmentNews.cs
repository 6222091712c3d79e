using Distribution.Contracts.Shipment.V1;

namespace Distribution.Shipment.Domain;

/// <summary>What others are told of a shipment.</summary>
internal static class ShipmentNews
{
    /// <summary>Which shipment of its id; null for the first.</summary>
    public static int? Revision(ShipmentRecord shipment) => shipment.Revision == 0 ? null : shipment.Revision;

    /// <summary>Lines that hold doses.</summary>
    public static ShipmentLine[] Announced(IReadOnlyList<ConsignedLine> lines) =>
        [.. lines.Where(line => line.Doses > 0)
            .Select(line => new ShipmentLine(line.VaccineId, line.LotNumber, line.ExpirationDate, line.Doses))];

    /// <summary>That it left.</summary>
    public static ShipmentDispatched Departure(ShipmentRecord shipment, string by) => new(
        shipment.ShipmentId, shipment.Route.Origin, shipment.Route.FromFacilityId, shipment.Route.ToFacilityId,
        shipment.Route.Destination, shipment.DispatchedAt!.Value, Announced(shipment.Lines), by, Revision(shipment));

    /// <summary>That it arrived.</summary>
    public static ShipmentReceived Arrival(ShipmentRecord shipment, string by) => new(
        shipment.ShipmentId, shipment.Route.Origin, shipment.Route.FromFacilityId, shipment.Route.ToFacilityId,
        shipment.Route.Destination, shipment.DispatchedAt!.Value, shipment.ReceivedAt!.Value,
        [.. shipment.Lines.Where(line => line.Doses > 0).Select(Received)], by, Revision(shipment), shipment.ReceivedAtFacilityId);

    /// <summary>That some of what had been missing arrived.</summary>
    public static ShipmentReceivedLater LaterArrival(ShipmentRecord shipment, ReceivedLater came, string by) =>
        new(shipment.ShipmentId, Arrival(shipment, by), Later(came), by);

    /// <summary>That it was entered in error: with all that the others were, or are about to be, told of it.</summary>
    public static ShipmentEnteredInError TakenBack(ShipmentRecord shipment, string reason, string by)
    {
        var left = shipment with { DispatchedAt = shipment.DispatchedAt ?? shipment.Asked?.OccurredAt };
        return new(
            shipment.ShipmentId, left.DispatchedAt is null ? null : Departure(left, by),
            shipment.ReceivedAt is null ? null : Arrival(shipment, by),
            [.. shipment.Later.Select(Later)], reason, by, Revision(shipment));
    }

    private static LaterReceipt Later(ReceivedLater came) =>
        new(came.Number, came.AtFacilityId, came.OccurredAt, [.. came.Lines.Select(Received)]);

    private static ReceivedLine Received(ConsignedLine line) => new(
        line.VaccineId, line.LotNumber, line.ExpirationDate, line.Accepted!.Value, line.Rejected!.Value, line.Missing!.Value,
        line.Reason, line.Extra);
}
