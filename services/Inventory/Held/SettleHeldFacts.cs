using Distribution.Inventory.Reference;
using Distribution.Inventory.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Inventory.Held;

/// <summary>
/// Fills the memory at start, then settles held facts: those that wait for something at once when it becomes known, and
/// all of them at start and now and then, for what a crash or an outage left behind.
/// </summary>
internal sealed class SettleHeldFacts(
    InventoryStore store, Places places, HeldFacts held, TimeProvider clock,
    ILogger<SettleHeldFacts> log) : BackgroundService
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(30);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await places.CatchUp(store, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await places.CatchUp(store, stoppingToken);
                await held.SettleAll(store, stoppingToken);
                await SettleAsItBecomesKnown(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // Nothing is lost: what is held stays held, and the next round tries again.
                log.LogWarning(problem, "held facts could not be settled; trying again in {Delay}", CheckEvery);
                await Task.Delay(CheckEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SettleAsItBecomesKnown(CancellationToken stop)
    {
        // A timer of our own might still fire when the round is disposed.
        using var end = new CancellationTokenSource(CheckEvery, clock);
        using var round = CancellationTokenSource.CreateLinkedTokenSource(stop, end.Token);
        try
        {
            await foreach (var reference in held.Known.ReadAllAsync(round.Token)) await held.Settle(store, reference, stop);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The round is over: all is checked again.
        }
    }
}
