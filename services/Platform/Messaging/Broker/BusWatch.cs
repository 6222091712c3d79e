using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Ends the process when its bus stays away from its queues for long though the broker answers, so that whoever keeps
/// the process running starts a whole one. MassTransit comes back to a lost broker by itself within half a minute; what
/// is lost while it comes back can end it for good, and then neither a stop nor a start of the bus mends it. The same where
/// one of its channels is never answered again, as a broker's node that stood still can leave it.
/// </summary>
internal sealed class BusWatch(
    IBusControl bus, BrokerSink sink, BrokerConnection broker, IHostApplicationLifetime host, ILogger<BusWatch> log) : BackgroundService
{
    private static readonly TimeSpan LookWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AwayMax = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(LookWait);
        var away = TimeSpan.Zero;
        while (await looks.WaitForNextTickAsync(stoppingToken))
        {
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy || !await BrokerAnswers(stoppingToken)) away = TimeSpan.Zero;
            else away += LookWait;
            if (away >= AwayMax)
                log.LogError(
                    "The broker answers, but the bus has not come back to its queues for {Away}: the process ends, to be started anew.",
                    away);
            else if (sink.Unanswered is var unanswered && unanswered >= AwayMax)
                log.LogError("The broker answers, but not on a channel of the bus for {Unanswered}: the process ends, to be started anew.",
                    unanswered);
            else continue;

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
