using Distribution.Administration.Reference;
using Distribution.Administration.Store;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Administration.Held;

/// <summary>
/// Fills the reference data in memory before requests are served, then settles held lines that a crash left behind
/// after their reference data was committed.
/// </summary>
internal sealed class ReferenceLoading(
    AdministrationStore store, ReferenceData reference, HeldSettlement settlement,
    ILogger<ReferenceLoading> log) : BackgroundService
{
    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await reference.CatchUp(store, cancellationToken);
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
}
