using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;

namespace Distribution.Administration.Domain;

/// <summary>A dose of a vaccine that somebody is known to have got.</summary>
/// <param name="DoseId">The line that told of it.</param>
/// <param name="FacilityId">Where it was given, or where it was told of.</param>
/// <param name="DoseNumber">The dose number as it was reported.</param>
/// <param name="OccurredOn">The day on which it was given.</param>
/// <param name="IsHistory">Whether it was not given there, but only told of.</param>
/// <param name="IsEarly">Found by <see cref="Course.Judge"/>: it was given before one that comes before it in the series.</param>
/// <param name="IsTwice">Found there too: its number was given before.</param>
internal sealed record CourseDose(
    string DoseId, string FacilityId, string DoseNumber, DateOnly OccurredOn, bool IsHistory, bool IsEarly = false, bool IsTwice = false)
{
    /// <summary>Why somebody should look at it: none, or some of <see cref="ReviewReason"/>.</summary>
    public IEnumerable<string> Reasons()
    {
        if (IsEarly) yield return ReviewReason.DoseOrder;
        if (IsTwice) yield return ReviewReason.DoseTwice;
    }
}

/// <summary>
/// What one recipient got of one vaccine, and what is strange about that. Nothing is refused because of it: somebody may have been mistaken
/// for another, or a number or a day mistyped.
/// </summary>
internal static class Course
{
    /// <summary>
    /// Finds what is strange, the same whatever the order in which the doses became known.
    /// <list type="bullet">
    /// <item>A dose number that was given twice: all of its doses but the first, by day, then id. History is never a second dose, for it
    /// may tell of one that is there already.</item>
    /// <item>A dose that was given before one that comes before it in the series, of which none was given by then: by days, so that both on
    /// one day are right. Of several numbers that begin the series any is enough. History makes a dose right, or wrong, as one that was
    /// given does. A dose that is not known at all is nothing strange: it may have been given where nobody reports.</item>
    /// </list>
    /// </summary>
    /// <param name="doses">The doses, at most one of an id.</param>
    /// <param name="series">The vaccine's series, in the order of its schedule.</param>
    /// <returns>The doses by day, then id, each with what is strange about it.</returns>
    public static CourseDose[] Judge(IEnumerable<CourseDose> doses, IReadOnlyList<SeriesDose> series)
    {
        CourseDose[] all = [.. doses.OrderBy(dose => dose.OccurredOn).ThenBy(dose => dose.DoseId, StringComparer.Ordinal)];
        var starting = Series.Of(series).Starting!;
        int[] stages = [.. all.Select(dose => StageOf(dose.DoseNumber))];
        var firstDays = all.Zip(stages).Where(dose => dose.Second >= 0).GroupBy(dose => dose.Second, dose => dose.First.OccurredOn)
            .Select(stage => (Stage: stage.Key, Day: stage.First())).ToArray();
        var given = new HashSet<string>();
        return [.. all.Zip(stages, (dose, stage) => dose with
        {
            IsEarly = !dose.IsHistory && firstDays.Any(before => before.Stage < stage && before.Day > dose.OccurredOn),
            IsTwice = !dose.IsHistory && dose.DoseNumber != NoDoseNumber.Unspecified && !given.Add(dose.DoseNumber),
        })];

        // Its place in the series, in which all that begin it have the first one; -1 of a number that it does not have.
        int StageOf(string number)
        {
            if (starting.Contains(number)) return 0;
            for (var at = 0; at < series.Count; at++)
                if (series[at].DoseNumber == number) return at + 1;
            return -1;
        }
    }
}
