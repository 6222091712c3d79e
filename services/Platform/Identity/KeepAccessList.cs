using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Identity;

/// <summary>Where a program that signs people in learns who has access.</summary>
public interface IAccessSource
{
    /// <summary>Who has access, where that is another list than the one that is known; null where that one still holds.</summary>
    /// <param name="known">The version that is known, or null.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="IdentityUnavailableException">That cannot be told now.</exception>
    ValueTask<AccessKeys?> Newer(long? known, CancellationToken cancel);

    /// <summary>Tells it which keys and shares were used.</summary>
    /// <param name="used">What was used.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="IdentityUnavailableException">It cannot take that now.</exception>
    ValueTask TellUsed(UsedAccess used, CancellationToken cancel);
}

/// <summary>Keeps the list of who has access as it is, several times a second.</summary>
internal sealed class KeepAccessList(
    IAccessSource source, AccessList list, AccessUses uses, TimeProvider clock, ILogger<KeepAccessList> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var away = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await source.Newer(list.Version, stoppingToken) is { } newer) list.Take(newer);
                else list.Holds();
                if (away) log.LogWarning("Who has access is known again");
                away = false;
            }
            catch (IdentityUnavailableException unavailable)
            {
                if (!away) log.LogWarning("Who has access is not known now: {Reason}", unavailable.Message);
                away = true;
            }

            await TellUsed(stoppingToken);
            await Task.Delay(AccessList.LookWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Who has access is known without it: it may be told later.
    private async Task TellUsed(CancellationToken stopping)
    {
        if (uses.Untold() is not { } used) return;
        try
        {
            await source.TellUsed(used, stopping);
            uses.Told(used);
        }
        catch (IdentityUnavailableException)
        {
        }
    }
}
