using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Shipment.Epcis.Meaning;

/// <summary>Settles reports that a stop left behind after what they waited for was committed.</summary>
internal sealed class SettleAtStart(Settlement settlement, ILogger<SettleAtStart> log) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await settlement.SettleAll(stoppingToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            log.LogWarning(unavailable, "Reports of EPCIS were not all settled at the start; the next event or start settles them.");
        }
    }
}
