namespace Distribution.Shipment.Epcis.Kept;

/// <summary>Where events and captures lie in the store.</summary>
internal static class EpcisCollections
{
    /// <summary>Events, by the moment of their record.</summary>
    public const string Events = "epcis-events";

    /// <summary>Which events have an id, by a hash of it.</summary>
    public const string Ids = "epcis-ids";

    /// <summary>Captures, by id.</summary>
    public const string Captures = "epcis-captures";

    /// <summary>The partition of each of them.</summary>
    public const string Everything = "all";
}
