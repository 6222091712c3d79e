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
/// At start, before anything is taken in, upgrades the cards of layout 1 one after the other, and says how far it is. A start that is cut
/// off goes on where it was.
/// </summary>
internal sealed class UpgradeCards(InventoryStore store, Places places, ILogger<UpgradeCards> log) : IHostedService
{
    private const int PageCardsMax = 500;

    /// <summary>Whether all cards have their days.</summary>
    public static ValueTask<bool> AreDone(IStore store, CancellationToken cancel) => BooksLayout.Is(store, 2, cancel);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await BooksLayout.Is(store, BooksLayout.Now, cancellationToken)) return;
        await places.CatchUp(store, cancellationToken);
        var upgraded = 0;
        for (DocumentAddress? after = null; ;)
        {
            var page = await store.ScanAll(Names.Cards, after, PageCardsMax, cancellationToken);
            foreach (var document in page.Where(document => document.As<StockCard>().SchemaVersion == 1))
            {
                await store.Commit(null, tx => Upgrade(tx, document.Partition, document.Id), cancellationToken);
                if (++upgraded % PageCardsMax == 0)
                    log.LogInformation(
                        "Stock cards are being given their days: {Upgraded} done.", upgraded.ToString("N0", CultureInfo.InvariantCulture));
            }

            if (page.Count < PageCardsMax) break;
            after = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }

        await DateConsignments(cancellationToken);
        await store.Commit(null, async tx =>
        {
            await BooksLayout.Write(tx);
            return Decision.Accept();
        }, cancellationToken);
        if (upgraded > 0)
            log.LogInformation("{Upgraded} stock cards were given their days.", upgraded.ToString("N0", CultureInfo.InvariantCulture));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask<Decision> Upgrade(ITransaction tx, string facilityId, string vaccineId)
    {
        var change = new LedgerChange(tx, places, "upgrade:cards", Caller.Local.Subject);
        await change.Card(facilityId, vaccineId);
        await change.Finish();
        return Decision.Accept();
    }

    private async Task DateConsignments(CancellationToken cancel)
    {
        for (string? after = null; ;)
        {
            var page = await store.Scan(Names.Transits, Names.One, after, PageCardsMax, cancel);
            foreach (var id in page.Where(document => document.As<Transit>().SchemaVersion == 1).Select(document => document.Id))
            {
                await store.Commit(null, async tx =>
                {
                    var change = new LedgerChange(tx, places, "upgrade:cards", Caller.Local.Subject);
                    var transit = await ShipmentFacts.Find(tx, id);
                    if (transit.SchemaVersion == 1) await CardUpgrade.DateConsignment(change, transit);
                    await change.Finish();
                    return Decision.Accept();
                }, cancel);
            }

            if (page.Count < PageCardsMax) return;
            after = page[^1].Id;
        }
    }
}
