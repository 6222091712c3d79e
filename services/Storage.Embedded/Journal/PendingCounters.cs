using System.Runtime.InteropServices;
using Distribution.Platform.Storage;

namespace Distribution.Storage.Embedded.Journal;

/// <summary>The counters of a partition that are pending, to be put over those of the table.</summary>
internal sealed class PendingCounters
{
    private readonly Dictionary<string, long> _newest = [];
    private Dictionary<string, long>? _added;

    /// <summary>Copies them out of layers, oldest first.</summary>
    public static PendingCounters Of(IReadOnlyList<Writes> layers, string family, string partition, string? from, string? until)
    {
        var pending = new PendingCounters();
        foreach (var layer in layers)
        {
            if (!layer.Counters.TryGetValue((family, partition), out var counters)) continue;
            foreach (var (key, value) in counters)
                if (IsIn(key, from, until)) pending._newest[key] = value;
        }

        return pending;
    }

    /// <summary>Adds what a group adds that is not summed up.</summary>
    public PendingCounters With(Writes group, string family, string partition, string? from, string? until)
    {
        if (group.Counters.TryGetValue((family, partition), out var counters))
            _added = counters.Where(counter => IsIn(counter.Key, from, until)).ToDictionary();
        return this;
    }

    /// <summary>Puts them over the table's, in order.</summary>
    public List<Counter> Over(List<Counter> stored)
    {
        if (_newest.Count == 0 && _added is null) return stored;
        foreach (var (key, value) in stored) _newest.TryAdd(key, value);
        foreach (var (key, delta) in _added ?? []) CollectionsMarshal.GetValueRefOrAddDefault(_newest, key, out _) += delta;
        List<Counter> all = [.. _newest.Select(counter => new Counter(counter.Key, counter.Value))];
        all.Sort((one, other) => Utf8Order.Compare(one.Key, other.Key));
        return all;
    }

    private static bool IsIn(string key, string? from, string? until) =>
        (from is null || Utf8Order.Compare(key, from) >= 0) && (until is null || Utf8Order.Compare(key, until) < 0);
}
