using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Modules;

/// <summary>
/// Lets what a service has in memory catch up, again and again, with what other instances of it committed. What must be
/// exact does not lean on this: a decision looks into its transaction, and a query catches up first.
/// </summary>
internal sealed class KeepingUp(
    string service, Func<CancellationToken, Task> catchUp, TimeProvider clock, ILogger<KeepingUp> log) : BackgroundService
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Wait, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await catchUp(stoppingToken);
            }
            catch (StoreUnavailableException outage)
            {
                log.LogWarning(outage, "The memory of {Service} cannot catch up with its store now; trying again.", service);
            }
        }
    }
}

/// <summary>Registers <see cref="KeepingUp"/>.</summary>
public static class KeepingUpRegistration
{
    /// <summary>Has a service's memory catch up with its store.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="service">The service's name, for the log.</param>
    /// <param name="make">What catches up: cheap where nothing has changed.</param>
    public static void AddKeepingUp(
        this IServiceCollection services, string service, Func<IServiceProvider, Func<CancellationToken, Task>> make) =>
        // Not AddHostedService, which takes one service of a type.
        services.AddSingleton<IHostedService>(provider => new KeepingUp(
            service, make(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeepingUp>>()));
}
