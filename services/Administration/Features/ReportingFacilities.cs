using System.Collections.Concurrent;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Features;

/// <summary>
/// How many facilities have reported, and so how many are silent. A facility is a place in which no other lies. What was counted of a place
/// is believed while its doses stay the same, for a minute at most: so a view looks into the places alone where something came. Who takes
/// doses back and enters as many elsewhere in the place waits as long for each level above.
/// </summary>
internal sealed class ReportingFacilities(AdministrationStore store, ReferenceData reference, TimeProvider clock)
{
    private const int FirstWindowDays = 31;
    private const int CountedMax = 100_000;
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<
        (string Place, string VaccineIds, DateOnly? From, DateOnly? AsOf), (int State, int Reporting, long At)> _counted = new();

    private volatile Remembered _facilities = new(-1);

    /// <summary>How many facilities there are in a place, itself perhaps.</summary>
    public int In(string place)
    {
        // The number before the walk: what changes meanwhile makes another number.
        var changes = reference.Tree.Changes;
        var remembered = _facilities;
        if (remembered.Changes != changes) _facilities = remembered = new Remembered(changes);
        return remembered.Facilities.GetOrAdd(place, id => reference.Tree.LeavesOf(id).Count);
    }

    /// <summary>How many facilities in a place have reported of any of some vaccines, if only that none were given.</summary>
    /// <param name="place">The place.</param>
    /// <param name="vaccineIds">The vaccines.</param>
    /// <param name="from">From this day on, or null.</param>
    /// <param name="asOf">Up to this day, or null.</param>
    /// <param name="newest">The newest day there can be.</param>
    /// <param name="counters">What the view has read of its places.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<int> Reporting(
        string place, IReadOnlyList<string> vaccineIds, DateOnly? from, DateOnly? asOf, DateOnly newest, ViewCounters counters,
        CancellationToken cancel)
    {
        var at = clock.GetTimestamp();
        if (reference.Tree.IsLeaf(place))
        {
            foreach (var vaccine in vaccineIds)
                if (await HasReported(place, vaccine, from, asOf, newest, counters, cancel)) return 1;
            return 0;
        }

        var (state, any) = await State(place, vaccineIds, counters, cancel);
        if (!any) return 0;
        var key = (place, string.Join(',', vaccineIds), from, asOf);
        if (_counted.TryGetValue(key, out var known) && known.State == state && clock.GetElapsedTime(known.At) < BelievedFor)
            return known.Reporting;
        var reporting = 0;
        foreach (var part in reference.Tree.PartsOf(place))
            reporting += await Reporting(part.Id, vaccineIds, from, asOf, newest, counters, cancel);
        if (_counted.Count > CountedMax) _counted.Clear();
        _counted[key] = (state, reporting, at);
        return reporting;
    }

    /// <summary>A number that is another one after every report in a place, and whether there is any report.</summary>
    private async ValueTask<(int State, bool Any)> State(
        string place, IReadOnlyList<string> vaccineIds, ViewCounters counters, CancellationToken cancel)
    {
        var state = new HashCode();
        var any = false;
        state.Add(reference.Tree.Changes);
        foreach (var vaccine in vaccineIds)
        {
            Add(await counters.Totals(place, vaccine, cancel));
            Add(await counters.Nones(place, vaccine, cancel));
        }

        return (state.ToHashCode(), any);

        void Add(IReadOnlyList<Counter> sums)
        {
            foreach (var sum in sums)
            {
                state.Add(sum);
                any |= sum.Value != 0;
            }
        }
    }

    private async ValueTask<bool> HasReported(
        string facilityId, string vaccineId, DateOnly? from, DateOnly? asOf, DateOnly newest, ViewCounters counters,
        CancellationToken cancel)
    {
        var first = from?.DayNumber ?? LineRules.FirstDay;
        var last = (asOf ?? newest).DayNumber;
        var ofAllDays = from is null && asOf is null;
        var gave = HasAny(await counters.Totals(facilityId, vaccineId, cancel)) && (ofAllDays || await AnyDoses());
        return gave || (await counters.Nones(facilityId, vaccineId, cancel)).Any(none =>
            none.Value != 0 && Cells.DateOf(none.Key).DayNumber is var day && first <= day && day <= last);

        // Who reports at all mostly did so lately: the last weeks are looked at first, then ever longer stretches before them.
        async ValueTask<bool> AnyDoses()
        {
            for (int days = FirstWindowDays, end = last; end >= first; end -= days, days *= 2)
                if (await AnyBetween(Math.Max(first, end - days + 1), end)) return true;
            return false;
        }

        async ValueTask<bool> AnyBetween(int firstDay, int lastDay) => HasAny(await store.Counters(
            Cells.Dates, Cells.Partition(facilityId, vaccineId), KeyOf(firstDay), KeyOf(lastDay + 1), cancel));
    }

    private static bool HasAny(IReadOnlyList<Counter> counters)
    {
        foreach (var counter in counters)
            if (counter.Value != 0) return true;
        return false;
    }

    private static string KeyOf(int day) => Cells.DateKey(DateOnly.FromDayNumber(day));

    private sealed record Remembered(long Changes)
    {
        public ConcurrentDictionary<string, int> Facilities { get; } = new();
    }
}
