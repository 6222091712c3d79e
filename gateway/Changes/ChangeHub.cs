using System.Collections.Concurrent;
using System.Threading.Channels;
using Distribution.SharedKernel.Access;

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
/// by the different places that are listened to, however many listen, for it only goes into what is said next.
/// </summary>
internal sealed class ChangeHub(TimeProvider clock)
{
    /// <summary>Listeners at most.</summary>
    public const int ListenersMax = 1_000;

    /// <summary>The shortest time between two messages about a country.</summary>
    public static readonly TimeSpan SayWait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();

    // Those who may hear the same are told together.
    private readonly ConcurrentDictionary<string, Audience> _audiences = new();
    private int _listening;
    private int _saying;

    /// <summary>Whether anyone listens: when not, changes need not be worked out.</summary>
    public bool IsHeard => Volatile.Read(ref _listening) > 0;

    /// <summary>Begins to listen; null when too many do.</summary>
    /// <param name="country">Only this country's changes, or null for all.</param>
    /// <param name="hearing">Only what may be heard.</param>
    public Listener? Join(string? country, Hearing hearing)
    {
        if (Interlocked.Increment(ref _listening) > ListenersMax)
        {
            Interlocked.Decrement(ref _listening);
            return null;
        }

        var listener = new Listener(country);
        lock (_gate) _audiences.GetOrAdd(hearing.Key, _ => new Audience(hearing)).Listeners[listener] = true;
        return listener;
    }

    /// <summary>Ends listening.</summary>
    public void Leave(Listener listener)
    {
        lock (_gate)
        {
            foreach (var (key, audience) in _audiences)
            {
                if (!audience.Listeners.TryRemove(listener, out _)) continue;
                Interlocked.Decrement(ref _listening);
                if (audience.Listeners.IsEmpty) _audiences.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Something changed.</summary>
    /// <param name="country">Where, or null when it is not known.</param>
    /// <param name="vaccineIds">Of what, or null for any.</param>
    /// <param name="path">The place, then those above it; null for what concerns everybody.</param>
    /// <param name="measure">What changed (<see cref="ShareMeasure"/>), or null for anything.</param>
    public void Changed(string? country, IReadOnlyCollection<string>? vaccineIds, string[]? path = null, string? measure = null)
    {
        if (!IsHeard) return;
        foreach (var audience in _audiences.Values)
            if (audience.Hearing.Of(path, vaccineIds, measure) is var heard && heard?.Count != 0) audience.Pending.Add(country, heard);
        if (Interlocked.Exchange(ref _saying, 1) == 0) _ = Task.Run(Say);
    }

    private async Task Say()
    {
        while (true)
        {
            foreach (var audience in _audiences.Values)
                foreach (var change in audience.Pending.Drain(clock.GetUtcNow()))
                    foreach (var listener in audience.Listeners.Keys)
                        listener.Offer(change);
            await Task.Delay(SayWait, clock);
            if (!IsQuiet) continue;

            // A change that came before the flag fell found it up: look once more, and go on if it is ours to say.
            Volatile.Write(ref _saying, 0);
            if (IsQuiet || Interlocked.Exchange(ref _saying, 1) == 1) return;
        }
    }

    private bool IsQuiet => _audiences.Values.All(audience => audience.Pending.IsEmpty);

    private sealed class Audience(Hearing hearing)
    {
        public Hearing Hearing { get; } = hearing;

        public PendingChanges Pending { get; } = new();

        public ConcurrentDictionary<Listener, bool> Listeners { get; } = new();
    }
}
