namespace Distribution.Storage.Embedded.Journal;

/// <summary>The order of texts by their bytes in UTF-8, which is SQLite's.</summary>
internal static class Utf8Order
{
    public static int Compare(string one, string other)
    {
        var same = one.AsSpan().CommonPrefixLength(other);
        if (same == one.Length || same == other.Length) return one.Length - other.Length;
        return Rank(one[same]) - Rank(other[same]);
    }

    // In UTF-16 the surrogates, which stand for the highest characters, come before the last of the others.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
