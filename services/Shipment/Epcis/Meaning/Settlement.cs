using Distribution.Platform.Storage;
using Distribution.Shipment.Store;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>
/// Applies reports that waited, when what they waited for is known. Each page is one commit that takes what it settles off the list, so
/// that settling again, or twice at once, changes nothing.
/// </summary>
internal sealed class Settlement(ShipmentStore store, ShipmentPlaces places, Movements movements)
{
    private const int PageReports = 100;

    /// <summary>Settles what waits for some things.</summary>
    public async Task Settle(IReadOnlyCollection<string> things, CancellationToken cancel)
    {
        if (things.Count == 0 || await store.ScanAll(Reports.Waiting, null, 1, cancel) is []) return;
        await places.CatchUp(cancel);
        var queue = new Queue<string>(things.Distinct());
        while (queue.TryDequeue(out var thing))
        {
            string? after = null;
            while (await store.Scan(Reports.Waiting, thing, after, PageReports, cancel) is { Count: > 0 } page)
            {
                after = page[^1].Id;
                foreach (var known in await Apply([.. page.Select(document => document.Id)], cancel)) queue.Enqueue(known);
            }
        }
    }

    /// <summary>Tries reports again which were held a moment ago, since what they wait for may have become known meanwhile.</summary>
    public async Task Retry(IReadOnlyList<string> keys, IReadOnlyCollection<string> known, CancellationToken cancel)
    {
        var more = new List<string>(known);
        foreach (var page in keys.Chunk(PageReports)) more.AddRange(await Apply(page, cancel));
        await Settle(more, cancel);
    }

    /// <summary>Settles whatever a stop left behind.</summary>
    public async Task SettleAll(CancellationToken cancel)
    {
        string? after = null;
        while (await store.Scan(Reports.NotCounting, Reports.Everything, after, PageReports, cancel) is { Count: > 0 } page)
        {
            after = page[^1].Id;
            await places.CatchUp(cancel);
            await Settle(await Apply([.. page.Select(document => document.Id)], cancel), cancel);
        }
    }

    private async ValueTask<IReadOnlyList<string>> Apply(IReadOnlyList<string> keys, CancellationToken cancel) =>
        (await store.Change<List<string>>(async tx =>
        {
            var known = new List<string>();
            var reports = new List<Report>();
            foreach (var key in keys)
            {
                if (await tx.Find<Report>(Reports.Collection, Reports.Everything, key) is { State: ReportState.Held } report)
                    reports.Add(report);
            }

            foreach (var report in reports.OrderBy(report => report.Movement.Kind)) await movements.Apply(tx, report, report, known);
            return known;
        }, cancel)).Answer;
}
