using System.Buffers.Binary;

namespace Distribution.Load.Italy;

/// <summary>Every dose's own id, the same in every run.</summary>
internal static class DoseIds
{
    private const long OpensAt = 8 * 3_600_000;
    private const long OpenFor = 12 * 3_600_000;

    /// <summary>The id of a dose: UUIDv7 of the moment at which it was given, or a random one.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="dose">Its place in the row.</param>
    /// <param name="timeOrdered">Whether it is UUIDv7.</param>
    public static Guid Of(DayOfRegion row, int dose, bool timeOrdered) =>
        Make(row, dose, (ulong)(row.FirstDose + dose), timeOrdered);

    /// <summary>The id of a submission that ends with this dose.</summary>
    /// <param name="row">The dose's row.</param>
    /// <param name="dose">Its place in the row.</param>
    /// <param name="again">Whether the doses have come before in another one.</param>
    /// <param name="timeOrdered">Whether it is UUIDv7.</param>
    public static Guid OfSubmission(DayOfRegion row, int dose, bool again, bool timeOrdered) =>
        Make(row, dose, (ulong)(row.FirstDose + dose) | (again ? 3UL : 2UL) << 60, timeOrdered);

    /// <summary>A number from 0 to 2⁶⁴ that looks random, made of another (SplitMix64: Steele, Lea, Flood 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    // RFC 9562: 48 bits of milliseconds in version 7, otherwise random; 4 bits of version, 2 bits of variant. Mixing is
    // one to one and the numbers differ, so the low halves differ: but for the two bits of the variant, which the high
    // halves make up for.
    private static Guid Make(DayOfRegion row, int dose, ulong number, bool timeOrdered)
    {
        Span<byte> bytes = stackalloc byte[16];
        var low = Mix(number);
        var high = Mix(low);
        if (timeOrdered)
        {
            var day = (row.Day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 86_400_000L;
            high = ((ulong)(day + OpensAt + OpenFor * dose / row.Doses) << 16) | (high & 0xFFF) | 0x7000;
        }
        else high = (high & ~0xF000UL) | 0x4000;

        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (low >> 2) | (1UL << 63));
        return new Guid(bytes, bigEndian: true);
    }
}
