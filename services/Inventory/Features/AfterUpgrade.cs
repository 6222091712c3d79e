using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Registration;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Rules;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Inventory.Features;

/// <summary>
/// Once, after start: tells of every vaccine and facility again, for Shipment, which was not told of vaccines before it answered what a
/// consignment waits for, and did not keep what EPCIS needs of both, nor of facilities what their times, and who may see them, need; and
/// for Administration, which did not keep what others call them. Who knows them passes it over. And marks the stock cards of before there
/// were reviews, and lists vaccines and facilities by their GS1 keys.
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
                await Once("vaccines-retold-with-gtins", Names.Vaccines, async (tx, vaccine) =>
                {
                    if (await tx.Find<StoredVaccine>(Names.Vaccines, Names.One, vaccine.Id) is { } stored)
                        PutVaccine.Tell(tx, stored.Vaccine);
                }, stoppingToken);
                await Once("facilities-retold-with-identifiers", Names.Facilities, async (tx, facility) =>
                {
                    if (await tx.Find(Names.Facilities, Names.One, facility.Id) is { } stored)
                        tx.Publish(stored.As<Facility>().ToEvent(stored.Version), $"facility:{facility.Id}");
                }, stoppingToken);
                await Once("gtins-listed", Names.Vaccines, async (tx, vaccine) =>
                {
                    if (await tx.Find<StoredVaccine>(Names.Vaccines, Names.One, vaccine.Id) is { } stored)
                        await OwnedCodes.Relist(tx, Names.Gtins, vaccine.Id, null, Gs1.Gtin14(stored.Vaccine.Gtin));
                }, stoppingToken);
                await Once("glns-listed", Names.Facilities, async (tx, facility) =>
                {
                    if (await tx.Find<Facility>(Names.Facilities, Names.One, facility.Id) is { } stored)
                        await OwnedCodes.Relist(tx, Names.Glns, facility.Id, null, stored.Gln);
                }, stoppingToken);
                // A lot that something limits may have been given after its last usable day.
                await Once("reviews-marked", Names.Cards, async (tx, card) =>
                {
                    if (card.As<StockCard>().Lots.Exists(lot => lot.UsableUntil is not null))
                        await tx.MarkForReview(card.Partition, card.Id);
                }, stoppingToken);
                return;
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(problem, "what is due once after an upgrade could not be done; trying again in {Delay}", RetryWait);
                await Task.Delay(RetryWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Does something once to all documents of a collection, page by page, and notes that it is done.</summary>
    private async Task Once(string done, string collection, Func<ITransaction, Document, ValueTask> act, CancellationToken cancel)
    {
        if (await store.Find(Names.Meta, Names.One, done, cancel) is not null) return;
        for (DocumentAddress? after = null; ;)
        {
            var page = await store.ScanAll(collection, after, PageMax, cancel);
            var last = page.Count < PageMax;
            await store.Commit(null, async tx =>
            {
                foreach (var document in page) await act(tx, document);
                if (last) await tx.Put(Names.Meta, Names.One, done, "{}"u8.ToArray());
                return Decision.Accept();
            }, cancel);
            if (last) return;
            after = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }
    }
}
