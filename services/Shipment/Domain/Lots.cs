namespace Distribution.Shipment.Domain;

/// <summary>What is known of a lot.</summary>
/// <param name="VaccineId">Its vaccine.</param>
/// <param name="LotNumber">The maker's lot number.</param>
/// <param name="Version">The version of the lot; an older one is ignored.</param>
/// <param name="ExpirationDate">The last day on which it may be used, or null when it is not known.</param>
/// <param name="Status"><c>APPROVED</c>, <c>QUARANTINED</c> or <c>RECALLED</c>.</param>
/// <param name="StatusFrom">The first day on which a status other than <c>APPROVED</c> holds, or null.</param>
internal sealed record LotRecord(
    string VaccineId, string LotNumber, long Version, DateOnly? ExpirationDate, string Status, DateOnly? StatusFrom)
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>What shipments need to know of lots.</summary>
internal static class Lots
{
    /// <summary>The status of a lot with nothing against it.</summary>
    public const string Approved = "APPROVED";

    /// <summary>
    /// The lines with those of one vaccine and lot added up, in the order in which each first comes, so that a receipt
    /// can name every line. The first expiry that is known is kept.
    /// </summary>
    public static IReadOnlyList<ConsignedLine> Merge(IEnumerable<ConsignedLine> lines)
    {
        var merged = new List<ConsignedLine>();
        var places = new Dictionary<LotKey, int>();
        foreach (var line in lines)
        {
            if (places.TryGetValue(line.Key, out var place))
            {
                var first = merged[place];
                merged[place] =
                    first with { Doses = checked(first.Doses + line.Doses), ExpirationDate = first.ExpirationDate ?? line.ExpirationDate };
            }
            else
            {
                places.Add(line.Key, merged.Count);
                merged.Add(line);
            }
        }

        return merged;
    }

    /// <summary>What a person who handles this shipment should know; a real shipment is never refused for it.</summary>
    /// <param name="shipment">The shipment.</param>
    /// <param name="lots">What is known of its lots.</param>
    /// <param name="now">The moment of asking: before receipt an expiry is compared with it.</param>
    public static IReadOnlyList<string> Warnings(
        ShipmentRecord shipment, IReadOnlyDictionary<LotKey, LotRecord> lots, DateTimeOffset now)
    {
        var warnings = new List<string>();
        if (shipment.DispatchedAt < shipment.RequestedAt) warnings.Add("dispatched before it was requested");
        if (shipment.ReceivedAt < shipment.DispatchedAt) warnings.Add("received before it was dispatched");
        var day = DateOnly.FromDateTime((shipment.ReceivedAt ?? now).DateTime);
        foreach (var line in shipment.Lines)
        {
            var lot = lots.GetValueOrDefault(line.Key);
            if (lot is { Status: not Approved })
                warnings.Add($"{line.Key} is {lot.Status}{(lot.StatusFrom is { } from ? $" from {from:yyyy-MM-dd}" : "")}");
            if ((lot?.ExpirationDate ?? line.ExpirationDate) is { } expiry && expiry < day)
                warnings.Add($"{line.Key} expired on {expiry:yyyy-MM-dd}");
            if (lot?.ExpirationDate is { } holds && line.ExpirationDate is { } said && said != holds)
                warnings.Add($"{line.Key} was said to expire on {said:yyyy-MM-dd}: {holds:yyyy-MM-dd} holds, look at a vial");
        }

        return warnings;
    }
}
