using Distribution.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.Platform.Modules;

/// <summary>
/// Does something again and again, as long as the program runs: an outage of the store only makes it late. By this what a service has in
/// memory catches up with what other instances of it committed. What must be exact does not lean on it: a decision looks into its
/// transaction, and a query catches up first.
/// </summary>
/// <param name="what">What does it, for the log: such as <c>the memory of inventory</c>.</param>
/// <param name="every">How often.</param>
/// <param name="work">What is done.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Where outages are told.</param>
internal sealed class KeepingUp(
    string what, TimeSpan every, Func<CancellationToken, Task> work, TimeProvider clock, ILogger<KeepingUp> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Work(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends, and nothing is left half done by that: what is thrown on would be told as a failure.
        }
    }

    private async Task Work(CancellationToken cancel)
    {
        try
        {
            await work(cancel);
        }
        catch (StoreUnavailableException outage)
        {
            log.LogWarning(outage, "{What} cannot keep up with the store now; trying again.", what);
        }
    }
}

/// <summary>Registers <see cref="KeepingUp"/>.</summary>
public static class KeepingUpRegistration
{
    private static readonly TimeSpan MemoryWait = TimeSpan.FromSeconds(1);

    /// <summary>Has a service's memory catch up with its store.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="service">The service's name, for the log.</param>
    /// <param name="make">What catches up: cheap where nothing has changed.</param>
    public static void AddKeepingUp(
        this IServiceCollection services, string service, Func<IServiceProvider, Func<CancellationToken, Task>> make) =>
        services.AddKeepingUp($"the memory of {service}", MemoryWait, make);

    /// <summary>Has something done again and again.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="what">What does it, for the log.</param>
    /// <param name="every">How often.</param>
    /// <param name="make">What is done.</param>
    internal static void AddKeepingUp(
        this IServiceCollection services, string what, TimeSpan every, Func<IServiceProvider, Func<CancellationToken, Task>> make) =>
        // Not AddHostedService, which takes one service of a type.
        services.AddSingleton<IHostedService>(provider => new KeepingUp(
            what, every, make(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeepingUp>>()));
}
