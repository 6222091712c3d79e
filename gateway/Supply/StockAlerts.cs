using System.ComponentModel.DataAnnotations;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Coverage;
using Distribution.Gateway.Services;

namespace Distribution.Gateway.Supply;

/// <summary>What may have to be done about the stock of a place.</summary>
internal static class StockAlertKind
{
    /// <summary>Nothing usable lies there, and nothing was given or sent beyond what is known to have come.</summary>
    public const string StockOut = "stockOut";

    /// <summary>Nothing usable is known to lie there, and doses were given or sent all the same: what came was not recorded.</summary>
    public const string Unrecorded = "unrecorded";

    /// <summary>What is usable lasts for few days at the pace of the last weeks.</summary>
    public const string Low = "low";

    /// <summary>Expired doses still lie there.</summary>
    public const string Expired = "expired";

    /// <summary>Doses of recalled lots still lie there.</summary>
    public const string Recalled = "recalled";

    /// <summary>Usable doses expire soon.</summary>
    public const string Expiring = "expiring";

    /// <summary>Usable doses expire later, but not much later.</summary>
    public const string ExpiringLater = "expiringLater";

    /// <summary>All of them, the most pressing first.</summary>
    public static string[] All { get; } = [StockOut, Low, Unrecorded, Expired, Recalled, Expiring, ExpiringLater];
}

/// <summary>From when on something is worth an alert.</summary>
/// <param name="LowDays">Stock that lasts for less than so many days is low.</param>
/// <param name="ExpiringDays">Doses that may be used for fewer than so many days, today included, expire soon.</param>
/// <param name="ExpiringLaterDays">Those that may be used for fewer than so many, and do not expire soon, expire later.</param>
internal sealed record StockThresholds(int LowDays, int ExpiringDays, int ExpiringLaterDays);

/// <summary>Something that may have to be done about the stock of one vaccine at one place.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Doses">The doses that it is about: expired, recalled or expiring ones, those given beyond what is known to have come; of
/// low stock what is usable; 0 of a stock-out.</param>
/// <param name="Usable">Doses there that may be used.</param>
/// <param name="AverageDailyUse">Doses a day over the last 28 days that were reported; null where none are known.</param>
/// <param name="DaysOfStock">For how many days what is usable lasts at that pace; null where that is not known.</param>
/// <param name="Day">The earliest expiry of expired doses, the first last usable day of those that expire; else null.</param>
internal sealed record StockAlert(
    string FacilityId, string VaccineId, long Doses, long Usable, decimal? AverageDailyUse, decimal? DaysOfStock, DateOnly? Day);

/// <summary>The alerts of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">Places and vaccines that it holds of; null where that is not known, because a service does not answer.</param>
/// <param name="Doses">Their doses.</param>
/// <param name="Items">The most pressing of them: stock-outs of the highest use, low stock of the fewest days, what expires first, else
/// the most doses.</param>
internal sealed record StockAlertsOfKind(
    [property: AllowedValues(
        StockAlertKind.StockOut, StockAlertKind.Low, StockAlertKind.Unrecorded, StockAlertKind.Expired, StockAlertKind.Recalled,
        StockAlertKind.Expiring, StockAlertKind.ExpiringLater)] string Kind,
    int? Count, long? Doses, IReadOnlyList<StockAlert> Items);

