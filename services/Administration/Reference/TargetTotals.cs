using System.Collections.Concurrent;
using Distribution.Administration.Domain;
using Distribution.SharedKernel.Places;

namespace Distribution.Administration.Reference;

/// <summary>
/// The target populations of places, remembered until a place or a target population changes: where they are set for
/// facilities, a country's is a sum over all of them.
/// </summary>
internal sealed class TargetTotals(ReferenceData reference)
{
    private const int RememberedMax = 100_000;
    private volatile Remembered _remembered = new(-1);

    /// <summary>The target population of a place with all below it.</summary>
    /// <param name="place">The place.</param>
    /// <param name="vaccineIds">The vaccine, or several against the same.</param>
    /// <param name="doseNumber">For this dose number, or null: for those that have no target population of their own.</param>
    /// <param name="year">In this year.</param>
    /// <param name="ageBand">Only this age band, or null.</param>
    /// <param name="sex">Only this sex, or null.</param>
    public Target Of(string place, IReadOnlyList<string> vaccineIds, string? doseNumber, int year, string? ageBand, string? sex)
    {
        if (!vaccineIds.Any(reference.HasTargetPopulations)) return Target.Unknown(place);
        // The number before the sum: what changes meanwhile makes another number.
        var changes = reference.Changes;
        var remembered = _remembered;
        if (remembered.Changes != changes || remembered.Count > RememberedMax) _remembered = remembered = new Remembered(changes);
        var key = (place, string.Join(',', vaccineIds), doseNumber, year, ageBand, sex);
        if (remembered.Targets.TryGetValue(key, out var known)) return known;
        remembered.CountOne();
        return remembered.Targets[key] = Target.Of(
            place, Own, id => reference.Tree.PartsOf(id).Select(part => part.Id), ageBand, sex);

        IReadOnlyList<TargetPopulation> Own(string id)
        {
            var own = TargetPopulation.Holding(
                [.. vaccineIds.SelectMany(vaccine => reference.TargetPopulations(id, vaccine)).Select(document => document.Target)],
                doseNumber, year, ageBand, sex);
            var merged = reference.Tree.MergedInto(id).Where(part => own?.Includes?.Contains(part) is not true).SelectMany(Own);
            return own is null ? [.. merged] : [own, .. merged];
        }
    }

    /// <summary>All people who are to get a vaccine in a place in a year; null where nobody has said so of all of it. It costs next to
    /// nothing where nobody has.</summary>
    public long? Whole(string place, string vaccineId, int year)
    {
        if (!reference.HasTargetPopulations(vaccineId)) return null;
        // What is not said of a clinic itself, as of most, is said of none of its parts: no need to remember that of each.
        if (reference.TargetPopulations(place, vaccineId).Count == 0
            && (reference.Tree.Find(place) is not { Level: var level } || PlaceLevel.Below(level) == level)) return null;
        var target = Of(place, [vaccineId], null, year, null, null);
        return target.Bare.Count == 0 ? target.People : null;
    }

    private sealed class Remembered(long changes)
    {
        private int _count;

        public long Changes => changes;

        // The dictionary's own count takes all its locks.
        public int Count => _count;

        public void CountOne() => Interlocked.Increment(ref _count);

        public ConcurrentDictionary<
            (string Place, string VaccineIds, string? DoseNumber, int Year, string? AgeBand, string? Sex), Target> Targets
        { get; } = new();
    }
}
