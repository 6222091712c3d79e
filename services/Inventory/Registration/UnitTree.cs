using Distribution.Contracts;
using Distribution.Interop.Dhis2;
using Distribution.SharedKernel.Places;

namespace Distribution.Inventory.Registration;

/// <summary>What is known here of the organisation units of a body.</summary>
/// <param name="OwnerOf">The place here that has a unit's uid; null where none is.</param>
/// <param name="OwnerOfName">The place here that has a uid of DHIS2, or a code of it, or is called so here; null where none is.</param>
/// <param name="Find">A place here by its code.</param>
/// <param name="PartsOf">The places right below one.</param>
internal sealed record KnownUnits(
    Func<OrganisationUnit, string?> OwnerOf, Func<string, string?> OwnerOfName, Func<string, Place?> Find,
    Func<string, IReadOnlyList<Place>> PartsOf);

/// <summary>A unit as it is to be kept.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="FacilityId">Its code here.</param>
/// <param name="Level">Its level here.</param>
/// <param name="ParentId">The place that contains it; null for a root.</param>
/// <param name="Country">Its country.</param>
/// <param name="Note">What of it is kept otherwise than DHIS2 has it, or null.</param>
/// <param name="Problem">Why it cannot be kept, or null.</param>
internal sealed record PlannedUnit(
    OrganisationUnit Unit, string FacilityId, string Level, string? ParentId, string Country, string? Note, string? Problem);

/// <summary>
/// Fits a tree of DHIS2 to the levels here, from the top down. A whole tree of up to four levels ends at facilities; of a deeper one the
/// levels from the fourth on are facilities of the district, so that none of them is lost.
/// </summary>
internal sealed class UnitTree
{
    private static readonly int Lowest = PlaceLevel.All.Count - 1;

    private readonly IReadOnlyList<OrganisationUnit> _units;
    private readonly KnownUnits _known;
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private readonly List<int>[] _below;
    private readonly string?[] _problems;
    private readonly List<PlannedUnit> _planned = [];

    private UnitTree(IReadOnlyList<OrganisationUnit> units, KnownUnits known)
    {
        (_units, _known) = (units, known);
        _below = [.. units.Select(_ => new List<int>())];
        _problems = new string?[units.Count];
    }

    /// <summary>Plans all units of a body: those that can be kept with each parent before its children, then the others.</summary>
    public static IReadOnlyList<PlannedUnit> Plan(IReadOnlyList<OrganisationUnit> units, KnownUnits known)
    {
        var tree = new UnitTree(units, known);
        tree.Plan();
        return tree._planned;
    }

    private void Plan()
    {
        for (var at = 0; at < _units.Count; at++) _problems[at] = Check(at);
        var tops = new List<(int At, string? Parent)>();
        for (var at = 0; at < _units.Count; at++)
        {
            if (_problems[at] is not null) continue;
            var parent = _units[at].Parent;
            if (parent is null) tops.Add((at, null));
            else if (_byName.TryGetValue(parent, out var above) && _problems[above] is null) _below[above].Add(at);
            else if (_known.OwnerOfName(parent) is { } here) tops.Add((at, here));
            else _problems[at] = $"parent: '{parent}' is neither in what was sent nor known here: send it too";
        }

        var done = new bool[_units.Count];
        foreach (var (at, parent) in tops) Walk(at, parent, done);
        for (var at = 0; at < _units.Count; at++)
        {
            if (done[at]) continue;
            var why = _problems[at] ?? "parent: it lies in a unit that cannot be taken, or in itself: correct that first";
            _planned.Add(new PlannedUnit(_units[at], IdOf(_units[at]) ?? "", "", null, "", null, why));
        }
    }

    private string? Check(int at)
    {
        var unit = _units[at];
        if (unit.Problem is { } unreadable) return unreadable;
        if (unit.Id is null && unit.Code is null) return "id, code: it has neither";
        if (unit.Id is not null && !Uid.Is(unit.Id)) return $"id: {Uid.Rule}";
        if (IdOf(unit) is null) return $"code: {Ids.Rule} where there is no uid";
        if (unit.Parent is { Length: 0 }) return "parent: must be named by its uid or code";
        var names = new[] { unit.Id, unit.Code, IdOf(unit) }.OfType<string>().Distinct().ToList();
        if (names.Find(_byName.ContainsKey) is { } twice) return $"'{twice}' comes twice: send each unit once";
        foreach (var name in names) _byName[name] = at;
        return null;
    }

    private string? IdOf(OrganisationUnit unit) => _known.OwnerOf(unit) ?? (Ids.IsId(unit.Code) ? unit.Code : unit.Id);

    // From the top down, without going down into calls: a chain may be as long as the body.
    private void Walk(int top, string? parentHere, bool[] done)
    {
        var order = new List<(int At, int Depth)> { (top, 0) };
        for (var next = 0; next < order.Count; next++)
            order.AddRange(_below[order[next].At].Select(at => (at, order[next].Depth + 1)));
        var deepest = order.Max(each => each.Depth);
        var kept = new Dictionary<int, PlannedUnit>();
        var aboveOf = order.SelectMany(each => _below[each.At].Select(at => (at, each.At))).ToDictionary(each => each.at, each => each.At);
        foreach (var (at, depth) in order)
        {
            var above = aboveOf.TryGetValue(at, out var parent) ? kept[parent] : null;
            kept[at] = Fit(_units[at], above, at == top ? parentHere : above!.FacilityId, () => at == top && parentHere is null ? 0
                : parentHere is null ? depth == deepest ? Lowest : Math.Min(depth, Lowest)
                : _below[at].Count == 0 ? LevelBeside(at == top ? parentHere : null) : 0);
            done[at] = true;
        }

        _planned.AddRange(order.Select(each => kept[each.At]));

        // Where some are here already, those beside them are of their level.
        int LevelBeside(string? place) => place is not null && _known.PartsOf(place) is [var first, ..]
            ? PlaceLevel.Rank(first.Level)
            : Lowest;
    }

    private PlannedUnit Fit(OrganisationUnit unit, PlannedUnit? above, string? parentId, Func<int> rankOf)
    {
        var id = IdOf(unit)!;
        string? note = null;
        if (parentId is null)
        {
            var root = _known.Find(id);
            return new PlannedUnit(unit, id, root?.Level ?? PlaceLevel.Country, root?.ParentId, root?.Country ?? id, null, null);
        }

        var (level, country, ofParent) = above is not null
            ? (above.Level, above.Country, above.ParentId)
            : _known.Find(parentId) is { } place ? (place.Level, place.Country, place.ParentId) : (PlaceLevel.Country, parentId, null);
        if (PlaceLevel.Rank(level) == Lowest && ofParent is not null)
        {
            note = $"it lies in '{parentId}' in DHIS2, which is a facility here: it is kept beside that, in '{ofParent}'";
            (parentId, level) = (ofParent, PlaceLevel.All[Lowest - 1]);
            // The place above a facility may be of any level; all of them are above the lowest.
            return new PlannedUnit(unit, id, PlaceLevel.All[Lowest], parentId, country, note, null);
        }

        // A level that somebody gave it stays, where it fits.
        var rank = _known.Find(id) is { } known && PlaceLevel.Rank(known.Level) > PlaceLevel.Rank(level)
            ? PlaceLevel.Rank(known.Level)
            : Math.Min(Lowest, Math.Max(rankOf(), PlaceLevel.Rank(level) + 1));
        return new PlannedUnit(unit, id, PlaceLevel.All[rank], parentId, country, note, null);
    }
}
