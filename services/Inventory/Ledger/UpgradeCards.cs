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
    private const string Done = "cards";

    private sealed record Layout(int Version);

    /// <summary>Whether all cards have their days.</summary>
    public static async ValueTask<bool> AreDone(IStore store, CancellationToken cancel) =>
        await store.Find<Layout>(Names.Meta, Names.One, Done, cancel) is { Version: >= 2 };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await AreDone(store, cancellationToken)) await GiveDays(cancellationToken);
        if (await store.Find<Layout>(Names.Meta, Names.One, Done, cancellationToken) is { Version: >= 3 }) return;
        await MarkForReview(cancellationToken);
        await Finish(3, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task GiveDays(CancellationToken cancellationToken)
    {
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
        await Finish(2, cancellationToken);
        if (upgraded > 0)
            log.LogInformation("{Upgraded} stock cards were given their days.", upgraded.ToString("N0", CultureInfo.InvariantCulture));
    }

    private async Task Finish(int version, CancellationToken cancel) => await store.Commit(null, async tx =>
    {
        await tx.Put(Names.Meta, Names.One, Done, new Layout(version));
        return Decision.Accept();
    }, cancel);

    /// <summary>Marks the cards from before there were reviews on which there may be something to look at.</summary>
    private async Task MarkForReview(CancellationToken cancel)
    {
        for (DocumentAddress? after = null; ;)
        {
            var page = await store.ScanAll(Names.Cards, after, PageCardsMax, cancel);
            var limited = page.Where(card => card.As<StockCard>().Lots.Exists(lot => lot.UsableUntil is not null)).ToList();
            if (limited.Count > 0)
            {
                await store.Commit(null, async tx =>
                {
                    foreach (var card in limited) await tx.Put(Names.Reviews, card.Partition, card.Id, "{}"u8.ToArray());
                    return Decision.Accept();
                }, cancel);
            }

            if (page.Count < PageCardsMax) return;
            after = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }
    }

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
