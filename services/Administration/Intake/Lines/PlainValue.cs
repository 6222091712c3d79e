using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Distribution.Administration.Intake.Lines;

/// <summary>Reads values of JSON that stand there as they are meant.</summary>
internal static class PlainValue
{
    private const int UuidLength = 36;

    /// <summary>The length of a text, from after its opening quote to its closing one.</summary>
    /// <param name="json">The bytes after the opening quote.</param>
    /// <returns>-1 when the text has an escape or a control character, is longer than any allowed value, or does not end.</returns>
    public static int TextLength(ReadOnlySpan<byte> json)
    {
        var at = 0;
        for (;
            at + Vector128<byte>.Count <= json.Length && at <= LineRules.ValueBytesMax - Vector128<byte>.Count;
            at += Vector128<byte>.Count)
        {
            var bytes = Vector128.Create(json.Slice(at, Vector128<byte>.Count));
            var ends = Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes, Vector128.Create((byte)' '));
            if (ends == Vector128<byte>.Zero) continue;
            var end = at + Vector128.IndexOfWhereAllBitsSet(ends);
            return json[end] == '"' ? end : -1;
        }

        for (; at < json.Length && at < LineRules.ValueBytesMax && json[at] is >= (byte)' ' and not (byte)'\\'; at++)
            if (json[at] == '"') return at;
        return -1;
    }

    /// <summary>Reads a whole number from 1 to 999999999; 0 when there is none.</summary>
    public static int Number(ReadOnlySpan<byte> json, out int length)
    {
        var number = 0;
        for (length = 0; length < 9 && length < json.Length && char.IsAsciiDigit((char)json[length]); length++)
        {
            number = number * 10 + json[length] - '0';
            if (number == 0) break;
        }

        return number;
    }

    /// <summary>Reads a UUID of 32 hexadecimal digits and four hyphens.</summary>
    public static bool TryUuid(ReadOnlySpan<byte> text, out Guid id)
    {
        id = default;
        if (text.Length != UuidLength || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
        var first = Vector128.Create(Four(text, 0), Four(text, 4), Four(text, 9), Four(text, 14)).AsByte();
        var second = Vector128.Create(Four(text, 19), Four(text, 24), Four(text, 28), Four(text, 32)).AsByte();
        if (!TryBytes(first, out var upper) || !TryBytes(second, out var lower)) return false;
        Span<byte> bytes = stackalloc byte[16];
        Vector128.Narrow(upper, lower).CopyTo(bytes);
        id = new Guid(bytes, bigEndian: true);
        return true;
    }

    private static uint Four(ReadOnlySpan<byte> text, int at) => BinaryPrimitives.ReadUInt32LittleEndian(text[at..]);

    /// <summary>The bytes that hexadecimal digits stand for, two digits each.</summary>
    private static bool TryBytes(Vector128<byte> digits, out Vector128<ushort> bytes)
    {
        var decimals = digits - Vector128.Create((byte)'0');
        var letters = (digits | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
        var areDecimals = Vector128.LessThan(decimals, Vector128.Create((byte)10));
        var areLetters = Vector128.LessThan(letters, Vector128.Create((byte)6));
        var values = Vector128.ConditionalSelect(areDecimals, decimals, letters + Vector128.Create((byte)10)).AsUInt16();
        // The first digit of two is the lower byte, and stands for the higher half.
        bytes = (values << 4 | values >> 8) & Vector128.Create((ushort)0xFF);
        return Vector128.EqualsAll(areDecimals | areLetters, Vector128<byte>.AllBitsSet);
    }
}
