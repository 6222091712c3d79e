using System.Collections.Concurrent;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Administration.Store;

namespace Distribution.Administration.Features;

/// <summary>
/// Which facilities are silent. A facility is a place in which no other lies. That one has reported is believed for a minute, so that a
/// view of thousands of them looks for the reports of the silent ones alone; who takes the only report back waits as long.
/// </summary>
internal sealed class ReportingFacilities(AdministrationStore store, ReferenceData reference, TimeProvider clock)
{
    private const int FirstWindowDays = 31;
    private const int KnownMax = 200_000;
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string FacilityId, string VaccineId, DateOnly? From, DateOnly? AsOf), long> _reported = new();
    private volatile Remembered _facilities = new(-1);

    /// <summary>The facilities in a place, itself perhaps.</summary>
    public IReadOnlyList<string> In(string place)
    {
        // The number before the walk: what changes meanwhile makes another number.
        var changes = reference.Tree.Changes;
        var remembered = _facilities;
        if (remembered.Changes != changes) _facilities = remembered = new Remembered(changes);
        return remembered.Facilities.GetOrAdd(place, reference.Tree.LeavesOf);
    }

    /// <summary>Whether a facility has reported of a vaccine, if only that none were given.</summary>
    /// <param name="facilityId">The facility.</param>
    /// <param name="vaccineId">The vaccine.</param>
    /// <param name="from">From this day on, or null.</param>
    /// <param name="asOf">Up to this day, or null.</param>
    /// <param name="newest">The newest day there can be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<bool> HasReported(
        string facilityId, string vaccineId, DateOnly? from, DateOnly? asOf, DateOnly newest, CancellationToken cancel)
    {
        var key = (facilityId, vaccineId, from, asOf);
        if (_reported.TryGetValue(key, out var at) && clock.GetElapsedTime(at) < BelievedFor) return true;
        var first = from?.DayNumber ?? LineRules.FirstDay;
        var last = (asOf ?? newest).DayNumber;
        var ofAllDays = from is null && asOf is null;
        var gave = await Any(Cells.DoseTotals, null, null) && (ofAllDays || await AnyDoses());
        if (!gave && !await Any(Cells.Nones, first, last)) return false;
        if (_reported.Count > KnownMax) _reported.Clear();
        _reported[key] = clock.GetTimestamp();
        return true;

        // Who reports at all mostly did so lately: the last weeks are looked at first, then ever longer stretches before them.
        async ValueTask<bool> AnyDoses()
        {
            for (int days = FirstWindowDays, end = last; end >= first; end -= days, days *= 2)
                if (await Any(Cells.Dates, Math.Max(first, end - days + 1), end)) return true;
            return false;
        }

        async ValueTask<bool> Any(string family, int? firstDay, int? lastDay)
        {
            var counters = await store.Counters(
                family, Cells.Partition(facilityId, vaccineId), KeyOf(firstDay), KeyOf(lastDay + 1), cancel);
            return counters.Any(counter => counter.Value != 0);
        }
    }

    private static string? KeyOf(int? day) => day is { } number ? Cells.DateKey(DateOnly.FromDayNumber(number)) : null;

    private sealed record Remembered(long Changes)
    {
        public ConcurrentDictionary<string, IReadOnlyList<string>> Facilities { get; } = new();
    }
}
