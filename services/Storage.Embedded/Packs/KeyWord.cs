using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Distribution.Storage.Embedded.Packs;

/// <summary>
/// What a key is sorted and looked up by: its first four bytes, which in time-ordered ids (UUID version 7) tell about a
/// minute, so that ids of one time lie together; then 32 bits of a hash, so that ids that begin alike are told apart.
/// Two keys may have the same word: whoever looks up compares the keys themselves.
/// </summary>
internal static class KeyWord
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    /// <summary>What the words of a space begin with.</summary>
    public static ulong Seed(string space)
    {
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(space.Length)];
        return Hash(Multiplier, utf8[..Encoding.UTF8.GetBytes(space, utf8)]);
    }

    /// <summary>The word of a key.</summary>
    public static ulong Of(ulong seed, ReadOnlySpan<byte> key)
    {
        Span<byte> begin = stackalloc byte[4];
        begin.Clear();
        key[..Math.Min(4, key.Length)].CopyTo(begin);
        return ((ulong)BinaryPrimitives.ReadUInt32BigEndian(begin) << 32) | (Hash(seed, key) >> 32);
    }

    /// <summary>Spreads a word's bits, for tables and filters.</summary>
    public static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 32)) * 0xD6E8FEB86659FD93;
        word = (word ^ (word >> 32)) * Multiplier;
        return word ^ (word >> 32);
    }

    /// <summary>A hash of bytes.</summary>
    public static ulong Hash(ulong seed, ReadOnlySpan<byte> bytes)
    {
        var hash = seed ^ (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..]) hash = Step(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        ulong tail = 0;
        for (var at = 0; at < bytes.Length; at++) tail |= (ulong)bytes[at] << (8 * at);
        return Mix(Step(hash, tail));
    }

    private static ulong Step(ulong hash, ulong word) => BitOperations.RotateLeft((hash ^ word) * Multiplier, 29);
}
