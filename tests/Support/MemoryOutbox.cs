using Distribution.Platform.Storage;

namespace Distribution.Tests.Support;

/// <summary>The outbox of a store in memory.</summary>
internal sealed class MemoryOutbox : IOutbox
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Row> _rows = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;

    /// <summary>Adds an event, in place of the unsent one of the same aggregate.</summary>
    public void Publish(string wireName, byte[] body, DateTimeOffset recordedAt, string? supersedes, string? traceParent)
    {
        lock (_gate)
        {
            if (supersedes is not null)
            {
                foreach (var old in _rows.Values.Where(row => row.Supersedes == supersedes && row.Parked is null).ToList())
                    _rows.Remove(old.Event.Position);
            }

            var outgoing = new OutboxEvent(++_last, Guid.CreateVersion7(), wireName, body, recordedAt, traceParent);
            _rows.Add(outgoing.Position, new Row(outgoing, supersedes, null));
            _more.TrySetResult();
        }
    }

    public Task WaitForEvents(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_rows.Values.All(row => row.Parked is not null) && _more.Task.IsCompleted)
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _more.Task.WaitAsync(cancel);
        }
    }

    public ValueTask<IReadOnlyList<OutboxEvent>> Unsent(int limit, CancellationToken cancel = default)
    {
        lock (_gate) return new([.. _rows.Values.Where(row => row.Parked is null).Take(limit).Select(row => row.Event)]);
    }

    public ValueTask Settle(IReadOnlyList<long> sent, IReadOnlyList<PoisonEvent> parked, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            foreach (var position in sent) _rows.Remove(position);
            foreach (var poison in parked)
                if (_rows.TryGetValue(poison.Position, out var row)) _rows[poison.Position] = row with { Parked = poison.Reason };
        }

        return default;
    }

    public ValueTask<IReadOnlyList<ParkedEvent>> Parked(long after, int limit, CancellationToken cancel = default)
    {
        lock (_gate)
            return new([.. _rows.Values.Where(row => row.Parked is not null && row.Event.Position > after).Take(limit)
                .Select(row => new ParkedEvent(row.Event, row.Parked!))]);
    }

    public ValueTask<bool> Replay(long position, CancellationToken cancel = default)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(position, out var row) || row.Parked is null) return new(false);
            _rows[position] = row with { Parked = null };
            _more.TrySetResult();
            return new(true);
        }
    }

    public ValueTask<bool> Discard(long position, CancellationToken cancel = default)
    {
        lock (_gate) return new(_rows.TryGetValue(position, out var row) && row.Parked is not null && _rows.Remove(position));
    }

    public ValueTask<OutboxDepth> Depth(CancellationToken cancel = default)
    {
        lock (_gate)
        {
            var parked = _rows.Values.Count(row => row.Parked is not null);
            return new(new OutboxDepth(_rows.Count - parked, parked));
        }
    }

    public ValueTask<OutboxLag> Lag(CancellationToken cancel = default)
    {
        lock (_gate)
            return new(new OutboxLag(
                _rows.Values.FirstOrDefault(row => row.Parked is null)?.Event.RecordedAt,
                _rows.Values.Count(row => row.Parked is not null)));
    }

    private sealed record Row(OutboxEvent Event, string? Supersedes, string? Parked);
}
