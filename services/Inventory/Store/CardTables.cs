using Distribution.Inventory.Domain;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Distribution.Inventory.Store;

/// <summary>A line of a count as it is stored.</summary>
internal sealed record StoredCount(DateOnly Day, StockCount Count)
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>
/// The tables of days of cards: read from the store when a fact comes late, and then kept in memory under the stamp of the card that they
/// belong to. A change that is discarded, or made by another instance, leaves another stamp: what is found is always right.
/// </summary>
internal sealed class CardTables : IDisposable
{
    private const int RowsMax = 2_000_000;
    private const int PageCountsMax = 500;
    private readonly MemoryCache _tables = new(new MemoryCacheOptions { SizeLimit = RowsMax });

    /// <summary>A table, when it is in memory. Cards that have not changed yet share the stamp 0, under which nothing is kept.</summary>
    public CardTable? Find(long stamp) => stamp == 0 ? null : _tables.Get<CardTable>(stamp);

    /// <summary>Keeps the table of a card after a change, in place of that of before.</summary>
    public void Put(long before, long stamp, CardTable table)
    {
        if (stamp == 0) return;
        _tables.Remove(before);
        _tables.Set(stamp, table, new MemoryCacheEntryOptions { Size = table.Size });
    }

    /// <summary>The table of a card before a change.</summary>
    public async ValueTask<CardTable> Load(ITransaction tx, StockCard card, long stamp)
    {
        if (Find(stamp) is { } known) return known;
        var pair = Names.Pair(card.FacilityId, card.VaccineId);
        var rows = await tx.Counters(Names.CardDays, pair);
        return await Of(rows, after => tx.Scan(Names.CardCounts, pair, after, PageCountsMax));
    }

    /// <summary>The table of a card as committed.</summary>
    public async ValueTask<CardTable> Load(IStore store, StockCard card, CancellationToken cancel)
    {
        if (Find(card.Stamp) is { } known) return known;
        var table = await Read(store, card, cancel);
        Put(card.Stamp, card.Stamp, table);
        return table;
    }

    /// <summary>The same for a list of many cards, which must not drive out of memory what late facts need.</summary>
    public static async ValueTask<CardTable> Read(IStore store, StockCard card, CancellationToken cancel)
    {
        var pair = Names.Pair(card.FacilityId, card.VaccineId);
        var rows = await store.Counters(Names.CardDays, pair, cancel: cancel);
        return await Of(rows, after => store.Scan(Names.CardCounts, pair, after, PageCountsMax, cancel));
    }

    /// <inheritdoc />
    public void Dispose() => _tables.Dispose();

    private static async ValueTask<CardTable> Of(
        IReadOnlyList<Counter> rows, Func<string?, ValueTask<IReadOnlyList<Document>>> counts)
    {
        var days = new Dictionary<DateOnly, (List<StockRow> Rows, List<StockCount> Counts)>();
        foreach (var row in rows)
        {
            if (row.Value != 0) At(Names.Day(row.Key)).Rows.Add(Names.Row(row.Key, row.Value));
        }

        for (string? after = null; ;)
        {
            var page = await counts(after);
            foreach (var stored in page.Select(document => document.As<StoredCount>())) At(stored.Day).Counts.Add(stored.Count);
            if (page.Count < PageCountsMax) break;
            after = page[^1].Id;
        }

        return CardTable.Of(days.Select(day => KeyValuePair.Create(day.Key, StockDay.Of(day.Value.Rows, day.Value.Counts))));

        (List<StockRow> Rows, List<StockCount> Counts) At(DateOnly day) =>
            days.TryGetValue(day, out var known) ? known : days[day] = ([], []);
    }
}
