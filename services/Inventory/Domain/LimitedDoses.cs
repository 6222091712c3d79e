using Distribution.Contracts.Inventory.V1;

namespace Distribution.Inventory.Domain;

/// <summary>Doses on hand that something limits.</summary>
/// <param name="UsableUntil">The last day on which they may be used.</param>
/// <param name="ExpirationDate">Their expiry, or null when it is not known: then a recall limits them.</param>
/// <param name="Doses">How many.</param>
internal readonly record struct LimitedDoses(DateOnly UsableUntil, DateOnly? ExpirationDate, long Doses)
{
    /// <summary>Of limited doses on a day: those that have expired, those that were recalled and have not expired, and those that may be
    /// used for some days alone, by how long, the shortest first.</summary>
    public static (long Expired, long Recalled, IReadOnlyList<LastingDoses> Lasting) On(DateOnly day, IEnumerable<LimitedDoses> limited)
    {
        var (expired, recalled) = (0L, 0L);
        var lasting = new SortedDictionary<int, long>();
        foreach (var (until, expiry, doses) in limited)
        {
            if (doses == 0) continue;
            var days = until.DayNumber - day.DayNumber + 1;
            if (days >= 1) lasting[days] = lasting.GetValueOrDefault(days) + doses;
            else if (expiry < day) expired += doses;
            else recalled += doses;
        }

        return (expired, recalled, [.. lasting.Select(each => new LastingDoses(each.Key, each.Value))]);
    }
}
