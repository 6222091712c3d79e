namespace Distribution.SharedKernel.Places;

/// <summary>
/// The places that something extends over: all of them, or some with all below them, by the tree as it is when it is asked. Never expanded
/// into the places below, so that one which moves is in or out at once.
/// </summary>
public sealed class Reach
{
    private const char Comma = ',';

    private readonly HashSet<string>? _roots;

    private Reach(HashSet<string>? roots)
    {
        _roots = roots;
        Key = roots is null ? "*" : string.Join(Comma, roots.Order(StringComparer.Ordinal));
    }

    /// <summary>All places, also those that are not known yet.</summary>
    public static Reach Everywhere { get; } = new(null);

    /// <summary>Some places with all below them; none where nothing is given.</summary>
    public static Reach Of(IEnumerable<string> roots) => new(roots.ToHashSet(StringComparer.Ordinal));

    /// <summary>Whether it is all places.</summary>
    public bool IsEverywhere => _roots is null;

    /// <summary>The places whose whole it is, which need not be known; empty where it is everywhere.</summary>
    public IReadOnlyCollection<string> Roots => _roots ?? [];

    /// <summary>The same text for the same places; everywhere it is one that no id can be.</summary>
    public string Key { get; }

    /// <summary>Whether a place lies in it.</summary>
    /// <param name="path">The place, then those above it (<see cref="PlaceTree.PathOf"/>).</param>
    public bool Covers(string[] path)
    {
        if (_roots is null) return true;
        foreach (var place in path)
            if (_roots.Contains(place)) return true;
        return false;
    }
}
