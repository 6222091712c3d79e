using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Identity;

/// <summary>Where a program that signs people in learns who has access.</summary>
public interface IAccessSource
{
    /// <summary>Who has access, where that is another list than the one that is known; null where that one still holds.</summary>
    /// <param name="known">The version that is known, or null.</param>
    /// <param name="usedShares">Shares that were used since it was asked last, by id.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="IdentityUnavailableException">That cannot be told now.</exception>
    ValueTask<AccessKeys?> Newer(long? known, IReadOnlyList<string> usedShares, CancellationToken cancel);
}

/// <summary>Keeps the list of who has access as it is, several times a second.</summary>
internal sealed class KeepAccessList(
    IAccessSource source, AccessList list, ShareUses uses, TimeProvider clock, ILogger<KeepAccessList> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var away = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var used = uses.Untold();
                if (await source.Newer(list.Version, used, stoppingToken) is { } newer) list.Take(newer);
                else list.Holds();
                uses.Told(used);
                if (away) log.LogWarning("Who has access is known again");
                away = false;
            }
            catch (IdentityUnavailableException unavailable)
            {
                if (!away) log.LogWarning("Who has access is not known now: {Reason}", unavailable.Message);
                away = true;
            }

            await Task.Delay(AccessList.LookWait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
