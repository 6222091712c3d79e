using Distribution.Platform.Storage;
using Distribution.Storage.Embedded.Tables;

namespace Distribution.Storage.Embedded.Journal;

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
            var order = !more ? 1 : at == rows.Count ? -1 : Compare(
                newer.Current.Key, new DocumentAddress(rows[at].Partition, rows[at].Id));
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
