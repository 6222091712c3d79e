using System.Collections.Concurrent;
using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Store;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Features;

/// <summary>
/// Reads the last days that have reports, whatever lies before them. A few weeks are read first, then ever longer
/// stretches before those, until there are enough. Where a campaign is long over, these are years back: so it is
/// remembered where the search ended, as a hint for the next one.
/// </summary>
internal sealed class RecentDays(AdministrationStore store)
{
    private const int FirstWindowDays = 42;
    private const int HintsMax = 100_000;
    private readonly ConcurrentDictionary<string, DateOnly> _hints = new();

    /// <summary>The last days with reports of a place and a vaccine.</summary>
    /// <param name="partition">The place and the vaccine.</param>
    /// <param name="asOf">The last day to look at, or null for the newest.</param>
    /// <param name="newest">The newest day there can be.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<Recent> Read(string partition, DateOnly? asOf, DateOnly newest, CancellationToken cancel)
    {
        var windowDays = FirstWindowDays;
        string? until = asOf is { } last ? Cells.DateKey(last.AddDays(1)) : null;
        var from = (asOf ?? newest).AddDays(1 - windowDays);
        if (asOf is null && _hints.TryGetValue(partition, out var hint) && hint < from) from = hint;
        var recent = default(Recent);
        while (true)
        {
            var reached = from.DayNumber <= LineRules.FirstDay;
            var days = await store.Counters(Cells.Dates, partition, reached ? null : Cells.DateKey(from), until, cancel);
            recent = recent.Before([.. days.Select(day => day.Value)]);
            if (recent.Days == Recent.DaysMax)
            {
                if (asOf is null) Remember(partition, days, from);
                return recent;
            }

            if (reached) return recent;
            until = Cells.DateKey(from);
            windowDays *= 2;
            from = DateOnly.FromDayNumber(Math.Max(LineRules.FirstDay, from.DayNumber - windowDays));
        }
    }

    /// <summary>Remembers from which day on there are enough days, not much more than needed.</summary>
    private void Remember(string partition, IReadOnlyList<Counter> days, DateOnly from)
    {
        if (_hints.Count > HintsMax) _hints.Clear();
        _hints[partition] = days.Count > Recent.DaysMax ? Cells.DateOf(days[^Recent.DaysMax].Key) : from;
    }
}
