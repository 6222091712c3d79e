using System.Collections.Concurrent;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;

namespace Distribution.Administration.Features;

/// <summary>
/// Reads the days up to the last one that was reported, whatever lies before them. A few weeks are read first, then ever longer
/// stretches before those, until there are enough. Where a campaign is long over, these are years back: so it is
/// remembered where the search ended, as a hint for the next one.
/// </summary>
internal sealed class RecentDays(AdministrationStore store)
{
    private const int FirstWindowDays = 42;
    private const int HintsMax = 100_000;
    private readonly ConcurrentDictionary<(string PlaceId, string VaccineId, bool IsWhole), DateOnly> _hints = new();

    /// <summary>The doses of a vaccine in an area on the days up to the last one reported.</summary>
    /// <param name="area">The area.</param>
    /// <param name="vaccineId">The vaccine.</param>
    /// <param name="nones">The days on which none were reported given.</param>
    /// <param name="asOf">The last day to look at, or null for the newest.</param>
    /// <param name="newest">The newest day there can be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Recent> Read(
        Area area, string vaccineId, IReadOnlyList<DateOnly> nones, DateOnly? asOf, DateOnly newest, CancellationToken cancel)
    {
        var key = (area.PlaceId, vaccineId, area.IsWhole);
        var windowDays = FirstWindowDays;
        string? until = asOf is { } last ? Cells.DateKey(last.AddDays(1)) : null;
        var from = (asOf ?? newest).AddDays(1 - windowDays);
        if (asOf is null && _hints.TryGetValue(key, out var hint) && hint < from) from = hint;
        var reported = new List<(DateOnly Day, long Doses)>();
        var before = DateOnly.MaxValue;
        while (true)
        {
            var reached = from.DayNumber <= LineRules.FirstDay;
            var days = await area.Counters(store, Cells.Dates, vaccineId, reached ? null : Cells.DateKey(from), until, cancel);
            foreach (var day in days)
                if (day.Value != 0) reported.Add((Cells.DateOf(day.Key), day.Value));
            foreach (var none in nones)
                if (none >= from && none < before) reported.Add((none, 0));
            var recent = Recent.Of(reported);
            if (recent.Days == Recent.DaysMax && asOf is null) Remember(key, reported, Recent.FirstOf(recent.Last!.Value));
            if (recent.Days == Recent.DaysMax || reached) return recent;
            (until, before) = (Cells.DateKey(from), from);
            windowDays *= 2;
            from = DateOnly.FromDayNumber(Math.Max(LineRules.FirstDay, from.DayNumber - windowDays));
        }
    }

    /// <summary>The doses of areas and vaccines together, on the days up to the last that any of them reported.</summary>
    /// <param name="parts">What was reported of each vaccine in each area.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Recent> Together(
        IReadOnlyCollection<(Area Area, string VaccineId, Recent Recent)> parts, CancellationToken cancel)
    {
        var last = parts.Max(part => part.Recent.Last);
        long doses = 0;
        foreach (var (area, vaccineId, recent) in parts)
        {
            if (recent.Last == last) doses += recent.Doses;
            else if (recent.Last >= Recent.FirstOf(last!.Value))
                doses += (await area.Counters(store, Cells.Dates, vaccineId, Cells.DateKey(Recent.FirstOf(last.Value)), null, cancel))
                    .TakeWhile(day => Cells.DateOf(day.Key) <= last).Sum(day => day.Value);
        }

        return Recent.Together([.. parts.Select(part => part.Recent)], doses);
    }

    /// <summary>Remembers from which day on there are enough days, not much more than needed.</summary>
    private void Remember((string, string, bool) key, List<(DateOnly Day, long Doses)> reported, DateOnly first)
    {
        if (_hints.Count > HintsMax) _hints.Clear();
        _hints[key] = reported.Where(report => report.Day <= first).Max(report => report.Day);
    }
}
