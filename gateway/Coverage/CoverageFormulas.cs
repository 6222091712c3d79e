using Distribution.Contracts.Inventory.V1;

namespace Distribution.Gateway.Coverage;

/// <summary>
/// The measures of a coverage view. What is unknown, or divided by nothing, is <c>null</c> and never 0; nothing is
/// clamped, because a figure beyond its bounds says that a count or a denominator is wrong.
/// </summary>
public static class CoverageFormulas
{
    /// <summary>Decimals of a percentage.</summary>
    public const int PercentDecimals = 2;

    /// <summary>Decimals of an average daily use.</summary>
    public const int UseDecimals = 2;

    /// <summary>Decimals of days of stock.</summary>
    public const int DaysDecimals = 1;

    /// <summary>
    /// Administrative coverage in percent: doses given to the target ÷ target population × 100. Either side may be
    /// off, so it may exceed 100.
    /// </summary>
    /// <remarks>Source: WHO, routine immunization coverage, administrative method.</remarks>
    /// <param name="doses">Doses of one dose number, or people fully vaccinated.</param>
    /// <param name="population">People in the target group.</param>
    public static decimal? Coverage(long? doses, long? population) => Percent(doses, population);

    /// <summary>
    /// Utilisation in percent: doses given ÷ doses delivered × 100. Above 100 when more was drawn from a vial than its
    /// label says, or when a delivery is not recorded yet.
    /// </summary>
    /// <remarks>Source: the "usage" of BMC Public Health 12889-020-08637-1, table 1, with what was delivered as issued.</remarks>
    /// <param name="doses">Doses given.</param>
    /// <param name="delivered">Doses that came in from outside the place, less what left it again.</param>
    public static decimal? Utilisation(long? doses, long? delivered) => Percent(doses, delivered);

    /// <summary>
    /// Wastage in percent of the doses used: wasted ÷ (given + wasted) × 100. Of opened vials alone: what was thrown away of them ÷ (given
    /// + thrown away of them) × 100; of unopened ones alone: theirs ÷ (given + all wasted) × 100. The one is of what the other leaves:
    /// 1 − total = (1 − closed) × (1 − open).
    /// </summary>
    /// <remarks>Source: WHO, revising global indicative wastage rates (concept note); the open vial rate is that of DHIS2's immunization
    /// metadata, with what was given and thrown away of opened vials as used.</remarks>
    /// <param name="doses">Doses given.</param>
    /// <param name="wasted">Doses wasted.</param>
    /// <param name="wastedOpen">Of which of vials that had been opened.</param>
    public static (decimal? All, decimal? Open, decimal? Closed) Wastage(long? doses, long? wasted, long? wastedOpen) =>
        (Percent(wasted, doses + wasted), Percent(wastedOpen, doses + wastedOpen), Percent(wasted - wastedOpen, doses + wasted));

    /// <summary>
    /// Dropout in percent: (first − last) ÷ first × 100. Negative when more last than first doses were given; that
    /// the sums are not of the same people is in the nature of aggregates.
    /// </summary>
    /// <remarks>Source: DHIS2 immunization metadata, DTP1-DTP3 dropout; UNICEF, routine immunization monitoring.</remarks>
    /// <param name="first">Doses with which people begin.</param>
    /// <param name="last">Doses with which they are done; null for a series of a single dose, which has no dropout.</param>
    public static decimal? Dropout(long? first, long? last) => Percent(first - last, first);

    /// <summary>Average daily use: doses a day over the recent days.</summary>
    /// <param name="recentDoses">Doses given over the recent days.</param>
    /// <param name="recentDays">How many days these are, at most 28.</param>
    public static decimal? AverageDailyUse(long? recentDoses, int? recentDays) =>
        recentDoses is null || recentDays is null or 0
            ? null
            : Math.Round((decimal)recentDoses.Value / recentDays.Value, UseDecimals, MidpointRounding.AwayFromZero);

    /// <summary>
    /// Days of stock: usable doses ÷ average daily use; and doses that expire before they can be used at that pace, first expiry first,
    /// which do not count. How many these are is null where that is not known of any. The use is of days in a row, so that places which
    /// report every week get what places get that report every day.
    /// </summary>
    /// <remarks>Source: months of stock = on hand ÷ average monthly consumption (logistics handbook), by the day.</remarks>
    /// <param name="usable">Usable doses on hand.</param>
    /// <param name="recentDoses">Doses given over the recent days.</param>
    /// <param name="recentDays">How many days these are, at most 28.</param>
    /// <param name="lasting">Those of the usable doses that may be used for some days alone, in any order; null where that is not known of
    /// any.</param>
    public static (decimal? Days, long? ExpiringUnused) DaysOfStock(
        long? usable, long? recentDoses, int? recentDays, IEnumerable<LastingDoses>? lasting = null)
    {
        if (usable is not { } all || recentDoses is not { } doses || doses == 0 || recentDays is not { } days || days == 0)
            return (null, null);
        var (used, limited) = (0m, 0L);
        foreach (var lot in (lasting ?? []).GroupBy(lot => lot.Days).OrderBy(lot => lot.Key))
        {
            var sum = lot.Sum(one => one.Doses);
            limited += sum;
            used = Math.Min(used + sum, (decimal)doses * lot.Key / days);
        }

        used += all - limited;
        return (Math.Round(used * days / doses, DaysDecimals, MidpointRounding.AwayFromZero),
            lasting is null ? null : (long)Math.Round(all - used, MidpointRounding.AwayFromZero));
    }

    /// <summary>The sum of all, or null when one of them is unknown or when there are none.</summary>
    public static long? Sum(IEnumerable<long?> figures)
    {
        long? sum = null;
        foreach (var figure in figures)
        {
            if (figure is null) return null;
            sum = checked((sum ?? 0) + figure.Value);
        }

        return sum;
    }

    private static decimal? Percent(long? part, long? whole) =>
        part is null || whole is null or 0
            ? null
            : Math.Round((decimal)part.Value * 100 / whole.Value, PercentDecimals, MidpointRounding.AwayFromZero);
}
