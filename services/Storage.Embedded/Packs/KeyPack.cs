using System.Numerics;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Embedded.Packs;

/// <summary>
/// Keys with their values in one block of bytes, each in a place of its own that stays when others are emptied. Values
/// that are the same are kept once, and of the others only what differs from the one before: the records of one
/// submission are much alike.
/// </summary>
/// <remarks>
/// Format 1: the format byte; places and distinct values (varints); bytes of each key, or 0 when they differ and each
/// is written after its own length (0: the place is empty); the keys; for each place the number of its value in 1, 2 or
/// 4 bytes, as few as all numbers need; for each value how many bytes it shares with the beginning and the end of the
/// one before, how many follow (varints), and these.
/// </remarks>
internal sealed class KeyPack
{
    private const byte Format = 1;
    private readonly ReadOnlyMemory<byte>[] _keys;
    private readonly ReadOnlyMemory<byte>[] _values;

    private KeyPack(ReadOnlyMemory<byte>[] keys, ReadOnlyMemory<byte>[] values) => (_keys, _values) = (keys, values);

    /// <summary>Places, empty ones among them.</summary>
    public int Count => _keys.Length;

    /// <summary>The key at a place; empty when the place is.</summary>
    public ReadOnlyMemory<byte> Key(int slot) => _keys[slot];

    /// <summary>The value at a place.</summary>
    public ReadOnlyMemory<byte> Value(int slot) => _values[slot];

    /// <summary>Whether a place holds this key.</summary>
    public bool Holds(int slot, ReadOnlySpan<byte> key) => _keys[slot].Span.SequenceEqual(key);

    /// <summary>The bytes of this pack with another key or value at a place.</summary>
    public byte[] With(int slot, InsertOnceKey key)
    {
        var keys = new InsertOnceKey[Count];
        for (var at = 0; at < keys.Length; at++) keys[at] = at == slot ? key : new InsertOnceKey(_keys[at], _values[at]);
        return Encode(keys, members: null, left: null);
    }

    /// <summary>Whether all places of a pack are empty.</summary>
    public static bool IsEmpty(byte[] body)
    {
        var pack = Decode(body);
        return Array.TrueForAll(pack._keys, key => key.IsEmpty);
    }

    /// <summary>Writes a pack.</summary>
    /// <param name="keys">Keys and values.</param>
    /// <param name="members">Which of them, or null for all.</param>
    /// <param name="left">Those of them whose places stay empty, or null.</param>
    public static byte[] Encode(IReadOnlyList<InsertOnceKey> keys, List<int>? members, HashSet<int>? left)
    {
        var count = members?.Count ?? keys.Count;
        var values = new DistinctValues(count);
        var numbers = new int[count];
        var keyBytes = 0;
        var keyLength = -1;
        for (var slot = 0; slot < count; slot++)
        {
            var (key, value, _) = At(slot);
            keyBytes += key.Length;
            keyLength = keyLength is -1 || keyLength == key.Length ? key.Length : 0;
            numbers[slot] = values.Number(value);
        }

        if (keyLength is < 0 or > byte.MaxValue) keyLength = 0;
        var width = values.All.Count <= 1 << 8 ? 1 : values.All.Count <= 1 << 16 ? 2 : 4;
        var most = 16 + keyBytes + (keyLength == 0 ? 5 * count : 0) + width * count;
        foreach (var value in values.All) most += 15 + value.Length;

        var body = new byte[most];
        var to = new PackWriter(body);
        to.Byte(Format);
        to.Number(count);
        to.Number(values.All.Count);
        to.Byte((byte)keyLength);
        for (var slot = 0; slot < count; slot++)
        {
            var key = At(slot).Key.Span;
            if (keyLength == 0) to.Number(key.Length);
            to.Bytes(key);
        }

        foreach (var number in numbers) to.Fixed(number, width);
        var before = ReadOnlySpan<byte>.Empty;
        foreach (var value in values.All)
        {
            var now = value.Span;
            var prefix = now.CommonPrefixLength(before);
            var suffix = CommonSuffixLength(now[prefix..], before[prefix..]);
            to.Number(prefix);
            to.Number(suffix);
            to.Number(now.Length - prefix - suffix);
            to.Bytes(now[prefix..^suffix]);
            before = now;
        }

        return body[..to.Length];

        InsertOnceKey At(int slot)
        {
            var index = members?[slot] ?? slot;
            return left is not null && left.Contains(index) ? default : keys[index];
        }
    }

