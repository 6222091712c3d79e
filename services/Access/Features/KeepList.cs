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
        var away = false;
        // Where it does not sign people in itself, those who do ask it.
        while (settings is { Required: true, TrustedKey: null } && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await store.Version(stoppingToken) == list.Version) list.Holds();
                else list.Take(await store.Standing(clock.GetUtcNow(), stoppingToken));
                away = false;
            }
            catch (StoreUnavailableException unavailable)
            {
                if (!away) log.LogWarning("Who has access cannot be read: {Reason}", unavailable.Message);
                away = true;
            }

            await Task.Delay(AccessList.LookWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
