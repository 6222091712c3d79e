namespace Distribution.Platform.Messaging;

/// <summary>The events of one service that are in work: handed out by a queue, and not yet consumed. Safe for many threads.</summary>
internal sealed class EventsInWork
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, DateTimeOffset> _recordedAt = [];
    private long _begun;
    private DateTimeOffset? _newestBegun;
    private DateTimeOffset? _lastSaid;

    /// <summary>An event comes into work.</summary>
    /// <returns>What to end it with.</returns>
    public long Begin(DateTimeOffset recordedAt)
    {
        lock (_gate)
        {
            if (_newestBegun is null || recordedAt > _newestBegun) _newestBegun = recordedAt;
            _recordedAt[++_begun] = recordedAt;
            return _begun;
        }
    }

    /// <summary>It was consumed, or goes back to the queue.</summary>
    public void End(long ticket)
    {
        lock (_gate) _recordedAt.Remove(ticket);
    }

    /// <summary>The moment before which every event has been consumed; null when that was never known.</summary>
    /// <param name="drained">The moment of the look at the queue when nothing waited in it, else null.</param>
    /// <param name="known">Whether the queue could be looked at. When not, what was said last still holds.</param>
    public DateTimeOffset? UpTo(DateTimeOffset? drained, bool known)
    {
        lock (_gate)
        {
            // What waits came after what was begun; what is in work is not consumed.
            var upTo = (known ? drained ?? _newestBegun : null) ?? _lastSaid;
            foreach (var recordedAt in _recordedAt.Values)
                if (recordedAt < upTo) upTo = recordedAt;
            return _lastSaid = upTo;
        }
    }
}
