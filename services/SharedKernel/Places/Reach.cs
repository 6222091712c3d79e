namespace Distribution.SharedKernel.Places;

/// <summary>
/// The places that something extends over: all of them, or some with all below them, by the tree as it is when it is asked. Never expanded
/// into the places below, so that one which moves is in or out at once. Of some it may show no place below a level, though what lies there
/// is in the sums of those above.
/// </summary>
public sealed class Reach
{
    private const char Comma = ',';
    private const char Colon = ':';

    private readonly Dictionary<string, int>? _deepest;

    private Reach(Dictionary<string, int>? deepest)
    {
        _deepest = deepest;
        Key = deepest is null ? "*" : string.Join(Comma, deepest.OrderBy(root => root.Key, StringComparer.Ordinal).Select(Text));
        ShowsAll = deepest is null || deepest.Values.All(rank => rank == int.MaxValue);
    }

    /// <summary>All places, also those that are not known yet.</summary>
    public static Reach Everywhere { get; } = new(null);

    /// <summary>Some places with all below them; none where nothing is given.</summary>
    public static Reach Of(IEnumerable<string> roots) => Of(roots.Select(root => (root, (string?)null)));

    /// <summary>Some places with all below them, each with the lowest level of which it shows places, or null for all of them.</summary>
    public static Reach Of(IEnumerable<(string Root, string? Deepest)> roots)
    {
        var deepest = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (root, level) in roots)
            deepest[root] = Math.Max(deepest.GetValueOrDefault(root, -1), level is null ? int.MaxValue : PlaceLevel.Rank(level));
        return new(deepest);
    }

    /// <summary>Whether it is all places.</summary>
    public bool IsEverywhere => _deepest is null;

    /// <summary>Whether it shows every place that lies in it.</summary>
    public bool ShowsAll { get; }

    /// <summary>The places whose whole it is, which need not be known; empty where it is everywhere.</summary>
    public IReadOnlyCollection<string> Roots => _deepest is null ? [] : _deepest.Keys;

    /// <summary>The same text for the same places; everywhere it is one that no id can be.</summary>
    public string Key { get; }

    /// <summary>Whether a place lies in it.</summary>
    /// <param name="path">The place, then those above it (<see cref="PlaceTree.PathOf"/>).</param>
    public bool Covers(string[] path)
    {
        if (_deepest is null) return true;
        foreach (var place in path)
            if (_deepest.ContainsKey(place)) return true;
        return false;
    }

    /// <summary>Whether a place lies in it, and places of a level are shown there.</summary>
    /// <param name="path">The place, then those above it.</param>
    /// <param name="level">The level: that of the place, or a lower one.</param>
    public bool Shows(string[] path, string level)
    {
        if (_deepest is null) return true;
        foreach (var place in path)
            if (_deepest.TryGetValue(place, out var deepest) && PlaceLevel.Rank(level) <= deepest) return true;
        return false;
    }

    private static string Text(KeyValuePair<string, int> root) =>
        root.Value == int.MaxValue ? root.Key : $"{root.Key}{Colon}{root.Value}";
}
