using System.Runtime.CompilerServices;

namespace Distribution.Platform.Storage;

/// <summary>Reads collections whole, in bounded memory.</summary>
public static class WholeCollection
{
    private const int PageDocuments = 1_000;

    /// <summary>Every document of a collection by partition, then id, page by page, strictly after an address.</summary>
    public static async IAsyncEnumerable<Document> All(
        this IStore store, string collection, DocumentAddress? after = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (true)
        {
            var page = await store.ScanAll(collection, after, PageDocuments, cancel);
            foreach (var document in page) yield return document;
            if (page.Count < PageDocuments) yield break;
            after = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }
    }
}
