namespace Distribution.Gateway.Domain;

/// <summary>How far a service had sent its events when it was asked.</summary>
/// <param name="UpTo">Every event that it committed before this moment had been sent, but for those that are parked.</param>
/// <param name="Parked">Its events that could not be sent.</param>
public readonly record struct Published(DateTimeOffset UpTo, long Parked);

/// <summary>
/// As of when a part is: the moment before which every acknowledged fact is in it. Administration and Shipment make
/// their figures in the commits that acknowledge, so theirs is the moment at which they were read. Inventory's also
/// come from what these two tell it.
/// </summary>
public static class AsOf
{
    /// <summary>As of when Inventory's figures are; null when it is not known.</summary>
    /// <param name="inventory">Its figures.</param>
    /// <param name="sources">
    /// How far each service that it hears from was, asked before Inventory was: asked later, it would speak of events that
    /// have been sent since. Null for one that never answered.
    /// </param>
    public static DateTimeOffset? Inventory(InventorySummary inventory, params ReadOnlySpan<Published?> sources)
    {
        if (inventory.ConsumedUpTo is not { } asOf) return null;
        if (inventory.AsOf < asOf) asOf = inventory.AsOf;
        foreach (var source in sources)
        {
            if (source is not { } published) return null;
            if (published.UpTo < asOf) asOf = published.UpTo;
        }

        return asOf;
    }

    /// <summary>Events that Inventory never got, because they could not be sent: a person should look. As far as is known.</summary>
    public static long Parked(params ReadOnlySpan<Published?> sources)
    {
        long parked = 0;
        foreach (var source in sources) parked += source?.Parked ?? 0;
        return parked;
    }
}
