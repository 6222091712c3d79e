namespace Distribution.Gateway.Caching;

/// <summary>
/// A value from a service that is read when first needed and again when it is old. One read at a time; while reads
/// fail the last value stays, and the next try waits.
/// </summary>
/// <param name="read">Reads the value; null when that fails.</param>
/// <param name="clock">Tells the age.</param>
internal sealed class Refreshed<T>(Func<Task<T?>> read, TimeProvider clock) where T : class
{
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<T?>? _underway;
    private T? _value;
    private bool _failed;
    private long? _triedAt;

    /// <summary>The value, read anew when it is older than this; null when it never could be read.</summary>
    public ValueTask<T?> Get(TimeSpan ageMax)
    {
        lock (_gate)
        {
            if (_triedAt is { } at && clock.GetElapsedTime(at) < (_failed ? RetryWait : ageMax)) return new(_value);
            return new(_underway ??= Task.Run(Read));
        }
    }

    private async Task<T?> Read()
    {
        T? value = null;
        try
        {
            value = await read();
        }
        finally
        {
            lock (_gate)
            {
                _failed = value is null;
                _value = value ?? _value;
                _triedAt = clock.GetTimestamp();
                _underway = null;
            }
        }

        return _value;
    }
}
