using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Packs;

namespace Distribution.Storage.Tests;

public sealed class KeyPackTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(500, 1)]
    [InlineData(500, 40)]
    [InlineData(500, 500)]
    [InlineData(70_000, 70_000)]
    public void A_pack_is_read_back_as_it_was_written(int count, int distinct)
    {
        var random = new Random(count + distinct);
        var values = Enumerable.Range(0, distinct).Select(number => Value(random, number)).ToArray();
        var keys = Enumerable.Range(0, count).Select(index => new InsertOnceKey(Key(index, 16), values[index % distinct])).ToArray();

        var pack = KeyPack.Decode(KeyPack.Encode(keys, members: null, left: null));

        Assert.Equal(count, pack.Count);
        for (var slot = 0; slot < count; slot++)
        {
            Assert.True(pack.Holds(slot, keys[slot].Key.Span));
            Assert.True(pack.Value(slot).Span.SequenceEqual(keys[slot].Value.Span));
        }
    }

    [Fact]
    public void A_place_can_be_left_empty_and_its_key_replaced()
    {
        InsertOnceKey[] keys = [new(Key(1, 16), "a"u8.ToArray()), new(Key(2, 3), Array.Empty<byte>()), new(Key(3, 300), "c"u8.ToArray())];

        var left = KeyPack.Decode(KeyPack.Encode(keys, members: null, left: [0]));
        Assert.True(left.Key(0).IsEmpty);
        Assert.True(left.Holds(2, keys[2].Key.Span));

        var other = KeyPack.Decode(left.With(1, new InsertOnceKey(keys[1].Key, "other"u8.ToArray())));
        Assert.True(other.Key(0).IsEmpty);
        Assert.True(other.Value(1).Span.SequenceEqual("other"u8));
        Assert.True(other.Value(2).Span.SequenceEqual("c"u8));
        Assert.False(KeyPack.IsEmpty(left.With(1, default)));
        Assert.True(KeyPack.IsEmpty(KeyPack.Encode(keys, members: null, left: [0, 1, 2])));
    }

    [Fact]
    public void Records_that_are_much_alike_take_little()
    {
        var keys = Enumerable.Range(0, 500).Select(index => new InsertOnceKey(
            Key(index, 16), System.Text.Encoding.UTF8.GetBytes(
                $"ITA-LOM vaccine {index % 10} on 2021-04-0{index % 9} of submission 0189a0b2-5a1e-7000-8000-000000000001"))).ToArray();

        Assert.InRange(KeyPack.Encode(keys, members: null, left: null).Length, 500 * 17, 500 * 17 + 90 * 40);
    }

    [Fact]
    public void An_empty_key_is_refused() =>
        Assert.Throws<ArgumentException>(() => new KeyPacks("doses", [new InsertOnceKey(default, "v"u8.ToArray())]));

    private static byte[] Key(int index, int length)
    {
        var key = new byte[length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(key, (ushort)index);
        key[^1] = (byte)(index >> 16);
        return key;
    }

    private static byte[] Value(Random random, int number)
    {
        var value = new byte[random.Next(4, 60)];
        random.NextBytes(value.AsSpan(0, value.Length / 3));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return value;
    }
}
