using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Inventory.Features;

/// <summary>
/// Once, after start: tells of every vaccine and facility again, for Shipment, which was not told of vaccines before it answered what a
/// consignment waits for, and did not keep of facilities what their times need. Who knows them passes it over. And marks the stock cards of
/// before there were reviews.
/// </summary>
internal sealed class AfterUpgrade(InventoryStore store, TimeProvider clock, ILogger<AfterUpgrade> log) : BackgroundService
{
    private const int PageMax = 200;
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // As they are now: they may have been changed since they were read.
                await Retell("vaccines-retold", Names.Vaccines, async (tx, id) =>
                {
                    if (await tx.Find<StoredVaccine>(Names.Vaccines, Names.One, id) is { } stored) PutVaccine.Tell(tx, stored.Vaccine);
                }, stoppingToken);
                await Retell("facilities-retold", Names.Facilities, async (tx, id) =>
                {
                    if (await tx.Find(Names.Facilities, Names.One, id) is { } stored)
                        tx.Publish(stored.As<Facility>().ToEvent(stored.Version), $"facility:{id}");
                }, stoppingToken);
                await MarkForReview(stoppingToken);
                return;
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(problem, "what is due once after an upgrade could not be done; trying again in {Delay}", RetryWait);
                await Task.Delay(RetryWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Marks the cards on which there may be doses of a lot after its last usable day.</summary>
    private async Task MarkForReview(CancellationToken cancel)
    {
        const string done = "reviews-marked";
        if (await store.Find(Names.Meta, Names.One, done, cancel) is not null) return;
        for (DocumentAddress? after = null; ;)
        {
            var page = await store.ScanAll(Names.Cards, after, PageMax, cancel);
            var limited = page.Where(card => card.As<StockCard>().Lots.Exists(lot => lot.UsableUntil is not null)).ToList();
            var last = page.Count < PageMax;
            await store.Commit(null, async tx =>
            {
                foreach (var card in limited) await tx.Put(Names.Reviews, card.Partition, card.Id, "{}"u8.ToArray());
                if (last) await tx.Put(Names.Meta, Names.One, done, "{}"u8.ToArray());
                return Decision.Accept();
            }, cancel);
            if (last) return;
            after = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }
    }

    private async Task Retell(string done, string collection, Func<ITransaction, string, ValueTask> tell, CancellationToken cancel)
    {
        if (await store.Find(Names.Meta, Names.One, done, cancel) is not null) return;
        for (string? after = null; ;)
        {
            var page = await store.Scan(collection, Names.One, after, PageMax, cancel);
            var last = page.Count < PageMax;
            await store.Commit(null, async tx =>
            {
                foreach (var document in page) await tell(tx, document.Id);
                if (last) await tx.Put(Names.Meta, Names.One, done, "{}"u8.ToArray());
                return Decision.Accept();
            }, cancel);
            if (last) return;
            after = page[^1].Id;
        }
    }
}
