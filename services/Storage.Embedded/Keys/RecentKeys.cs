using System.Numerics;
using Distribution.Storage.Embedded.Packs;

namespace Distribution.Storage.Embedded.Keys;

/// <summary>
/// The keys that came after the last run was written: a table with open addresses. One thread writes, others may read
/// meanwhile: they see a key whole or not at all.
/// </summary>
internal sealed class RecentKeys
{
    private const int CapacityMin = 1024;
    private const ulong Removed = ulong.MaxValue;
    private readonly Slot[] _slots;
    private readonly int _shift;
    private int _used;

    /// <summary>An empty table that takes so many keys before it is full.</summary>
    public RecentKeys(int keys = 0)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(CapacityMin, keys * 8L / 5 + 1));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2((uint)size);
    }

    /// <summary>Keys in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another key would make the table slow: it is to be added to <see cref="Larger"/>.</summary>
    public bool IsFull => _used * 8L >= _slots.Length * 5L;

    /// <summary>A copy with room for as many again.</summary>
    public RecentKeys Larger()
    {
        var larger = new RecentKeys(Count * 2);
        ForEach(larger.Add);
        return larger;
    }

    public void Add(ulong word, KeyPlace place)
    {
        var at = First(word);
        while (_slots[at].Place != 0) at = Next(at);
        Fill(ref _slots[at], word, place);
    }

    /// <summary>Adds a key when none of its word is here; false when there is one.</summary>
    public bool TryAdd(ulong word, KeyPlace place)
    {
        var at = First(word);
        for (; _slots[at].Place is not 0 and var taken; at = Next(at))
            if (_slots[at].Word == word && taken != Removed) return false;
        Fill(ref _slots[at], word, place);
        return true;
    }

    public void Remove(ulong word, KeyPlace place)
    {
        for (var at = First(word); _slots[at].Place != 0; at = Next(at))
        {
            if (_slots[at].Word != word || _slots[at].Place != place.Number) continue;
            Volatile.Write(ref _slots[at].Place, Removed);
            Count--;
            return;
        }
    }

    /// <summary>Adds the places of the keys with this word.</summary>
    public void Candidates(ulong word, List<KeyPlace> into)
    {
        ulong place;
        for (var at = First(word); (place = Volatile.Read(ref _slots[at].Place)) != 0; at = Next(at))
            if (_slots[at].Word == word && place != Removed) into.Add(new KeyPlace(place));
    }

    /// <summary>
    /// Marks words of which a key is here, not all of them. Many at once, so that the processor fetches the slots of the
    /// next ones while it waits for one: those who then look at each find it in its cache.
    /// </summary>
    public void Glance(ReadOnlySpan<ulong> words, Span<bool> here)
    {
        for (var index = 0; index < words.Length; index++) here[index] = _slots[First(words[index])].Word == words[index];
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
        foreach (ref readonly var slot in _slots.AsSpan())
            if (slot.Place is not (0 or Removed)) action(slot.Word, new KeyPlace(slot.Place));
    }

    private void Fill(ref Slot slot, ulong word, KeyPlace place)
    {
        slot.Word = word;
        Volatile.Write(ref slot.Place, place.Number);
        _used++;
        Count++;
    }

    private int First(ulong word) => (int)(KeyWord.Mix(word) >> _shift);

    private int Next(int at) => (at + 1) & (_slots.Length - 1);

    /// <summary>A word and its place, together in one line of the processor's cache. Place 0: free.</summary>
    private struct Slot
    {
        public ulong Word;
        public ulong Place;
    }
}
