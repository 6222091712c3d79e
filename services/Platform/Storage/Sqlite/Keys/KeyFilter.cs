using System.Runtime.InteropServices;

namespace Distribution.Platform.Storage.Sqlite;

/// <summary>
/// Tells of most words that they are not in a run, without a look at the run: a Bloom filter whose bits for a word lie
/// in one line of the processor's cache (Putze, Sanders, Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007).
/// </summary>
internal sealed class KeyFilter
{
    private const int BitsPerKey = 12;
    private const int BitsPerWord = 6;
    private const int LineWords = 8;
    private readonly ulong[] _bits;
    private readonly ulong _lines;

    /// <summary>An empty filter for so many keys.</summary>
    public KeyFilter(long keys)
    {
        _lines = (ulong)(keys * BitsPerKey / 512 + 1);
        _bits = new ulong[_lines * LineWords];
    }

    /// <summary>The filter's bytes, to be kept and read back.</summary>
    public Span<byte> Bytes => MemoryMarshal.AsBytes(_bits.AsSpan());

    public void Add(ulong word)
    {
        var line = LineOf(word, out var bits);
        for (var bit = 0; bit < BitsPerWord; bit++, bits >>= 9) line[(int)(bits >> 6) & 7] |= 1UL << (int)(bits & 63);
    }

    /// <summary>False only when the word was not added.</summary>
    public bool MayHold(ulong word)
    {
        var line = LineOf(word, out var bits);
        for (var bit = 0; bit < BitsPerWord; bit++, bits >>= 9)
            if ((line[(int)(bits >> 6) & 7] & (1UL << (int)(bits & 63))) == 0) return false;
        return true;
    }

    private Span<ulong> LineOf(ulong word, out ulong bits)
    {
        var mixed = KeyWord.Mix(word);
        bits = KeyWord.Mix(~mixed);
        return _bits.AsSpan((int)Math.BigMul(mixed, _lines, out _) * LineWords, LineWords);
    }
}
