namespace Distribution.Platform.Messaging.Progress;

/// <summary>The events of one service that are in work: handed out by a queue, and not yet consumed. Safe for many threads.</summary>
internal sealed class EventsInFlight
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, DateTimeOffset> _sentAt = [];
    private long _begun;
    private DateTimeOffset? _newestBegun;
    private DateTimeOffset? _lastSaid;

    /// <summary>An event comes into work.</summary>
    /// <param name="sentAt">When it was sent, which may be long after it was committed.</param>
    /// <returns>What to end it with.</returns>
    public long Begin(DateTimeOffset sentAt)
    {
        lock (_gate)
        {
            if (_newestBegun is null || sentAt > _newestBegun) _newestBegun = sentAt;
            _sentAt[++_begun] = sentAt;
            return _begun;
        }
    }

    /// <summary>It was consumed, or goes back to the queue.</summary>
    public void End(long ticket)
    {
        lock (_gate) _sentAt.Remove(ticket);
    }

    /// <summary>Every event that had been sent before this moment has been consumed; null when that was never known.</summary>
    /// <param name="drained">The moment of the look at the queue when nothing waited in it, else null.</param>
    /// <param name="known">Whether the queue could be looked at. When not, what was said last still holds.</param>
    public DateTimeOffset? UpTo(DateTimeOffset? drained, bool known)
    {
        lock (_gate)
        {
            // A queue hands out events in the order in which they came: what waits came after the newest that was begun had
            // been sent. What is in work is not consumed.
            var upTo = (known ? drained ?? _newestBegun : null) ?? _lastSaid;
            foreach (var sentAt in _sentAt.Values)
                if (sentAt < upTo) upTo = sentAt;
            return _lastSaid = upTo;
        }
    }
}
