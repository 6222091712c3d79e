using System.Collections.Concurrent;

namespace Distribution.Platform.Identity;

/// <summary>Which access keys and shares were used, as a gateway tells the Access service.</summary>
/// <param name="KeyIds">The keys, at most <see cref="AccessUses.TellMax"/>.</param>
/// <param name="ShareIds">The shares, likewise.</param>
public sealed record UsedAccess(IReadOnlyList<string> KeyIds, IReadOnlyList<string> ShareIds);

/// <summary>Which access keys and shares were used, so that people can be told when that was last: to the minute. Safe for many
/// threads.</summary>
/// <param name="clock">The clock.</param>
public sealed class AccessUses(TimeProvider clock)
{
    /// <summary>Where a gateway tells the Access service.</summary>
    public const string Path = "/internal/access/used";

    /// <summary>Of each kind told at most at a time.</summary>
    public const int TellMax = 100;

    private readonly Uses _keys = new(clock);
    private readonly Uses _shares = new(clock);

    /// <summary>Notes that somebody signed in with a key.</summary>
    public void NoteKey(string keyId) => _keys.Note(keyId);

    /// <summary>Notes that a share was used.</summary>
    public void NoteShare(string shareId) => _shares.Note(shareId);

    /// <summary>Those that were used since they were told last; null where none was.</summary>
    public UsedAccess? Untold() => new UsedAccess(_keys.Untold(), _shares.Untold()) is var used and not { KeyIds: [], ShareIds: [] }
        ? used
        : null;

    /// <summary>These were told.</summary>
    public void Told(UsedAccess used)
    {
        _keys.Told(used.KeyIds);
        _shares.Told(used.ShareIds);
    }

    private sealed class Uses(TimeProvider clock)
    {
        private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

        private readonly ConcurrentDictionary<string, bool> _untold = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, long> _toldAt = new(StringComparer.Ordinal);

        public void Note(string id)
        {
            if (_toldAt.TryGetValue(id, out var at) && clock.GetElapsedTime(at) < Step) return;
            _untold.TryAdd(id, true);
        }

        public IReadOnlyList<string> Untold() => _untold.IsEmpty ? [] : [.. _untold.Keys.Take(TellMax)];

        public void Told(IReadOnlyList<string> ids)
        {
            foreach (var id in ids)
            {
                _toldAt[id] = clock.GetTimestamp();
                _untold.TryRemove(id, out _);
            }
        }
    }
}
