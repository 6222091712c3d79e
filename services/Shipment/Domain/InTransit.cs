namespace Distribution.Shipment.Domain;

/// <summary>Doses that left and have not arrived.</summary>
internal static class InTransit
{
    /// <summary>
    /// How a shipment's change changes the doses in transit to a facility, by vaccine. What goes outside counts for no
    /// facility; what had arrived before it was known was never in transit.
    /// </summary>
    public static IReadOnlyDictionary<string, long> Change(ShipmentRecord? before, ShipmentRecord after)
    {
        var change = new Dictionary<string, long>();
        Add(before, -1);
        Add(after, 1);
        return change;

        void Add(ShipmentRecord? shipment, int sign)
        {
            if (shipment is not { State: ShipmentState.Dispatched, Route.ToFacilityId: not null }) return;
            foreach (var line in shipment.Lines)
                change[line.VaccineId] = change.GetValueOrDefault(line.VaccineId) + (sign * line.Doses);
        }
    }
}
