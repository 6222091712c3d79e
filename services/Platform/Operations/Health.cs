using System.Net;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Distribution.Platform.Operations;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can do its work, and what its outboxes hold.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = Write }).IsPublic();
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = Write }).IsPublic();
    }

    // That it is well or not is for everybody who routes requests to it; why not, for operators, and at a service itself for those on its
    // machine, who may have no gateway to sign in at.
    private static bool MaySeeWhy(HttpContext http) =>
        Caller.Of(http)?.May(Right.Operate) == true
        || (http.RequestServices.GetRequiredService<SignInSettings>().TrustedKey is not null
            && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address));

    private static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = !MaySeeWhy(http) ? [] : report.Entries.ToDictionary(entry => entry.Key, entry => new
        {
            status = entry.Value.Status.ToString(),
            description = entry.Value.Description,
            data = entry.Value.Data,
        }),
    });
}

/// <summary>
/// Whether a store answers. Parked events make it degraded, and so do events that have not gone out for long: it works on,
/// and a person should look.
/// </summary>
internal sealed class StoreHealth(IStore store, TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan UnsentMax = TimeSpan.FromSeconds(30);

    public static HealthCheckRegistration Registration(string name) => new(
        $"{name}-store", provider => new StoreHealth(
            provider.GetRequiredKeyedService<IStore>(name), provider.GetRequiredService<TimeProvider>()), HealthStatus.Unhealthy, null);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var depth = await store.Outbox.Depth(cancellationToken);
        var oldest = (await store.Outbox.Lag(cancellationToken)).OldestUnsentAt;
        var age = oldest is { } at ? clock.GetUtcNow() - at : TimeSpan.Zero;
        var data = new Dictionary<string, object>
        {
            ["outboxUnsent"] = depth.Unsent,
            ["outboxParked"] = depth.Parked,
            ["outboxAgeSeconds"] = Math.Round(Math.Max(0, age.TotalSeconds), 1),
        };
        if (depth.Parked > 0)
            return HealthCheckResult.Degraded($"{depth.Parked} events could not be published and are parked.", data: data);
        return age <= UnsentMax
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded($"The oldest of {depth.Unsent} unsent events has waited for {age.TotalSeconds:N0} s.", data: data);
    }
}
