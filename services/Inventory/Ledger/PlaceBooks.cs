using System.Runtime.InteropServices;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;

namespace Distribution.Inventory.Ledger;

/// <summary>
/// The sums of places in the store: all of time, by day and by month, so that those of any day are the months before it and the days of its
/// month. All of them only ever add up, so that their order does not matter.
/// </summary>
internal static class PlaceBooks
{
    /// <summary>Adds changes of sums.</summary>
    public static void Add(ITransaction tx, PlaceSums sums)
    {
        foreach (var (sum, delta) in sums.Deltas)
        {
            if (delta != 0) tx.Add(Names.Sums, Names.Pair(sum.Place, sum.Vaccine), sum.Measure, delta);
        }

        Date(tx, sums);
    }

    /// <summary>Adds those that books of layout 1 did not have, of what is on the way, to the sums of all time.</summary>
    public static void AddNew(ITransaction tx, PlaceSums sums)
    {
        foreach (var (sum, delta) in sums.Deltas)
        {
            if (sum.Measure is Measure.Arriving or Measure.Leaving)
                tx.Add(Names.Sums, Names.Pair(sum.Place, sum.Vaccine), sum.Measure, delta);
        }
    }

    /// <summary>Adds changes to the sums by day and month alone.</summary>
    public static void Date(ITransaction tx, PlaceSums sums)
    {
        foreach (var (sum, delta) in sums.Deltas)
        {
            if (delta == 0) continue;
            var pair = Names.Pair(sum.Place, sum.Vaccine);
            if (sum.Measure == Measure.OnHand) continue;
            if (sum.Measure == Measure.Discrepancy)
            {
                tx.Add(Names.PlaceUnexplained, pair, Names.Day(sum.Day), delta);
                continue;
            }

            tx.Add(Names.PlaceDays, pair, Names.Key(Names.Day(sum.Day), sum.Measure), delta);
            tx.Add(Names.PlaceMonths, pair, Names.Key(Names.Month(sum.Day), sum.Measure), delta);
        }
    }

    /// <summary>The doses on hand of a place that something limits, by what does.</summary>
    public static IEnumerable<LimitedDoses> Limited(IReadOnlyDictionary<string, long> sums)
    {
        foreach (var (measure, doses) in sums)
        {
            if (Measure.LimitOf(measure) is var (until, expiry)) yield return new(until, expiry, doses);
        }
    }

    /// <summary>The sums of a place, by measure: of all that is known, or of what happened up to a day.</summary>
    public static async ValueTask<Dictionary<string, long>> Read(
        IStore store, string place, string vaccine, DateOnly? asOf, CancellationToken cancel) =>
        asOf is { } day
            ? await Read(store, Names.Pair(place, vaccine), day, await Unexplained(store, place, vaccine, day, cancel), cancel)
            : (await store.Counters(Names.Sums, Names.Pair(place, vaccine), cancel: cancel)).ToDictionary(sum => sum.Key, sum => sum.Value);

    /// <summary>
    /// The same, with the days up to one, or up to today, on which more had been given or sent than is known to have come by then: those on
    /// which the doses that are unexplained are above 0.
    /// </summary>
    public static async ValueTask<(Dictionary<string, long> Sums, int ShortfallDays)> ReadWithShortfall(
        IStore store, string place, string vaccine, DateOnly? asOf, DateOnly today, CancellationToken cancel)
    {
        var unexplained = await Unexplained(store, place, vaccine, asOf ?? today, cancel);
        var sums = asOf is { } day
            ? await Read(store, Names.Pair(place, vaccine), day, unexplained, cancel)
            : await Read(store, place, vaccine, null, cancel);
        return (sums, ShortfallDays(unexplained, asOf ?? today));
    }

    private static async ValueTask<Dictionary<string, long>> Read(
        IStore store, string pair, DateOnly day, IReadOnlyList<Counter> unexplained, CancellationToken cancel)
    {
        var month = Names.Month(day);
        var months = await store.Counters(Names.PlaceMonths, pair, null, month, cancel);
        var days = await store.Counters(Names.PlaceDays, pair, month, After(day), cancel);
        var sums = new Dictionary<string, long>();
        foreach (var sum in months.Concat(days)) Add(sums, Names.Last(sum.Key), sum.Value);
        sums[Measure.Discrepancy] = unexplained.Sum(change => change.Value);
        sums[Measure.OnHand] = sums.Sum(sum => Measure.OnHandOf(sum.Key, sum.Value));
        return sums;
    }

    /// <summary>By how much the unexplained doses of a place changed, by day up to one.</summary>
    private static ValueTask<IReadOnlyList<Counter>> Unexplained(
        IStore store, string place, string vaccine, DateOnly until, CancellationToken cancel) =>
        store.Counters(Names.PlaceUnexplained, Names.Pair(place, vaccine), null, After(until), cancel);

    private static int ShortfallDays(IReadOnlyList<Counter> unexplained, DateOnly until)
    {
        var (days, open) = (0, 0L);
        DateOnly? since = null;
        foreach (var change in unexplained)
        {
            var day = Names.Day(change.Key);
            if (open > 0) days += day.DayNumber - since!.Value.DayNumber;
            (open, since) = (open + change.Value, day);
        }

        return open > 0 ? days + until.DayNumber + 1 - since!.Value.DayNumber : days;
    }

    /// <summary>By how much the sums of a place changed on each day; a sum may come several times a day.</summary>
    public static async ValueTask<IEnumerable<(DateOnly Day, string Measure, long Doses)>> Days(
        ITransaction tx, string place, string vaccine)
    {
        var pair = Names.Pair(place, vaccine);
        return Days(await tx.Counters(Names.PlaceDays, pair), await tx.Counters(Names.PlaceUnexplained, pair));
    }

    /// <summary>The same of the days from one to another, both included.</summary>
    public static async ValueTask<IEnumerable<(DateOnly Day, string Measure, long Doses)>> Days(
        IStore store, string place, string vaccine, DateOnly? from, DateOnly? to, CancellationToken cancel)
    {
        var pair = Names.Pair(place, vaccine);
        var (first, end) = (from is { } day ? Names.Day(day) : null, to is { } last ? After(last) : null);
        return Days(
            await store.Counters(Names.PlaceDays, pair, first, end, cancel),
            await store.Counters(Names.PlaceUnexplained, pair, first, end, cancel));
    }

    private static IEnumerable<(DateOnly Day, string Measure, long Doses)> Days(
        IReadOnlyList<Counter> changes, IReadOnlyList<Counter> unexplained)
    {
        foreach (var sum in changes)
        {
            var (day, measure) = (Names.Day(sum.Key), Names.Last(sum.Key));
            yield return (day, measure, sum.Value);
            yield return (day, Measure.OnHand, Measure.OnHandOf(measure, sum.Value));
        }

        foreach (var sum in unexplained)
        {
            var day = Names.Day(sum.Key);
            yield return (day, Measure.Discrepancy, sum.Value);
            yield return (day, Measure.OnHand, sum.Value);
        }
    }

    private static void Add(Dictionary<string, long> sums, string measure, long doses) =>
        CollectionsMarshal.GetValueRefOrAddDefault(sums, measure, out _) += doses;

    /// <summary>Where the keys of the days after a day begin; null when there are none.</summary>
    public static string? After(DateOnly day) => day == DateOnly.MaxValue ? null : Names.Day(day.AddDays(1));
}
