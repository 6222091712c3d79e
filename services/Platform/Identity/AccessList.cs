using System.Collections.Frozen;
using Distribution.SharedKernel.Access;

namespace Distribution.Platform.Identity;

/// <summary>Who has been given access, as a program that asks people to sign in keeps it in memory. Safe for many threads.</summary>
/// <param name="clock">The clock.</param>
/// <param name="uses">Told of the keys that are used.</param>
public sealed class AccessList(TimeProvider clock, AccessUses uses)
{
    /// <summary>Where a program that checks keys asks the Access service for the list.</summary>
    public const string Path = "/internal/access";

    /// <summary>How often it asks: what has ended is to be refused within a second.</summary>
    public static readonly TimeSpan LookWait = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the list is believed when nobody can say whether it still holds: longer than a restart takes.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(10);

    /// <summary>How long a session lasts that nobody uses.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan NewsWait = TimeSpan.FromSeconds(1);

    private volatile Held? _held;
    private TaskCompletionSource _look = NewLook();

    /// <summary>The version that is known; null before the first.</summary>
    public long? Version => _held?.Version;

    /// <summary>What countries share with their allies; nothing where that is not known, or too old to be believed.</summary>
    public IReadOnlyList<KnownShare> Shares =>
        _held is { Shares: { Count: > 0 } shares } held && clock.GetElapsedTime(held.SaidAt) <= BelievedFor ? shares : [];

    /// <summary>Takes a newer list.</summary>
    public void Take(AccessKeys list)
    {
        var before = _held?.ByHash;
        var now = clock.GetTimestamp();
        // Who was known before stays the same, with the token that the services know already.
        var byHash = list.Keys.ToFrozenDictionary(
            key => key.Hash, key => new Entry(key, before?.GetValueOrDefault(key.Hash), now), StringComparer.Ordinal);
        _held = new Held(list.Version, now, byHash, new KnownGrants(list.Grants ?? []), list.Shares ?? []);
        Looked();
    }

    /// <summary>The list that is known was said to hold still.</summary>
    public void Holds()
    {
        if (_held is { } held) _held = held with { SaidAt = clock.GetTimestamp() };
        Looked();
    }

    /// <summary>Who has this key; null where it is none, or does not hold now. One that was made a moment ago is waited for.</summary>
    /// <exception cref="IdentityUnavailableException">The list is not known, or too old to be believed.</exception>
    public ValueTask<Caller?> Find(string key, CancellationToken cancel) =>
        !AccessKey.Is(key) ? default : Known(key) is { } caller ? new(caller) : FindSoon(key, cancel);

    private async ValueTask<Caller?> FindSoon(string key, CancellationToken cancel)
    {
        // The first look may have begun before the key was made.
        for (var look = 0; look < 2; look++)
        {
            try
            {
                await _look.Task.WaitAsync(NewsWait, clock, cancel);
            }
            catch (TimeoutException)
            {
                break;
            }

            if (Known(key) is { } caller) return caller;
        }

        return _held is null ? throw NotKnown() : null;
    }

    /// <summary>What people have been granted, which need not hold now.</summary>
    /// <exception cref="IdentityUnavailableException">The list is not known, or too old to be believed.</exception>
    public ValueTask<KnownGrants> FindGrants(CancellationToken cancel) => Believed is { } held ? new(held.Grants) : GrantsSoon(cancel);

    /// <summary>The same, at once.</summary>
    /// <exception cref="IdentityUnavailableException">The list is not known, or too old to be believed.</exception>
    public KnownGrants Grants => Believed?.Grants ?? throw NotKnown();

    private async ValueTask<KnownGrants> GrantsSoon(CancellationToken cancel)
    {
        try
        {
            await _look.Task.WaitAsync(NewsWait, clock, cancel);
        }
        catch (TimeoutException)
        {
            // Then it is not known yet.
        }

        return Grants;
    }

    /// <summary>Whether a key that was let in still holds.</summary>
    /// <exception cref="IdentityUnavailableException">The list is too old to be believed.</exception>
    public bool StillHolds(string key) => Known(key) is not null;

    private static IdentityUnavailableException NotKnown() =>
        new("Who has access is not known now. Send the same request again in a while.");

    private void Looked() => Interlocked.Exchange(ref _look, NewLook()).SetResult();

    private static TaskCompletionSource NewLook() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Null where a program that has just been started has not heard yet.
    private Held? Believed =>
        _held is not { } held ? null : clock.GetElapsedTime(held.SaidAt) <= BelievedFor ? held : throw NotKnown();

    private Caller? Known(string key)
    {
        if (Believed is not { } held) return null;
        if (!held.ByHash.TryGetValue(AccessKey.HashOf(key), out var entry) || !entry.Key.Holds(clock.GetUtcNow())) return null;
        if (entry.Key.SessionOf is not null)
        {
            if (clock.GetElapsedTime(entry.UsedAt) > IdleMax) return null;
            entry.UsedAt = clock.GetTimestamp();
        }

        uses.NoteKey(entry.KeyId);
        return entry.Caller;
    }

    private sealed record Held(
        long Version, long SaidAt, FrozenDictionary<string, Entry> ByHash, KnownGrants Grants, IReadOnlyList<KnownShare> Shares);

    private sealed class Entry(KnownKey key, Entry? before, long now)
    {
        public KnownKey Key { get; } = key;

        // Of a session: the one that it was begun with.
        public string KeyId { get; } = key.SessionOf ?? key.KeyId;

        public Caller Caller { get; } = before?.Caller ?? new(
            $"key:{key.SessionOf ?? key.KeyId}", [Grant.Of(key.Rights, key.PlaceId)],
            key.SessionOf is null ? null : key.KeyId);

        public long UsedAt { get; set; } = before?.UsedAt ?? now;
    }
}
