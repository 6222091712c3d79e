using System.Runtime.InteropServices;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake;

/// <summary>
/// What of a submission is taken and looks wrong: more doses for a place and a vaccine in a day than there are people in the place's whole
/// target population, days long ago, and what a sheet may have lost before it was sent. Lines are looked at by their sums; nothing is
/// made for a line of which there is nothing to say.
/// </summary>
/// <param name="targets">The target populations.</param>
/// <param name="newestDay">The last day that a dose may be dated: today.</param>
internal sealed class LineWarnings(TargetTotals targets, int newestDay)
{
    /// <summary>Years after which a day is one long ago.</summary>
    private const int YearsMax = 5;

    /// <summary>Such days that are listed at most, each by its first line: where one is right, so are all of a campaign's, and each answer
    /// is kept.</summary>
    private const int LongAgoListedMax = 10;

    /// <summary>Places' days whose doses are added up over a long submission at most; beyond them it begins anew.</summary>
    private const int DaysMax = 10_000;

    private const int None = -1;

    private readonly int _firstDay = DateOnly.FromDayNumber(newestDay).AddYears(-YearsMax).DayNumber;
    private readonly LineProblems _found = new(SubmissionAnswer.ListedMax);
    private readonly Dictionary<(Symbol Facility, Symbol Vaccine, int Day), int> _dayOf = [];
    private readonly List<PlaceDay> _days = [];
    private readonly HashSet<int> _longAgo = [];
    private int[] _dayOfSum = [];

    /// <summary>Notes what a sheet may have lost.</summary>
    public void Add(long line, string warning) => _found.Add(line, null, warning);

    /// <summary>Looks at the lines of the next chunk.</summary>
    public void Look(Chunk chunk)
    {
        var sums = chunk.Sums.Count;
        if (_dayOfSum.Length < sums) _dayOfSum = new int[sums];
        if (_days.Count > DaysMax)
        {
            _days.Clear();
            _dayOf.Clear();
        }

        var (known, longAgo) = (_days.Count, 0);
        for (var sum = 0; sum < sums; sum++)
        {
            var given = chunk.Sums[sum];
            _dayOfSum[sum] = given.IsCounted ? DayOf(given) : None;
            if (_dayOfSum[sum] is not None and var at) CollectionsMarshal.AsSpan(_days)[at].Doses += chunk.Totals[sum];
            if (IsLongAgo(given)) longAgo++;
        }

        if (_days.Count > known) FindFirstLines(chunk, known);
        TellOfTooMany(chunk);
        if (longAgo > 0) TellOfLongAgo(chunk, all: longAgo == sums);
    }

    /// <summary>The answer with what was found, by line.</summary>
    public SubmissionAnswer In(SubmissionAnswer answer) => _found.Total == 0 ? answer : answer with
    {
        Warnings = [.. _found.Listed.OrderBy(warning => warning.Line)],
        WarningsTotal = _found.Total,
    };

    private bool IsLongAgo(in Dimensions given) => given.Day < _firstDay && given.IsCounted;

    /// <summary>Where the doses of a sum are added up; none where nobody has said how many people there are.</summary>
    private int DayOf(in Dimensions given)
    {
        var year = DateOnly.FromDayNumber(given.Day).Year;
        if (targets.Whole(given.Facility.Text, given.Vaccine.Text, year) is not { } people) return None;
        ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(_dayOf, (given.Facility, given.Vaccine, given.Day), out var isKnown);
        if (isKnown) return day;
        _days.Add(new PlaceDay { People = people, Line = long.MaxValue });
        return day = _days.Count - 1;
    }

    /// <summary>Finds the lines with which days begin that are in this chunk for the first time.</summary>
    private void FindFirstLines(Chunk chunk, int known)
    {
        foreach (var kind in (ReadOnlySpan<LineKind>)[LineKind.Dose, LineKind.Tally])
        {
            var days = CollectionsMarshal.AsSpan(_days);
            var left = days.Length - known;
            var entries = kind == LineKind.Dose ? chunk.Doses : chunk.Tallies;
            for (var index = 0; index < entries.Count && left > 0; index++)
            {
                var entry = entries[index];
                if (_dayOfSum[entry.Sum] is var at && at < known) continue;
                ref var day = ref days[at];
                if (day.FoundIn == kind) continue;
                day.FoundIn = kind;
                left--;
                if (entry.Line >= day.Line) continue;
                day.Line = entry.Line;
                day.DoseId = kind == LineKind.Dose ? new Guid(chunk.KeyOf(entry).Span, bigEndian: true) : null;
            }
        }
    }

    private void TellOfTooMany(Chunk chunk)
    {
        for (var sum = 0; sum < chunk.Sums.Count; sum++)
        {
            if (_dayOfSum[sum] is not (>= 0 and var at)) continue;
            ref var day = ref CollectionsMarshal.AsSpan(_days)[at];
            if (day.Doses <= day.People || day.IsTold) continue;
            day.IsTold = true;
            var given = chunk.Sums[sum].Sum(0);
            _found.Add(day.Line, day.DoseId?.ToString() ?? $"{chunk.SubmissionId}:{day.Line}",
                $"with the others of this submission more doses of '{given.VaccineId}' at '{given.FacilityId}' on "
                    + $"{given.OccurredOn:yyyy-MM-dd} than its whole target population: check the count, the day and the place");
        }
    }

    /// <summary>Lists the first line of each day long ago, some of them, and counts the others.</summary>
    private void TellOfLongAgo(Chunk chunk, bool all)
    {
        long lines = 0;
        foreach (var kind in (ReadOnlySpan<LineKind>)[LineKind.Dose, LineKind.Tally])
        {
            var entries = kind == LineKind.Dose ? chunk.Doses : chunk.Tallies;
            if (all) lines += entries.Count;
            // The lines of a day mostly stand together.
            var last = None;
            for (var index = 0; index < entries.Count && !(all && _longAgo.Count == LongAgoListedMax); index++)
            {
                var entry = entries[index];
                if (entry.Sum == last && all) continue;
                last = entry.Sum;
                var given = chunk.Sums[entry.Sum];
                if (!IsLongAgo(given)) continue;
                if (!all) lines++;
                if (_longAgo.Count == LongAgoListedMax || !_longAgo.Add(given.Day)) continue;
                lines--;
                _found.Add(entry.Line, chunk.IdOf(kind, entry),
                    $"occurredOn: {DateOnly.FromDayNumber(given.Day):yyyy-MM-dd} is more than {YearsMax} years ago: check the year");
            }
        }

        _found.Add([], lines);
    }

    /// <summary>The doses of a submission for a place and a vaccine on a day.</summary>
    private struct PlaceDay
    {
        public long People;
        public long Doses;
        public long Line;
        public Guid? DoseId;
        public bool IsTold;
        public LineKind? FoundIn;
    }
}
