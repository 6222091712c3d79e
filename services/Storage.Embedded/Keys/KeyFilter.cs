using System.Runtime.InteropServices;
using Distribution.Storage.Embedded.Packs;

namespace Distribution.Storage.Embedded.Keys;

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
        var signature = new WordSignature(word);
        var line = LineOf(signature);
        var bits = signature.Bits;
        for (var bit = 0; bit < BitsPerWord; bit++, bits >>= 9) line[(int)(bits >> 6) & 7] |= 1UL << (int)(bits & 63);
    }

    /// <summary>False only when the word was not added.</summary>
    public bool MayHold(in WordSignature word)
    {
        var line = LineOf(word);
        var bits = word.Bits;
        var all = 1UL;
        // No early end: which bit is missing cannot be guessed, and a wrong guess would stop the processor's looking ahead.
        for (var bit = 0; bit < BitsPerWord; bit++, bits >>= 9) all &= line[(int)(bits >> 6) & 7] >> (int)(bits & 63);
        return all != 0;
    }

    private Span<ulong> LineOf(in WordSignature word) => _bits.AsSpan((int)Math.BigMul(word.Line, _lines, out _) * LineWords, LineWords);
}

/// <summary>What a word has in every filter: made once for many of them.</summary>
internal readonly struct WordSignature
{
    public WordSignature(ulong word)
    {
        Line = KeyWord.Mix(word);
        Bits = KeyWord.Mix(~Line);
    }

    /// <summary>Tells its line, as a fraction of all lines.</summary>
    public ulong Line { get; }

    /// <summary>Tells its bits in the line, nine bits for each.</summary>
    public ulong Bits { get; }
}