/// <summary>What of the stock of places asks for something to be done, by kind.</summary>
/// <param name="AsOf">When the stock was looked at.</param>
/// <param name="Complete">False where there are more places and vaccines than one request looks at: then the figures are too low.</param>
/// <param name="Parts">What each service contributed. Without administration no use is known, and no low stock.</param>
/// <param name="Thresholds">From when on something is an alert, in days.</param>
/// <param name="Kinds">Each kind, the most pressing first.</param>
internal sealed record StockAlerts(
    DateTimeOffset AsOf, bool Complete, StockAlertParts Parts, StockThresholds Thresholds, IReadOnlyList<StockAlertsOfKind> Kinds)
{
    /// <summary>The alerts of what lies at places and what they give.</summary>
    public static StockAlerts Of(
        StockConditions stock, RecentUse? use, StockAlertParts parts, StockThresholds thresholds, string[] kinds, int itemsMax)
    {
        var uses = (use?.Places ?? []).ToDictionary(row => (row.FacilityId, row.VaccineId));
        var alerts = kinds.ToDictionary(kind => kind, _ => new List<StockAlert>());
        foreach (var place in stock.Places)
        {
            foreach (var (kind, alert) in Of(place, uses.GetValueOrDefault((place.FacilityId, place.VaccineId)), thresholds))
                if (alerts.TryGetValue(kind, out var known)) known.Add(alert);
        }

        return new(stock.AsOf, stock.Complete && use?.Complete is not false, parts, thresholds, [.. kinds.Select(kind =>
            kind == StockAlertKind.Low && use is null
                ? new StockAlertsOfKind(kind, null, null, [])
                : new(kind, alerts[kind].Count, alerts[kind].Sum(alert => alert.Doses), [.. InOrder(kind, alerts[kind]).Take(itemsMax)]))]);
    }

    private static IEnumerable<(string Kind, StockAlert Alert)> Of(StockCondition place, RecentUseRow? use, StockThresholds thresholds)
    {
        var daily = CoverageFormulas.AverageDailyUse(use?.Doses, use?.Days);
        var (days, _) = CoverageFormulas.DaysOfStock(place.Usable, use?.Doses, use?.Days, place.Lasting);
        if (place.Usable == 0 && place.Discrepancy > 0) yield return (StockAlertKind.Unrecorded, Of(place.Discrepancy, null));
        else if (place.Usable == 0) yield return (StockAlertKind.StockOut, Of(0, null));
        else if (days < thresholds.LowDays) yield return (StockAlertKind.Low, Of(place.Usable, null));
        if (place.Expired > 0) yield return (StockAlertKind.Expired, Of(place.Expired, place.FirstExpiry));
        if (place.Recalled > 0) yield return (StockAlertKind.Recalled, Of(place.Recalled, null));
        if (Expire(1, thresholds.ExpiringDays) is { } soon) yield return (StockAlertKind.Expiring, soon);
        if (Expire(thresholds.ExpiringDays, thresholds.ExpiringLaterDays) is { } later) yield return (StockAlertKind.ExpiringLater, later);

        StockAlert Of(long doses, DateOnly? day) => new(place.FacilityId, place.VaccineId, doses, place.Usable, daily, days, day);

        StockAlert? Expire(int from, int before)
        {
            LastingDoses[] lots = [.. place.Lasting.Where(lot => lot.Days >= from && lot.Days < before)];
            return lots.Length == 0 ? null : Of(lots.Sum(lot => lot.Doses), place.Day.AddDays(lots.Min(lot => lot.Days) - 1));
        }
    }

    private static IEnumerable<StockAlert> InOrder(string kind, IEnumerable<StockAlert> alerts)
    {
        var first = kind switch
        {
            StockAlertKind.StockOut => alerts.OrderByDescending(alert => alert.AverageDailyUse ?? 0),
            StockAlertKind.Low => alerts.OrderBy(alert => alert.DaysOfStock),
            StockAlertKind.Expiring or StockAlertKind.ExpiringLater =>
                alerts.OrderBy(alert => alert.Day).ThenByDescending(alert => alert.Doses),
            _ => alerts.OrderByDescending(alert => alert.Doses),
        };
        return first.ThenBy(alert => alert.FacilityId, StringComparer.Ordinal).ThenBy(alert => alert.VaccineId, StringComparer.Ordinal);
    }
}

/// <summary>What each service contributed to the alerts.</summary>
/// <param name="Administration">What is given.</param>
/// <param name="Inventory">What lies where.</param>
internal sealed record StockAlertParts(PartState Administration, PartState Inventory);
