using System.Numerics;

namespace Distribution.Platform.Storage.Sqlite;

/// <summary>
/// The keys that came after the last run was written: a table with open addresses. One thread writes, others may read
/// meanwhile: they see a key whole or not at all.
/// </summary>
internal sealed class RecentKeys
{
    private const int CapacityMin = 1024;
    private const ulong Removed = ulong.MaxValue;
    private readonly ulong[] _words;
    private readonly ulong[] _places;
    private readonly int _shift;
    private int _used;

    public RecentKeys(int capacity = CapacityMin)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(CapacityMin, capacity));
        _words = new ulong[size];
        _places = new ulong[size];
        _shift = 64 - BitOperations.Log2((uint)size);
    }

    /// <summary>Keys in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another key would make the table slow: it is to be added to <see cref="Larger"/>.</summary>
    public bool IsFull => _used * 2 >= _words.Length;

    /// <summary>A copy with room for as many again.</summary>
    public RecentKeys Larger()
    {
        var larger = new RecentKeys(Count * 4);
        ForEach(larger.Add);
        return larger;
    }

    public void Add(ulong word, KeyPlace place)
    {
        var at = First(word);
        while (_places[at] != 0) at = (at + 1) & (_places.Length - 1);
        _words[at] = word;
        Volatile.Write(ref _places[at], place.Number);
        _used++;
        Count++;
    }

    public void Remove(ulong word, KeyPlace place)
    {
        for (var at = First(word); _places[at] != 0; at = (at + 1) & (_places.Length - 1))
        {
            if (_words[at] != word || _places[at] != place.Number) continue;
            Volatile.Write(ref _places[at], Removed);
            Count--;
            return;
        }
    }

    /// <summary>Adds the places of the keys with this word.</summary>
    public void Candidates(ulong word, List<KeyPlace> into)
    {
        ulong place;
        for (var at = First(word); (place = Volatile.Read(ref _places[at])) != 0; at = (at + 1) & (_places.Length - 1))
            if (_words[at] == word && place != Removed) into.Add(new KeyPlace(place));
    }

    /// <summary>All keys, in the order of their words.</summary>
    public (ulong[] Words, ulong[] Places) Sorted()
    {
        var words = new ulong[Count];
        var places = new ulong[Count];
        var at = 0;
        ForEach((word, place) =>
        {
            words[at] = word;
            places[at++] = place.Number;
        });
        Array.Sort(words, places);
        return (words, places);
    }

    private void ForEach(Action<ulong, KeyPlace> action)
    {
        for (var at = 0; at < _places.Length; at++)
            if (_places[at] is not (0 or Removed)) action(_words[at], new KeyPlace(_places[at]));
    }

    private int First(ulong word) => (int)(KeyWord.Mix(word) >> _shift);
}
