using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Ends the process when its bus stays away from its queues for long though the broker answers, so that whoever keeps
/// the process running starts a whole one. MassTransit comes back to a lost broker by itself within half a minute; what
/// is lost while it comes back can end it for good, and then neither a stop nor a start of the bus mends it.
/// </summary>
internal sealed class BusWatch(IBusControl bus, BrokerConnection broker, IHostApplicationLifetime host, ILogger<BusWatch> log) : BackgroundService
{
    private static readonly TimeSpan LookWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AwayMax = TimeSpan.FromMinutes(2);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(LookWait);
        var away = TimeSpan.Zero;
        while (await looks.WaitForNextTickAsync(stoppingToken))
        {
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy || !await BrokerAnswers(stoppingToken)) away = TimeSpan.Zero;
            else away += LookWait;
            if (away < AwayMax) continue;

            log.LogError("The broker answers, but the bus has not come back to its queues for {Away}: the process ends, to be started anew.", away);
            host.StopApplication();
            return;
        }
    }

    private async Task<bool> BrokerAnswers(CancellationToken cancel)
    {
        try
        {
            await using var channel = await broker.Channel(confirms: false, cancel);
            return true;
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
