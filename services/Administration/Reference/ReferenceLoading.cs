using Distribution.Administration.Features;
using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Administration.Reference;

/// <summary>
/// Fills the reference data in memory before requests are served, then settles held lines that a crash left behind
/// after their reference data was committed.
/// </summary>
internal sealed class ReferenceLoading(
    [FromKeyedServices(AdministrationModule.StoreName)] IStore store, ReferenceData reference, HeldSettlement settlement,
    ILogger<ReferenceLoading> log) : BackgroundService
{
    private const int PageDocuments = 1_000;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The version is read first: the places may be newer than it says, never older.
        var version = (await store.Find(Collections.Meta, Collections.Whole, Collections.Tree, cancellationToken))?.Version ?? 0;
        var facilities = new List<FacilityDocument>();
        await foreach (var document in All(Collections.Facilities, cancellationToken)) facilities.Add(document.As<FacilityDocument>());
        reference.Tree.Load(facilities.Select(facility => facility.ToPlace()), version);
        await foreach (var document in All(Collections.Vaccines, cancellationToken)) reference.Apply(document.As<VaccineDocument>());
        await foreach (var document in All(Collections.TargetPopulations, cancellationToken)) reference.Apply(document.As<TargetPopulationDocument>());
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await settlement.SettleAll(stoppingToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            log.LogWarning(unavailable, "Held lines were not all settled at the start; the next event or start settles them.");
        }
    }

    private async IAsyncEnumerable<Document> All(
        string collection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        DocumentAddress? after = null;
        while (true)
        {
            var page = await store.ScanAll(collection, after, PageDocuments, cancel);
            foreach (var document in page) yield return document;
            if (page.Count < PageDocuments) yield break;
            after = new DocumentAddress(page[^1].Partition, page[^1].Id);
        }
    }
}
