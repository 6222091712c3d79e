using Distribution.Inventory.Domain;
using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Inventory.Features;

/// <summary>
/// Once, after start: tells of every vaccine and facility again, for Shipment, which was not told of vaccines before it answered what a
/// consignment waits for, and did not keep of facilities what their times need. Who knows them passes it over.
/// </summary>
internal sealed class RetellReferences(InventoryStore store, TimeProvider clock, ILogger<RetellReferences> log) : BackgroundService
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
                return;
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(problem, "vaccines and facilities could not be told of again; trying again in {Delay}", RetryWait);
                await Task.Delay(RetryWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
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
