using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Messaging.Broker;

/// <summary>
/// Starts the bus anew when it stays away from its queues though the broker is there. MassTransit's own way back waits
/// 3 to 30 s, longer each time in the life of the bus however long it ran well in between, and a connection that is lost
/// while it comes back can end it for good.
/// </summary>
internal sealed class BusWatch(IBusControl bus, BrokerConnection broker, IHostApplicationLifetime host, ILogger<BusWatch> log) : BackgroundService
{
    private static readonly TimeSpan LookWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceFirst = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(LookWait);
        var wasHealthy = false;
        var patience = PatienceFirst;
        var away = TimeSpan.Zero;
        while (await looks.WaitForNextTickAsync(stoppingToken))
        {
            var isHealthy = bus.CheckHealth().Status == BusHealthStatus.Healthy;
            wasHealthy |= isHealthy;
            // Stopped before its first start has ended, it never comes to itself again.
            if (isHealthy) (patience, away) = (PatienceFirst, TimeSpan.Zero);
            else if (!wasHealthy || !await BrokerAnswers(stoppingToken)) away = TimeSpan.Zero;
            else away += LookWait;
            if (away < patience) continue;

            log.LogWarning("The broker answers, but the bus does not come back to its queues: it is started anew.");
            away = TimeSpan.Zero;
            patience = TimeSpan.FromTicks(Math.Min(patience.Ticks * 2, PatienceMax.Ticks));
            if (await Try(bus.StopAsync, stoppingToken) && await Try(bus.StartAsync, stoppingToken)) continue;

            // Half stopped it never comes to itself again. Whoever keeps this process running starts a whole one.
            log.LogError("The bus can neither be stopped nor started: the process ends, to be started anew.");
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

    /// <summary>False when a step hangs, and does not let go when it is told to. One that fails is tried again later.</summary>
    private async Task<bool> Try(Func<CancellationToken, Task> step, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StepLimit);
        try
        {
            var running = step(limit.Token);
            if (await Task.WhenAny(running, Task.Delay(StepLimit * 2, stop)) != running) return false;
            await running;
            return true;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            log.LogWarning(failure, "The bus could not be stopped or started in time; looking again.");
            return true;
        }
    }
}
