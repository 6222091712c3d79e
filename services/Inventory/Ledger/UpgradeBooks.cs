using System.Globalization;
using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Inventory.Ledger;

/// <summary>
/// At start, before anything is taken in, gives the books of places the sums that they did not have before: what something limits, what is
/// on the way from elsewhere, and what was wasted of opened vials, each on its day. A start that is cut off goes on where it was. Cards
/// and shipments of layout 1 get theirs when they are given their days.
/// </summary>
internal sealed class UpgradeBooks(InventoryStore store, Places places, ILogger<UpgradeBooks> log) : IHostedService
{
    private const int PageMax = 1_000;
    private const int TellDocuments = 50_000;

    // A commit of more takes a database server too long.
    private const int CommitSumsMax = 5_000;

    private sealed record Reached(DocumentAddress? At, long Documents, bool IsDone);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await BooksLayout.Is(store, BooksLayout.Now, cancellationToken)) return;
        await places.CatchUp(store, cancellationToken);
        await Each("books-limited", Names.Cards, AddLimited, cancellationToken);
        await Each("books-on-the-way", Names.Transits, AddOnTheWay, cancellationToken);
        await Each("books-wasted-open", Names.Entries, AddWastedOpen, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask AddLimited(LedgerChange change, Document document, PlaceSums sums)
    {
        var tx = change.Transaction;
        var card = await tx.Find<StockCard>(Names.Cards, document.Partition, document.Id);
        if (card is null or { SchemaVersion: 1 } || card.Lots.TrueForAll(lot => lot.UsableUntil is null)) return;
        var table = await places.Tables.Load(tx, card, card.Stamp);
        var all = table.Since(DateOnly.MinValue, CardTable.Of([]), card.Terms, card.Terms);
        sums.Add(card.VaccineId, await change.Path(card.FacilityId), all.Limited);
    }

    private static async ValueTask AddOnTheWay(LedgerChange change, Document document, PlaceSums sums)
    {
        var transit = await ShipmentFacts.Find(change.Transaction, document.Id);
        if (transit.SchemaVersion == 1) return;
        var account = await ShipmentFacts.OnTheWay(change, transit);
        foreach (var place in account.Arriving) sums.OnTheWay(transit, place, Measure.Arriving, +1);
        foreach (var place in account.Leaving ? account.Place.Ids : []) sums.OnTheWay(transit, place, Measure.Leaving, +1);
    }

    private static async ValueTask AddWastedOpen(LedgerChange change, Document document, PlaceSums sums)
    {
        var entry = document.As<LedgerEntry>();
        if (entry.WastageKind != WastageKind.OpenVial) return;
        var path = await change.Path(entry.FacilityId);
        sums.WasteOpened(
            entry.VaccineId, Account.Parse(entry.From, path), Account.Parse(entry.To, path), entry.Day, entry.Doses);
    }

    /// <summary>Adds what the documents of a collection tell, page by page: how far it is lies in the commit of each page.</summary>
    private async Task Each(
        string name, string collection, Func<LedgerChange, Document, PlaceSums, ValueTask> add, CancellationToken cancel)
    {
        var told = 0L;
        while (true)
        {
            var reached = await store.Find<Reached>(Names.Meta, Names.One, name, cancel);
            if (reached?.IsDone == true) return;
            var page = await store.ScanAll(collection, reached?.At, PageMax, cancel);
            // Nothing of before: what comes has the sums.
            if (reached is null && page.Count == 0) return;
            Reached? next = null;
            await store.Commit(null, async tx =>
            {
                // Another instance may be at it too, or be through and serve.
                if (await BooksLayout.IsNow(tx) || await tx.Find<Reached>(Names.Meta, Names.One, name) != reached) return Decision.Accept();
                var (change, sums) = (new LedgerChange(tx, places, "upgrade:books", Caller.Local.Subject), new PlaceSums());
                var taken = 0;
                while (taken < page.Count && sums.Deltas.Count < CommitSumsMax) await add(change, page[taken++], sums);
                PlaceBooks.Add(tx, sums);
                next = new Reached(
                    taken == 0 ? reached?.At : new DocumentAddress(page[taken - 1].Partition, page[taken - 1].Id),
                    (reached?.Documents ?? 0) + taken, taken == page.Count && page.Count < PageMax);
                await tx.Put(Names.Meta, Names.One, name, next);
                return Decision.Accept();
            }, cancel);
            if (await BooksLayout.Is(store, BooksLayout.Now, cancel)) return;
            if (next is null || (next.Documents < told + TellDocuments && !next.IsDone)) continue;
            told = next.Documents;
            log.LogInformation("The books of places are upgraded ({Step}): {Documents} looked at.", name,
                told.ToString("N0", CultureInfo.InvariantCulture));
        }
    }
}
