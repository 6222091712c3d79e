using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Inventory.Features;

/// <summary>
/// Once, after start: tells of every vaccine again, for Shipment, which was not told of them before it answered what a consignment waits
/// for. Who knows them passes it over.
/// </summary>
internal sealed class RetellVaccines(InventoryStore store, TimeProvider clock, ILogger<RetellVaccines> log) : BackgroundService
{
    private const int PageVaccinesMax = 200;
    private const string Done = "vaccines-retold";
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Retell(stoppingToken);
                return;
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(problem, "the vaccines could not be told of again; trying again in {Delay}", RetryWait);
                await Task.Delay(RetryWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Retell(CancellationToken cancel)
    {
        if (await store.Find(Names.Meta, Names.One, Done, cancel) is not null) return;
        for (string? after = null; ;)
        {
            var page = await store.Scan(Names.Vaccines, Names.One, after, PageVaccinesMax, cancel);
            var last = page.Count < PageVaccinesMax;
            await store.Commit(null, async tx =>
            {
                foreach (var vaccine in page)
                {
                    // As it is now: it may have been changed since it was read.
                    if (await tx.Find<StoredVaccine>(Names.Vaccines, Names.One, vaccine.Id) is { } stored)
                        PutVaccine.Tell(tx, stored.Vaccine);
                }

                if (last) await tx.Put(Names.Meta, Names.One, Done, "{}"u8.ToArray());
                return Decision.Accept();
            }, cancel);
            if (last) return;
            after = page[^1].Id;
        }
    }
}
