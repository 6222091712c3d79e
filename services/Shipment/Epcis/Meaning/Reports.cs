using System.Globalization;
using Distribution.Platform.Storage;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>Where reports lie in the store, and under what they wait.</summary>
internal static class Reports
{
    /// <summary>Reports, by key.</summary>
    public const string Collection = "epcis-reports";

    /// <summary>The reports that wait for a thing (partition), by key.</summary>
    public const string Waiting = "epcis-waiting";

    /// <summary>The reports that do not count, by key.</summary>
    public const string NotCounting = "epcis-not-counting";

    /// <summary>The content of logistic units (partition), in the order of time.</summary>
    public const string Packed = "epcis-packed";

    /// <summary>What is known of consignments, by key.</summary>
    public const string Consignments = "epcis-consignments";

    /// <summary>The partition of collections that have only one.</summary>
    public const string Everything = "all";

    private static readonly byte[] IndexBody = "{}"u8.ToArray();

    /// <summary>The key of a report of an event.</summary>
    public static string KeyOf(string eventKey, int number) => string.Create(CultureInfo.InvariantCulture, $"{eventKey}.{number:D4}");

    /// <summary>The reports of an event, with what this change did so far.</summary>
    public static async ValueTask<IReadOnlyList<Report>> ReportsOf(this ITransaction tx, string eventKey)
    {
        var found = new List<Report>();
        while (await tx.Find<Report>(Collection, Everything, KeyOf(eventKey, found.Count)) is { } report) found.Add(report);
        return found;
    }

    /// <summary>Keeps a report's new state.</summary>
    public static async ValueTask Save(this ITransaction tx, Report? before, Report now)
    {
        if (before == now) return;
        await tx.Put(Collection, Everything, now.Key, now);
        IReadOnlyList<string> waited = before?.Missing ?? [], waits = now.Missing ?? [];
        foreach (var thing in waited.Except(waits)) await tx.Delete(Waiting, thing, now.Key);
        foreach (var thing in waits.Except(waited)) await tx.Put(Waiting, thing, now.Key, IndexBody);
        var (did, does) = (IsNotCounting(before), IsNotCounting(now));
        if (does && !did) await tx.Put(NotCounting, Everything, now.Key, IndexBody);
        else if (did && !does) await tx.Delete(NotCounting, Everything, now.Key);
    }

    private static bool IsNotCounting(Report? report) => report?.State is ReportState.Held or ReportState.ForPerson;
}

/// <summary>What is known of a consignment.</summary>
/// <param name="ShipmentId">The shipment that it is, or null before it left.</param>
/// <param name="ShippedBy">The report by which it left, or null.</param>
/// <param name="ArrivedAt">The facility where it arrived, or null.</param>
/// <param name="Turns">How many shipments it has been: another where the one before was entered in error.</param>
internal sealed record Consignment(string? ShipmentId = null, string? ShippedBy = null, string? ArrivedAt = null, int Turns = 0)
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>That something was put into a logistic unit, or taken out.</summary>
/// <param name="TakesOut">Whether it was taken out; all where nothing is named.</param>
/// <param name="Items">Trade items.</param>
/// <param name="Units">Units.</param>
internal sealed record Packing(bool TakesOut, IReadOnlyList<MovedItem> Items, IReadOnlyList<string> Units)
{
    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;
}
