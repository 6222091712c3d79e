using System.Globalization;
using Distribution.Platform.Auditing;

namespace Distribution.Platform.Storage;

/// <summary>
/// The audit of a store: chains of records, a chain for each instance that writes, in pages of what one commit wrote. They are documents
/// like others, written by the store itself in the commit of what they tell of.
/// </summary>
public static class StoredAudit
{
    /// <summary>The collection of the pages; a partition for each chain.</summary>
    public const string Pages = "audit";

    /// <summary>The collection of the chains' heads.</summary>
    public const string Heads = "audit-heads";

    /// <summary>The partition of the heads.</summary>
    public const string AllChains = "";

    /// <summary>Records of a page.</summary>
    public const int PageEntriesMax = 500;

    // A page is one document, of which some databases limit the size.
    private const int PageBytesMax = 512 * 1024;

    /// <summary>The text of the record of a change.</summary>
    /// <param name="request">The request that it was made for.</param>
    /// <param name="cause">Its cause, or null.</param>
    /// <param name="places">The places that it is about, or null.</param>
    /// <param name="at">When it was made.</param>
    public static byte[] TextOf(AuditedRequest request, string? cause, IReadOnlyCollection<string>? places, DateTimeOffset at) =>
        StoreJson.Bytes(AuditRecord.Of(request, cause, places, at));

    /// <summary>For the stores: adds the records of a group of changes to a chain, in the group's own commit.</summary>
    /// <param name="tx">The group's last change.</param>
    /// <param name="chain">Names the chain: of this instance, as far as it knows.</param>
    /// <param name="records">The records' texts, in the order of the changes.</param>
    public static async ValueTask Append(ITransaction tx, string chain, IReadOnlyList<byte[]> records)
    {
        var head = await tx.FindValue<AuditHead>(Heads, AllChains, chain) ?? AuditHead.None;
        for (var at = 0; at < records.Count;)
        {
            var entries = new List<AuditEntry>(Math.Min(records.Count - at, PageEntriesMax));
            for (var bytes = 0; at < records.Count && bytes < PageBytesMax && entries.Count < PageEntriesMax; at++)
            {
                var entry = head.Next(records[at]);
                entries.Add(entry);
                head = AuditHead.At(entry);
                bytes += records[at].Length;
            }

            await tx.PutNew(Pages, chain, IdOf(entries[0].Number), new AuditPage(entries));
        }

        await tx.PutValue(Heads, AllChains, chain, head);
    }

    /// <summary>Records what changes nothing, in a commit of its own.</summary>
    /// <param name="store">Where.</param>
    /// <param name="request">What is told of, with its outcome.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="StoreUnavailableException">The store cannot take changes now.</exception>
    public static async ValueTask Record(this IStore store, AuditedRequest request, CancellationToken cancel)
    {
        AuditedRequest.Current = request;
        await store.Commit(null, static _ => ValueTask.FromResult(Decision.Accept()), cancel);
    }

    /// <summary>The chains of a store, with their heads.</summary>
    public static async ValueTask<IReadOnlyList<(string Chain, AuditHead Head)>> Chains(this IStore store, CancellationToken cancel)
    {
        // As many as instances may have written at once, which are few.
        var heads = await store.Scan(Heads, AllChains, after: null, limit: 1_000, cancel);
        return [.. heads.Select(head => (head.Id, head.As<AuditHead>()))];
    }

    /// <summary>The id of the page that begins with a record.</summary>
    /// <param name="number">The record's number.</param>
    public static string IdOf(long number) => number.ToString("D19", CultureInfo.InvariantCulture);
}
