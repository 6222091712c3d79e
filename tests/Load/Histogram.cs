using System.Numerics;

namespace Distribution.Load;

/// <summary>Counts durations in bounded memory, from any number of threads, each to within 1.6 % of its length.</summary>
internal sealed class Histogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counts = new long[Steps * (64 - StepBits)];
    private long _count;
    private long _max;

    /// <summary>How many were counted.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan duration)
    {
        var microseconds = (long)Math.Max(0, duration.TotalMicroseconds);
        Interlocked.Increment(ref _counts[Place(microseconds)]);
        Interlocked.Increment(ref _count);
        for (var max = Interlocked.Read(ref _max); microseconds > max;)
        {
            var seen = Interlocked.CompareExchange(ref _max, microseconds, max);
            if (seen == max) break;
            max = seen;
        }
    }

    /// <summary>By nearest rank, in milliseconds; all zero when nothing was counted.</summary>
    public Percentiles Percentiles() => Count == 0 ? default : new(At(50), At(95), At(99), Interlocked.Read(ref _max) / 1e3);

    private double At(int percent)
    {
        var rank = (Count * percent + 99) / 100;
        for (var place = 0; place < _counts.Length; place++)
        {
            rank -= Interlocked.Read(ref _counts[place]);
            if (rank <= 0) return Math.Min(Ceiling(place), Interlocked.Read(ref _max)) / 1e3;
        }

        return Interlocked.Read(ref _max) / 1e3;
    }

    // Exact below 64 µs; above, 64 places for each doubling.
    private static int Place(long microseconds)
    {
        if (microseconds < Steps) return (int)microseconds;
        var shift = BitOperations.Log2((ulong)microseconds) - StepBits;
        return (shift << StepBits) + (int)(microseconds >> shift);
    }

    private static long Ceiling(int place)
    {
        if (place < Steps) return place;
        var shift = (place >> StepBits) - 1;
        return ((long)(place - (shift << StepBits) + 1) << shift) - 1;
    }
}
