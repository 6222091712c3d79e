using Distribution.Inventory.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;

namespace Distribution.Inventory.Features;

/// <summary>
/// Once, at start: tells of every vaccine again, for Shipment, which was not told of them before it answered what a consignment waits for.
/// Who knows them passes it over.
/// </summary>
internal sealed class RetellVaccines(InventoryStore store) : IHostedService
{
    private const int PageVaccinesMax = 200;
    private const string Done = "vaccines-retold";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await store.Find(Names.Meta, Names.One, Done, cancellationToken) is not null) return;
        for (string? after = null; ;)
        {
            var page = await store.Scan(Names.Vaccines, Names.One, after, PageVaccinesMax, cancellationToken);
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
            }, cancellationToken);
            if (last) return;
            after = page[^1].Id;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
