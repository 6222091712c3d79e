using System.Runtime.InteropServices;

namespace Distribution.Platform.Storage.Sqlite;

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

/// <summary>Documents that are pending, to be put over those of the table.</summary>
internal sealed class PendingDocuments
{
    private readonly List<(DocumentAddress Address, StoredVersion Version)> _copied = [];

    /// <summary>Copies those of a partition, or of the whole collection, after an address, out of layers, oldest first.</summary>
    public static PendingDocuments Of(IReadOnlyList<Writes> layers, string collection, string? partition, DocumentAddress? after)
    {
        var pending = new PendingDocuments();
        foreach (var layer in layers)
        {
            if (partition is not null)
            {
                if (layer.Documents.TryGetValue((collection, partition), out var documents)) pending.Take(partition, documents, after);
                continue;
            }

            foreach (var (address, documents) in layer.Documents)
                if (address.Collection == collection) pending.Take(address.Partition, documents, after);
        }

        return pending;
    }

    /// <summary>A page of them and of the table's.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="stored">The first so many of the table, in order.</param>
    public List<Document> Page(int limit, Func<int, List<Document>> stored)
    {
        if (_copied.Count == 0) return stored(limit);
        var newest = new SortedDictionary<DocumentAddress, StoredVersion>(Comparer<DocumentAddress>.Create(Compare));
        foreach (var (address, version) in _copied) newest[address] = version;
        // Each that is pending hides at most one of the table.
        var rows = stored(limit + newest.Count);
        var page = new List<Document>(Math.Min(limit, rows.Count + newest.Count));
        using var newer = newest.GetEnumerator();
        var more = newer.MoveNext();
        for (var at = 0; page.Count < limit && (more || at < rows.Count);)
        {
            var order = !more ? 1 : at == rows.Count ? -1 : Compare(newer.Current.Key, new DocumentAddress(rows[at].Partition, rows[at].Id));
            if (order > 0)
            {
                page.Add(rows[at++]);
                continue;
            }

            if (newer.Current.Value.At(newer.Current.Key.Partition, newer.Current.Key.Id) is { } document) page.Add(document);
            if (order == 0) at++;
            more = newer.MoveNext();
        }

        return page;
    }

    private void Take(string partition, Dictionary<string, StoredVersion> documents, DocumentAddress? after)
    {
        foreach (var (id, version) in documents)
        {
            var address = new DocumentAddress(partition, id);
            if (after is null || Compare(address, after.Value) > 0) _copied.Add((address, version));
        }
    }

    private static int Compare(DocumentAddress one, DocumentAddress other) =>
        Utf8Order.Compare(one.Partition, other.Partition) is var order and not 0 ? order : Utf8Order.Compare(one.Id, other.Id);
}

/// <summary>The order of texts by their bytes in UTF-8, which is SQLite's.</summary>
internal static class Utf8Order
{
    public static int Compare(string one, string other)
    {
        var same = one.AsSpan().CommonPrefixLength(other);
        if (same == one.Length || same == other.Length) return one.Length - other.Length;
        return Rank(one[same]) - Rank(other[same]);
    }

    // In UTF-16 the surrogates, which stand for the highest characters, come before the last of the others.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
