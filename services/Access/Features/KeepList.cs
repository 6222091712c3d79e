using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Access.Features;

/// <summary>Keeps the list of this very program, where it asks people to sign in itself, as the store has it.</summary>
internal sealed class KeepList(
    AccessStore store, AccessList list, SignInSettings settings, TimeProvider clock, ILogger<KeepList> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (settings.Required && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await store.Version(stoppingToken) == list.Version) list.Holds();
                else list.Take(await store.Standing(clock.GetUtcNow(), stoppingToken));
            }
            catch (StoreUnavailableException unavailable)
            {
                log.LogWarning("Who has access cannot be read: {Reason}", unavailable.Message);
            }

            await Task.Delay(AccessList.LookWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
