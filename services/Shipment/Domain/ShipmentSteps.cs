namespace Distribution.Shipment.Domain;

/// <summary>What the steps of a shipment share.</summary>
internal static class ShipmentSteps
{
    /// <summary>The shipment in another state, with the step in its history.</summary>
    public static ShipmentRecord Step(
        this ShipmentRecord shipment, ShipmentState state, DateTimeOffset at, Stamp stamp, string? reason = null) =>
        shipment with { State = state, History = [.. shipment.History, new(state, at, stamp.RecordedAt, stamp.By, reason)] };

    /// <summary>Why its state does not allow something, and what to do instead.</summary>
    public static Outcome.WrongState WrongState(this ShipmentRecord shipment, string wanted)
    {
        var last = shipment.History[^1];
        var who = shipment.Counts ? "" : $" since {last.RecordedAt:yyyy-MM-dd}, by {last.By}";
        var reason = last.Reason is { } why ? $" ({why})" : "";
        var remedy = shipment.State switch
        {
            ShipmentState.Requested => "its stock is not allocated yet: wait until it is Allocated",
            ShipmentState.Allocated => "dispatch it first",
            ShipmentState.Refused => "request a new one, with doses that are there",
            ShipmentState.Cancelled => "request a new one",
            ShipmentState.EnteredInError => "enter the right one under another id that says corrects",
            ShipmentState.Discarded => "enter the right one, under this id or another",
            ShipmentState.Dispatched =>
                "it has left: receive it, with what was rejected or missing, or as returned; or mark it as entered in error",
            _ => "it has arrived: correct the stock with a count, an adjustment or a new shipment, or mark it as entered in error",
        };
        return new($"Shipment '{shipment.ShipmentId}' is {shipment.State}{who}{reason} and cannot be {wanted}: {remedy}.");
    }
}
