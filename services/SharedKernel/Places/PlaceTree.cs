namespace Distribution.SharedKernel.Places;

/// <summary>
/// A service's tree of places in memory, safe for many threads. A link to a parent counts only when the parent is
/// known and of a higher level, so that the tree has no cycle whatever the order in which changes come. A place that was merged into
/// another of its level is a part of it: what it has counts there, and no view shows it.
/// </summary>
/// <remarks>
/// <see cref="Version"/> says which stored state it shows: a decision that is to be exact compares it with the stored
/// version in its transaction, and walks the stored places (<see cref="PathFrom"/>) when they differ.
/// </remarks>
public sealed partial class PlaceTree
{
    // A place may have been merged into another of its level, and that one again: more than there are levels.
    private const int PlacesAboveMax = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = [];
    private readonly Dictionary<string, SortedSet<string>> _children = [];
    private readonly Dictionary<string, SortedSet<string>> _levels = [];
    private readonly Dictionary<string, SortedSet<string>> _named = [];
    private readonly Dictionary<string, string[]> _paths = [];
    private ILookup<string, string>? _roots;
    private readonly HashSet<long> _early = [];
    private long _version;
    private long _changes;

    /// <summary>A number that is another one after every change that shows.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>How many places there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _places.Count;
        }
    }

    /// <summary>The newest stored tree version of which every change up to it is in this tree.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Fills the tree from the store, as of a version: at first, and to catch up with what others committed.</summary>
    public void Load(IEnumerable<Place> places, long version)
    {
        lock (_gate)
        {
            foreach (var place in places) Set(place);
            Interlocked.Exchange(ref _version, Math.Max(_version, version));
            _early.RemoveWhere(early => early <= _version);
            while (_early.Remove(_version + 1)) Interlocked.Increment(ref _version);
        }
    }

    /// <summary>Takes in a committed change of one place, which made the stored tree's version what is given.</summary>
    public void Apply(Place place, long treeVersion)
    {
        lock (_gate)
        {
            Set(place);
            if (treeVersion <= _version) return;
            _early.Add(treeVersion);
            while (_early.Remove(_version + 1)) Interlocked.Increment(ref _version);
        }
    }

    /// <summary>The place with this id, or null.</summary>
    public Place? Find(string id)
    {
        lock (_gate) return _places.GetValueOrDefault(id);
    }

    /// <summary>The place that somebody else calls by an identifier; null where none is, or several are.</summary>
    /// <param name="identifier">As <c>system|value</c> in normal form, or the value alone.</param>
    public Place? FindNamed(string identifier)
    {
        lock (_gate) return _named.TryGetValue(identifier, out var ids) && ids.Count == 1 ? _places[ids.Min!] : null;
    }

    /// <summary>The place itself, then its ancestors from the nearest up. The array is shared: never write to it.</summary>
    public string[] PathOf(string id)
    {
        lock (_gate)
        {
            if (_paths.TryGetValue(id, out var known)) return known;
            var path = new List<string>(PlaceLevel.All.Count);
            for (var at = _places.GetValueOrDefault(id); at is not null; at = ParentOf(at)) path.Add(at.Id);
            if (path.Count == 0) return [id];
            return _paths[id] = [.. path];
        }
    }

    /// <summary>The places that name this one as their parent.</summary>
    public IReadOnlyList<Place> ChildrenOf(string id)
    {
        lock (_gate) return _children.TryGetValue(id, out var ids) ? [.. ids.Select(child => _places[child])] : [];
    }

    /// <summary>A place with all below it that are places of their own, it first.</summary>
    /// <param name="place">The place.</param>
    /// <param name="most">Where there are more than so many, some are left out, and more than so many are there.</param>
    public IReadOnlyList<Place> WithAllBelow(Place place, int most)
    {
        var places = new List<Place> { place };
        for (var at = 0; at < places.Count && places.Count <= most; at++) places.AddRange(PartsOf(places[at].Id));
        return places;
    }

    /// <summary>The places right below one that are places of their own, by id.</summary>
    public IReadOnlyList<Place> PartsOf(string id)
    {
        lock (_gate) return [.. OwnPartsOf(id)];
    }

    /// <summary>The ids of the places that were merged into one. Into each of them others may have been before.</summary>
    public IReadOnlyList<string> MergedInto(string id)
    {
        lock (_gate) return [.. LinkedTo(id).Where(part => part.MergedInto == id).Select(part => part.Id)];
    }

    /// <summary>The place of which another is a part since they were merged, at last; itself where it is none's, or is not
    /// known.</summary>
    public string NowAt(string id)
    {
        while (Find(id)?.MergedInto is { } into) id = into;
        return id;
    }

    /// <summary>Whether a place lies in a reach. One that is not known lies only where it is named itself.</summary>
    public bool IsIn(Reach reach, string id) => reach.IsEverywhere || reach.Covers(PathOf(id));

    /// <summary>Whether there is such a place, and a reach shows it: what is not so is answered alike.</summary>
    public bool Shows(Reach reach, string id) => Find(id) is { } place && IsShown(reach, place);

    /// <summary>The ids of all places in a reach that is not everywhere, in order, also of those that it names and that are not
    /// known.</summary>
    public IReadOnlyList<string> Within(Reach reach)
    {
        lock (_gate) return [.. reach.Roots.SelectMany(Unordered).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether no other place lies in this one, but for those that were merged into it.</summary>
    public bool IsLeaf(string id)
    {
        lock (_gate) return !OwnPartsOf(id).Any();
    }

    /// <summary>The places in a place, itself perhaps, in which no other lies: its facilities, whatever their level. What was merged into
    /// one is no other.</summary>
    public IReadOnlyList<string> LeavesOf(string id)
    {
        var leaves = new List<string>();
        lock (_gate) Add(id);
        return leaves;

        void Add(string place)
        {
            var before = leaves.Count;
            foreach (var part in OwnPartsOf(place)) Add(part.Id);
            if (leaves.Count == before) leaves.Add(place);
        }
    }

    /// <summary>The ids of a place and of all below it, in order; of a place that is not known its own alone.</summary>
    public IReadOnlyList<string> Within(string id)
    {
        List<string> within;
        lock (_gate) within = Unordered(id);
        within.Sort(StringComparer.Ordinal);
        return within;
    }

    /// <summary>The time zone of a place by its IANA name: its own, or that of the nearest place above it that has one; null where none
    /// has.</summary>
    public string? TimeZoneOf(string id)
    {
        lock (_gate)
        {
            var at = _places.GetValueOrDefault(id);
            // By the parents that are named, whatever is known of their levels.
            for (var step = 0; step < PlacesAboveMax && at is { TimeZone: null, ParentId: { } parent }; step++)
                at = _places.GetValueOrDefault(parent);
            return at?.TimeZone;
        }
    }

    /// <summary>Whether any place is of this country.</summary>
    public bool HasCountry(string country)
    {
        lock (_gate) return _places.Values.Any(place => place.Country == country);
    }

    /// <summary>The places of a country that lie below no other: one, where the country is a place itself.</summary>
    public IEnumerable<string> RootsOf(string country)
    {
        lock (_gate) return (_roots ??= _places.Values.Where(place => ParentOf(place) is null)
            .ToLookup(place => place.Country, place => place.Id))[country];
    }

    /// <summary>The ids of all places in a reach that are known, in no order.</summary>
    public IReadOnlyCollection<string> Ids(Reach reach)
    {
        lock (_gate) return reach.IsEverywhere ? [.. _places.Keys] : [.. PlacesIn(reach).Select(place => place.Id)];
    }

    /// <summary>Every place, by id.</summary>
    public IReadOnlyList<Place> All()
    {
        lock (_gate) return [.. _places.Values.OrderBy(place => place.Id, StringComparer.Ordinal)];
    }

    /// <summary>Whether a link from a child to this parent counts.</summary>
    public static bool Links(Place child, Place? parent) =>
        parent is not null && child.ParentId == parent.Id
        && (PlaceLevel.Rank(parent.Level) < PlaceLevel.Rank(child.Level) || child.MergedInto == parent.Id);

    /// <summary>The path of <see cref="PathOf"/>, read place by place from somewhere else: a transaction, say.</summary>
    public static async ValueTask<string[]> PathFrom(string id, Func<string, ValueTask<Place?>> find)
    {
        var path = new List<string> { id };
        var at = await find(id);
        while (at?.ParentId is { } parentId && await find(parentId) is { } parent && Links(at, parent))
        {
            path.Add(parent.Id);
            at = parent;
        }

        return [.. path];
    }

    private Place? ParentOf(Place place) =>
        place.ParentId is { } id && _places.TryGetValue(id, out var parent) && Links(place, parent) ? parent : null;

    private IEnumerable<Place> OfLevel(string level) =>
        _levels.TryGetValue(level, out var ids) ? ids.Select(id => _places[id]) : [];

    private List<string> Unordered(string id)
    {
        var within = new List<string> { id };
        for (var at = 0; at < within.Count; at++) within.AddRange(LinkedTo(within[at]).Select(part => part.Id));
        return within;
    }

    private IEnumerable<Place> PlacesIn(Reach reach) =>
        reach.Roots.SelectMany(Unordered).Distinct().Select(id => _places.GetValueOrDefault(id)).OfType<Place>();

    private IEnumerable<Place> OwnPartsOf(string place) => LinkedTo(place).Where(IsOwn);

    private static bool IsOwn(Place place) => place.MergedInto is null;

    private IEnumerable<Place> LinkedTo(string parent) =>
        _children.TryGetValue(parent, out var ids) ? ids.Select(id => _places[id]).Where(child => ParentOf(child) is not null) : [];

    private void Set(Place place)
    {
        if (_places.TryGetValue(place.Id, out var old))
        {
            if (old.Version >= place.Version) return;
            if (old.ParentId is { } before) _children[before].Remove(place.Id);
            _levels[old.Level].Remove(place.Id);
            foreach (var name in NamesOf(old)) _named[name].Remove(place.Id);
        }

        _places[place.Id] = place;
        Group(_levels, place.Level).Add(place.Id);
        if (place.ParentId is { } parentId) Group(_children, parentId).Add(place.Id);
        foreach (var name in NamesOf(place)) Group(_named, name).Add(place.Id);
        _paths.Clear();
        _roots = null;
        Interlocked.Increment(ref _changes);
    }

    private static IEnumerable<string> NamesOf(Place place) =>
        place.Identifiers?.SelectMany(identifier => (string[])[identifier.ToString(), identifier.Code]).Distinct() ?? [];

    private static SortedSet<string> Group(Dictionary<string, SortedSet<string>> groups, string key)
    {
        if (!groups.TryGetValue(key, out var ids)) groups[key] = ids = new SortedSet<string>(StringComparer.Ordinal);
        return ids;
    }
}
