using System.Text;
using MongoDB.Bson;

namespace Distribution.Storage.MongoDb;

/// <summary>
/// How addresses become <c>_id</c>s. Parts are joined by the lowest character that no part may contain, so that the order of
/// the joined texts is the order of the parts, every scan is a range of the one index that each collection has anyway,
/// and a cluster may be sharded by it.
/// </summary>
internal static class MongoIds
{
    private const char Separator = '\u0001';
    private const char End = '\u0002';

    /// <summary>The id of a document or a counter.</summary>
    /// <exception cref="ArgumentException">A part holds a character that none may.</exception>
    public static string Join(string first, string second, string third)
    {
        Check(first);
        Check(second);
        Check(third);
        return string.Concat(Prefix(first, second), third);
    }

    /// <summary>The id of one of several that share an address.</summary>
    public static string WithSlot(string id, int slot) => $"{id}{Separator}{slot}";

    /// <summary>What the ids of a label's lists of keys begin with.</summary>
    public static string Label(string space, string label)
    {
        Check(label);
        return Prefix(space, label);
    }

    /// <summary>What all ids of a partition begin with.</summary>
    public static string Prefix(string first, string second) => $"{first}{Separator}{second}{Separator}";

    /// <summary>What all ids of a collection begin with.</summary>
    public static string Prefix(string first) => $"{first}{Separator}";

    /// <summary>Above every id that begins like this.</summary>
    public static string After(string prefix) => string.Concat(prefix.AsSpan(0, prefix.Length - 1), [End]);

    /// <summary>The parts of an id.</summary>
    public static string[] Split(string id) => id.Split(Separator);

    /// <summary>The id of a key: its space, a zero byte and the key.</summary>
    public static byte[] Key(string space, ReadOnlySpan<byte> key)
    {
        var length = Encoding.UTF8.GetByteCount(space);
        var id = new byte[length + 1 + key.Length];
        Encoding.UTF8.GetBytes(space, id);
        key.CopyTo(id.AsSpan(length + 1));
        return id;
    }

    /// <summary>The space and the key of a key's id.</summary>
    public static (string Space, byte[] Key) SplitKey(byte[] id)
    {
        var length = Array.IndexOf(id, (byte)0);
        return (Encoding.UTF8.GetString(id, 0, length), id[(length + 1)..]);
    }

    /// <summary>Bytes as BSON.</summary>
    public static BsonBinaryData Binary(byte[] bytes) => new(bytes);

    private static void Check(string part)
    {
        if (part.AsSpan().IndexOfAny('\0', Separator, End) >= 0)
            throw new ArgumentException("an address may not hold the characters U+0000 to U+0002", nameof(part));
    }
}

/// <summary>Keys are equal when their bytes are.</summary>
internal sealed class ByContent : IEqualityComparer<byte[]>
{
    public static readonly ByContent Comparer = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
