using System.Collections.Concurrent;

namespace Distribution.Platform.Identity;

/// <summary>Which shares were used, so that both sides can be told when that was last: to the minute. Safe for many threads.</summary>
public sealed class ShareUses(TimeProvider clock)
{
    /// <summary>Where a gateway tells the Access service.</summary>
    public const string Path = "/internal/shares/used";

    /// <summary>Told at most at a time.</summary>
    public const int TellMax = 100;

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, bool> _untold = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _toldAt = new(StringComparer.Ordinal);

    /// <summary>Notes that a share was used.</summary>
    public void Note(string shareId)
    {
        if (_toldAt.TryGetValue(shareId, out var at) && clock.GetElapsedTime(at) < Step) return;
        _untold.TryAdd(shareId, true);
    }

    /// <summary>Those that were used since they were told last.</summary>
    public IReadOnlyList<string> Untold() => _untold.IsEmpty ? [] : [.. _untold.Keys.Take(TellMax)];

    /// <summary>These were told.</summary>
    public void Told(IReadOnlyList<string> shareIds)
    {
        foreach (var id in shareIds)
        {
            _toldAt[id] = clock.GetTimestamp();
            _untold.TryRemove(id, out _);
        }
    }
}
