using System.Collections;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Embedded.Packs;

/// <summary>
/// Keys to insert once, packed before the transaction, so that the store's writer has less to do with each. To a store
/// that keeps keys one by one it is the list that it was made of.
/// </summary>
/// <remarks>The bytes of keys and values stay as they are until the change is committed or given up.</remarks>
internal sealed class KeyPacks : IReadOnlyList<InsertOnceKey>
{
    private readonly IReadOnlyList<InsertOnceKey> _keys;

    // Null while all keys have one label.
    private readonly (int Pack, int Slot)[]? _places;
    private readonly List<List<int>> _members = [];
    private readonly List<string?> _labels = [];
    private readonly byte[][] _bodies;

    /// <summary>Packs keys, those of a label together.</summary>
    /// <exception cref="ArgumentException">A key is empty.</exception>
    public KeyPacks(string space, IReadOnlyList<InsertOnceKey> keys)
    {
        Space = space;
        _keys = keys;
        Words = new ulong[keys.Count];
        var seed = KeyWord.Seed(space);
        var labels = keys.Count == 0 ? 0 : 1;
        for (var index = 0; index < Words.Length; index++)
        {
            var key = keys[index];
            if (key.Key.IsEmpty) throw new ArgumentException("a key is empty", nameof(keys));
            Words[index] = KeyWord.Of(seed, key.Key.Span);
            if (!ReferenceEquals(key.Label, keys[0].Label) && key.Label != keys[0].Label) labels = 2;
        }

        if (labels == 1) _labels.Add(keys[0].Label);
        if (labels == 2) _places = Split();
        _bodies = new byte[_labels.Count][];
        for (var pack = 0; pack < _bodies.Length; pack++) _bodies[pack] = KeyPack.Encode(keys, MembersOf(pack), left: null);
    }

    /// <summary>The space of all keys.</summary>
    public string Space { get; }

    /// <inheritdoc />
    public int Count => _keys.Count;

    /// <inheritdoc />
    public InsertOnceKey this[int index] => _keys[index];

    /// <inheritdoc />
    public IEnumerator<InsertOnceKey> GetEnumerator() => _keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The label of each pack.</summary>
    internal IReadOnlyList<string?> Labels => _labels;

    /// <summary>What each key is looked up by.</summary>
    internal ulong[] Words { get; }

    /// <summary>The pack in which a key is, and its place there.</summary>
    internal (int Pack, int Slot) PlaceOf(int index) => _places is null ? (0, index) : _places[index];

    /// <summary>A pack's bytes.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="left">Keys whose places stay empty, or null.</param>
    internal byte[] Body(int pack, HashSet<int>? left) =>
        left is null ? _bodies[pack] : KeyPack.Encode(_keys, MembersOf(pack), left);

    private List<int>? MembersOf(int pack) => _places is null ? null : _members[pack];

    private (int, int)[] Split()
    {
        var places = new (int, int)[_keys.Count];
        var packs = new Dictionary<string, int>();
        for (var index = 0; index < _keys.Count; index++)
        {
            var label = _keys[index].Label;
            if (!packs.TryGetValue(label ?? "", out var pack))
            {
                pack = packs.Count;
                packs.Add(label ?? "", pack);
                _labels.Add(label);
                _members.Add([]);
            }

            places[index] = (pack, _members[pack].Count);
            _members[pack].Add(index);
        }

        return places;
    }
}
