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
    private const int PageMax = 500;

    private sealed record Reached(DocumentAddress? At, long Documents, bool IsDone);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await BooksLayout.Is(store, BooksLayout.Now, cancellationToken)) return;
        await places.CatchUp(store, cancellationToken);
        await Each("books-limited", Names.Cards, AddLimited, cancellationToken);
        await Each("books-arriving", Names.Transits, AddArriving, cancellationToken);
        await Each("books-wasted-open", Names.Entries, AddWastedOpen, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask AddLimited(LedgerChange change, Document document, PlaceSums sums)
    {
        var tx = change.Transaction;
        var card = await tx.Find<StockCard>(Names.Cards, document.Partition, document.Id);
        if (card is null or { SchemaVersion: 1 } || card.Lots.TrueForAll(lot => lot.UsableUntil is null)) return;
        var table = await places.Tables.Load(tx, card, card.Stamp);
        var path = await change.Path(card.FacilityId);
        foreach (var ((day, measure), doses) in table.Since(DateOnly.MinValue, CardTable.Of([]), card.Terms, card.Terms).Limited)
        {
            foreach (var place in path.Ids) sums.Add(new PlaceDay(place, card.VaccineId, day, measure), doses);
        }
    }

    private static async ValueTask AddArriving(LedgerChange change, Document document, PlaceSums sums)
    {
        var transit = await ShipmentFacts.Find(change.Transaction, document.Id);
        if (transit.SchemaVersion == 1) return;
        var to = (await ShipmentFacts.OnTheWay(change, transit)).Arriving;
        foreach (var place in to) sums.Arrive(transit, place, +1);
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
        for (; ;)
        {
            var reached = await store.Find<Reached>(Names.Meta, Names.One, name, cancel);
            if (reached?.IsDone == true) return;
            var page = await store.ScanAll(collection, reached?.At, PageMax, cancel);
            // Nothing of before: what comes has the sums.
            if (reached is null && page.Count == 0) return;
            var next = new Reached(
                page.Count == 0 ? reached?.At : new DocumentAddress(page[^1].Partition, page[^1].Id),
                (reached?.Documents ?? 0) + page.Count, page.Count < PageMax);
            await store.Commit(null, async tx =>
            {
                // Another instance may be at it too, or be through and serve.
                if (await BooksLayout.IsNow(tx) || await tx.Find<Reached>(Names.Meta, Names.One, name) != reached) return Decision.Accept();
                var (change, sums) = (new LedgerChange(tx, places, "upgrade:books", Caller.Local.Subject), new PlaceSums());
                foreach (var document in page) await add(change, document, sums);
                PlaceBooks.Add(tx, sums);
                await tx.Put(Names.Meta, Names.One, name, next);
                return Decision.Accept();
            }, cancel);
            if (await BooksLayout.Is(store, BooksLayout.Now, cancel)) return;
            log.LogInformation("The books of places are upgraded ({Step}): {Documents} looked at.", name,
                next.Documents.ToString("N0", CultureInfo.InvariantCulture));
        }
    }
}
