namespace Distribution.Storage.MongoDb;

/// <summary>
/// Makes positions of events: the time of their commit and the writer's slot, always growing here, and small enough (until 2059) for a
/// JSON number to be exact. Between writers there is no order, and an event may become visible after one with a higher
/// position. Should two writers make the same, the later one's commit is refused and it decides again.
/// </summary>
internal sealed class MongoPositions(int slot)
{
    private const int StepsPerMillisecond = 512;
    private static readonly DateTimeOffset Epoch = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _last;

    /// <summary>Above 0, and above all that were given out here before.</summary>
    public long Next(DateTimeOffset recordedAt)
    {
        _last = Math.Max(_last + 1, (long)((recordedAt - Epoch).TotalMilliseconds * StepsPerMillisecond));
        return _last * MongoInstance.Slots + slot;
    }
}
