using System.Globalization;
using Distribution.Contracts.Audit.V1;
using Distribution.Platform.Auditing;

namespace Distribution.Platform.Storage;

/// <summary>How far the audits of other services were, as they told: the last of each hour is kept for ever.</summary>
public static class KeptHeads
{
    private const string Collection = "audit-heads-kept";
    private const int PageHeads = 1_000;

    /// <summary>Keeps how far another's audit is. Heard of twice, or late, it does no harm.</summary>
    /// <param name="store">The store of the service that keeps it.</param>
    /// <param name="service">That service: what is its own it need not keep.</param>
    /// <param name="head">What was told.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task Keep(IStore store, string service, HeadReached head, CancellationToken cancel)
    {
        if (head.Service == service) return;
        var partition = PartitionOf(head.Service, head.Chain);
        await store.Commit(null, async tx =>
        {
            var hour = tx.Now.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
            var before = await tx.FindValue<AuditHead>(Collection, partition, hour);
            if (before is null || before.Number < head.Number)
                await tx.PutValue(Collection, partition, hour, new AuditHead(head.Number, head.Hash));
            return Decision.Accept();
        }, cancel);
    }

    /// <summary>The heads of a chain that a service keeps.</summary>
    /// <param name="store">The store of the service that keeps them.</param>
    /// <param name="service">Whose audit.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<IReadOnlyList<AuditHead>> Of(IStore store, string service, string chain, CancellationToken cancel)
    {
        var heads = new List<AuditHead>();
        for (string? after = null; ;)
        {
            var page = await store.Scan(Collection, PartitionOf(service, chain), after, PageHeads, cancel);
            heads.AddRange(page.Select(head => head.As<AuditHead>()));
            if (page.Count < PageHeads) return heads;
            after = page[^1].Id;
        }
    }

    private static string PartitionOf(string service, string chain) => $"{service}|{chain}";
}
