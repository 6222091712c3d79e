using Distribution.Platform.Auditing;

namespace Distribution.Platform.Storage;

/// <summary>Looks whether the audit of a service is as it was recorded, and names the first record that is not.</summary>
/// <param name="service">The service.</param>
/// <param name="store">Its store, which nobody writes to.</param>
internal sealed class AuditVerification(string service, IStore store)
{
    private const int PagesAtOnce = 100;

    /// <summary>Looks at every record.</summary>
    /// <param name="others">The stores of the other services, with what they keep of this audit's heads.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What was found, in a line for each chain; and whether all is as it was recorded.</returns>
    public async Task<(bool Holds, IReadOnlyList<string> Says)> Run(IReadOnlyList<IStore> others, CancellationToken cancel)
    {
        var heads = (await store.Chains(cancel)).ToDictionary(chain => chain.Chain, chain => chain.Head);
        var chains = await Written(cancel);
        var holds = true;
        var says = new List<string>();
        foreach (var chain in heads.Keys.Union(chains).Order(StringComparer.Ordinal))
        {
            var kept = new Dictionary<long, string>();
            foreach (var other in others)
                foreach (var head in await KeptHeads.Of(other, service, chain, cancel)) kept[head.Number] = head.Hash;
            var last = AuditHead.None;
            var wrong = await Walk(chain, head => last = head, kept, cancel) ?? End(last, heads.GetValueOrDefault(chain), kept);
            holds &= wrong is null;
            says.Add(wrong is { } broken
                ? $"{service}, chain {chain}: {broken}"
                : $"{service}, chain {chain}: {last.Number} records are as they were recorded, and {kept.Count} heads that other services "
                    + $"keep say the same. The last has the hash {last.Hash}.");
        }

        return (holds, says.Count > 0 ? says : [$"{service}: no records."]);
    }

    // Also those whose head was removed.
    private async Task<IReadOnlyList<string>> Written(CancellationToken cancel)
    {
        var chains = new List<string>();
        for (DocumentAddress? after = null; await store.ScanAll(StoredAudit.Pages, after, 1, cancel) is [var page];
            after = new(page.Partition, PlaceScope.End)) chains.Add(page.Partition);
        return chains;
    }

    private async Task<string?> Walk(string chain, Action<AuditHead> reached, Dictionary<long, string> kept, CancellationToken cancel)
    {
        var head = AuditHead.None;
        for (string? after = null; ;)
        {
            var pages = await store.Scan(StoredAudit.Pages, chain, after, PagesAtOnce, cancel);
            foreach (var entry in pages.SelectMany(page => page.As<AuditPage>().Entries))
            {
                if (entry.Number != head.Number + 1)
                    return $"record {head.Number + 1} is not where it was: {entry.Number} follows on {head.Number}.";
                var next = head.Next(entry.Record);
                if (next.Hash != entry.Hash) return $"record {entry.Number} is not what was recorded: it was changed, or put in.";
                if (kept.GetValueOrDefault(entry.Number) is { } told && told != entry.Hash)
                    return $"record {entry.Number}, or one before it, is not what was recorded: another service keeps another hash of it.";
                reached(head = AuditHead.At(next));
            }

            if (pages.Count < PagesAtOnce) return null;
            after = pages[^1].Id;
        }
    }

    private static string? End(AuditHead last, AuditHead? head, Dictionary<long, string> kept)
    {
        if (head != last && !(head is null && last.Number == 0))
            return $"record {last.Number + 1} is not there, or the chain's end was changed: it says that it went to {head?.Number ?? 0}.";
        return kept.Count > 0 && kept.Keys.Max() is var told && told > last.Number
            ? $"record {last.Number + 1} is not there: the chain ends before it, and another service was told of {told}."
            : null;
    }
}
