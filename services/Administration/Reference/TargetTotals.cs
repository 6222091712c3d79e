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

    /// <summary>The target population of a place with all below it, or null where nobody has said.</summary>
    public Target? Of(string place, string vaccineId, string? ageBand, string? sex)
    {
        if (!reference.HasTargetPopulations(vaccineId)) return null;
        // The number before the sum: what changes meanwhile makes another number.
        var changes = reference.Changes;
        var remembered = _remembered;
        if (remembered.Changes != changes || remembered.Count > RememberedMax) _remembered = remembered = new Remembered(changes);
        var key = (place, vaccineId, ageBand, sex);
        if (remembered.Targets.TryGetValue(key, out var known)) return known;
        remembered.CountOne();
        return remembered.Targets[key] = Target.Of(
            place, id => reference.TargetPopulation(id, vaccineId)?.Target, ChildrenOf, ageBand, sex);
    }

    private IEnumerable<string> ChildrenOf(string id)
    {
        var parent = reference.Tree.Find(id);
        return reference.Tree.ChildrenOf(id).Where(child => PlaceTree.Links(child, parent)).Select(child => child.Id);
    }

    private sealed class Remembered(long changes)
    {
        private int _count;

        public long Changes => changes;

        // The dictionary's own count takes all its locks.
        public int Count => _count;

        public void CountOne() => Interlocked.Increment(ref _count);

        public ConcurrentDictionary<(string Place, string VaccineId, string? AgeBand, string? Sex), Target?> Targets { get; } = new();
    }
}