    /// <summary>Reads a pack.</summary>
    /// <exception cref="InvalidDataException">The pack has a format that this version does not know.</exception>
    public static KeyPack Decode(byte[] body)
    {
        if (body[0] != Format) throw new InvalidDataException($"a pack of keys has format {body[0]}, which is not known");
        var from = new PackReader(body) { At = 1 };
        var count = from.Number();
        var distinct = new ReadOnlyMemory<byte>[from.Number()];
        var keyLength = (int)from.Byte();
        var keys = new ReadOnlyMemory<byte>[count];
        for (var slot = 0; slot < count; slot++) keys[slot] = from.Bytes(keyLength == 0 ? from.Number() : keyLength);
        var width = distinct.Length <= 1 << 8 ? 1 : distinct.Length <= 1 << 16 ? 2 : 4;
        var numbersAt = from.At;
        from.At += width * count;
        ReadOnlyMemory<byte> before = default;
        for (var number = 0; number < distinct.Length; number++)
        {
            var (prefix, suffix, rest) = (from.Number(), from.Number(), from.Number());
            var value = new byte[prefix + rest + suffix];
            before.Span[..prefix].CopyTo(value);
            from.Bytes(rest).Span.CopyTo(value.AsSpan(prefix));
            before.Span[(before.Length - suffix)..].CopyTo(value.AsSpan(prefix + rest));
            before = distinct[number] = value;
        }

        var values = new ReadOnlyMemory<byte>[count];
        from.At = numbersAt;
        for (var slot = 0; slot < count; slot++) values[slot] = distinct[from.Fixed(width)];
        return new KeyPack(keys, values);
    }

    private static int CommonSuffixLength(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var most = Math.Min(one.Length, other.Length);
        var length = 0;
        while (length < most && one[^(length + 1)] == other[^(length + 1)]) length++;
        return length;
    }

    /// <summary>Values in the order of their first appearance.</summary>
    private sealed class DistinctValues
    {
        private readonly int[] _table;
        private readonly int _mask;

        public DistinctValues(int count)
        {
            _table = new int[(int)BitOperations.RoundUpToPowerOf2((uint)count * 2 + 1)];
            _mask = _table.Length - 1;
        }

        public List<ReadOnlyMemory<byte>> All { get; } = [];

        public int Number(ReadOnlyMemory<byte> value)
        {
            for (var at = (int)KeyWord.Hash(0, value.Span) & _mask; ; at = (at + 1) & _mask)
            {
                if (_table[at] == 0)
                {
                    All.Add(value);
                    _table[at] = All.Count;
                    return All.Count - 1;
                }

                if (All[_table[at] - 1].Span.SequenceEqual(value.Span)) return _table[at] - 1;
            }
        }
    }

    private ref struct PackWriter(byte[] to)
    {
        public int Length { get; private set; }

        public void Byte(byte value) => to[Length++] = value;

        public void Number(int value)
        {
            for (; value >= 0x80; value >>= 7) Byte((byte)(value | 0x80));
            Byte((byte)value);
        }

        public void Fixed(int value, int width)
        {
            for (; width > 0; width--, value >>= 8) Byte((byte)value);
        }

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(to.AsSpan(Length));
            Length += bytes.Length;
        }
    }

    private ref struct PackReader(byte[] from)
    {
        public int At { get; set; }

        public byte Byte() => from[At++];

        public int Number()
        {
            var value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = Byte();
                value |= (next & 0x7F) << shift;
                if (next < 0x80) return value;
            }
        }

        public int Fixed(int width)
        {
            var value = 0;
            for (var shift = 0; width > 0; width--, shift += 8) value |= Byte() << shift;
            return value;
        }

        public ReadOnlyMemory<byte> Bytes(int length)
        {
            var bytes = from.AsMemory(At, length);
            At += length;
            return bytes;
        }
    }
}
