using Distribution.Platform.Auditing;

namespace Distribution.Platform.Storage;

/// <summary>Reads the audit of a store from some place in each of its chains, in the order of time.</summary>
/// <param name="store">The store.</param>
internal sealed class AuditReading(IStore store)
{
    private const int PagesAtOnce = 100;

    private readonly List<Chain> _chains = [];

    /// <summary>The number of the last record that was taken of each chain.</summary>
    public IReadOnlyDictionary<string, long> Taken => _chains.ToDictionary(chain => chain.Name, chain => chain.Taken);

    /// <summary>Goes to the place to read from.</summary>
    /// <param name="after">The number of the last record of each chain that is not to be read again; null for the beginning.</param>
    /// <param name="from">Records of before are not read, but where clocks went wrong; null for all.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task Begin(IReadOnlyDictionary<string, long>? after, DateTimeOffset? from, CancellationToken cancel)
    {
        foreach (var (name, head) in await store.Chains(cancel))
        {
            if (after?.TryGetValue(name, out var taken) is not true)
                taken = from is { } begin ? await LastBefore(name, head.Number, begin, cancel) : 0;
            // The page of the one that was taken last may hold others after it.
            _chains.Add(new Chain(name) { Taken = taken, Page = Math.Max(0, taken - StoredAudit.PageEntriesMax) });
        }
    }

    /// <summary>The next record, with its chain; null at the end.</summary>
    public async ValueTask<(string Chain, AuditEntry Entry, AuditRecord Record)?> Next(CancellationToken cancel)
    {
        Chain? first = null;
        foreach (var chain in _chains)
        {
            await Fill(chain, cancel);
            if (chain.Waiting.TryPeek(out var next) && (first is null || next.Record.At < first.Waiting.Peek().Record.At)) first = chain;
        }

        if (first is null) return null;
        var (entry, record) = first.Waiting.Dequeue();
        first.Taken = entry.Number;
        return (first.Name, entry, record);
    }

    /// <summary>The pages of a chain that begin after a record.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="number">The record's number.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async ValueTask<IReadOnlyList<AuditPage>> Pages(string chain, long number, int limit, CancellationToken cancel)
    {
        var pages = await store.Scan(StoredAudit.Pages, chain, StoredAudit.IdOf(number), limit, cancel);
        return [.. pages.Select(page => page.As<AuditPage>())];
    }

    private async Task Fill(Chain chain, CancellationToken cancel)
    {
        while (chain.Waiting.Count == 0 && !chain.IsAtEnd)
        {
            var pages = await Pages(chain.Name, chain.Page, PagesAtOnce, cancel);
            chain.IsAtEnd = pages.Count < PagesAtOnce;
            if (pages.Count > 0) chain.Page = pages[^1].Entries[0].Number;
            foreach (var entry in pages.SelectMany(page => page.Entries))
                if (entry.Number > chain.Taken) chain.Waiting.Enqueue((entry, StoreJson.Read<AuditRecord>(entry.Record)));
        }
    }

    private async ValueTask<long> LastBefore(string chain, long last, DateTimeOffset from, CancellationToken cancel)
    {
        long low = 0, high = last;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var pages = await Pages(chain, middle, 1, cancel);
            if (pages is [var page] && StoreJson.Read<AuditRecord>(page.Entries[^1].Record).At < from) low = page.Entries[^1].Number;
            else high = middle;
        }

        return low;
    }

    private sealed class Chain(string name)
    {
        public string Name => name;

        public Queue<(AuditEntry Entry, AuditRecord Record)> Waiting { get; } = [];

        public long Taken { get; set; }

        /// <summary>The pages that are still to be read begin after this record.</summary>
        public long Page { get; set; }

        public bool IsAtEnd { get; set; }
    }
}
