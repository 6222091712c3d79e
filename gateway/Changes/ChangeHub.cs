using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Distribution.Gateway.Changes;

/// <summary>One who listens to changes. What is said faster than it is taken is put together, never queued.</summary>
/// <param name="country">Only this country's changes, or null for all.</param>
internal sealed class Listener(string? country)
{
    private readonly PendingChanges _pending = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Says a change.</summary>
    public void Offer(CountryChange change)
    {
        if (country is not null && change.Country is not null && change.Country != country) return;
        _pending.Add(change.Country, change.VaccineIds);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Waits for changes and takes them all; none when the time is up.</summary>
    public async Task<IReadOnlyList<CountryChange>> Take(TimeSpan wait, TimeProvider clock, CancellationToken cancel)
    {
        using var timeUp = new CancellationTokenSource(wait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, cancel);
        try
        {
            await _signal.Reader.ReadAsync(either.Token);
            return _pending.Drain(clock.GetUtcNow());
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [];
        }
    }
}

/// <summary>
/// Tells listeners what changed: at once when all was quiet, then at most every <see cref="SayWait"/>. An event costs
/// the same however many listen, for it only goes into what is said next.
/// </summary>
internal sealed class ChangeHub(TimeProvider clock)
{
    /// <summary>Listeners at most.</summary>
    public const int ListenersMax = 1_000;

    /// <summary>The shortest time between two messages about a country.</summary>
    public static readonly TimeSpan SayWait = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Listener, bool> _listeners = new();
    private readonly PendingChanges _pending = new();
    private int _listening;
    private int _saying;

    /// <summary>Whether anyone listens: when not, changes need not be worked out.</summary>
    public bool IsHeard => Volatile.Read(ref _listening) > 0;

    /// <summary>Begins to listen; null when too many do.</summary>
    public Listener? Join(string? country)
    {
        if (Interlocked.Increment(ref _listening) > ListenersMax)
        {
            Interlocked.Decrement(ref _listening);
            return null;
        }

        var listener = new Listener(country);
        _listeners[listener] = true;
        return listener;
    }

    /// <summary>Ends listening.</summary>
    public void Leave(Listener listener)
    {
        if (_listeners.TryRemove(listener, out _)) Interlocked.Decrement(ref _listening);
    }

    /// <summary>Something changed.</summary>
    /// <param name="country">Where, or null when it is not known.</param>
    /// <param name="vaccineIds">Of what, or null for any.</param>
    public void Changed(string? country, IReadOnlyCollection<string>? vaccineIds)
    {
        if (!IsHeard) return;
        _pending.Add(country, vaccineIds);
        if (Interlocked.Exchange(ref _saying, 1) == 0) _ = Task.Run(Say);
    }

    private async Task Say()
    {
        while (true)
        {
            foreach (var change in _pending.Drain(clock.GetUtcNow()))
                foreach (var listener in _listeners.Keys)
                    listener.Offer(change);
            await Task.Delay(SayWait, clock);
            if (!_pending.IsEmpty) continue;

            // A change that came before the flag fell found it up: look once more, and go on if it is ours to say.
            Volatile.Write(ref _saying, 0);
            if (_pending.IsEmpty || Interlocked.Exchange(ref _saying, 1) == 1) return;
        }
    }
}
