using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Distribution.Gateway.Services;

/// <summary>
/// How a service behind the gateway is, with what waits in it. One that does not answer leaves the gateway degraded:
/// the others' parts are still served.
/// </summary>
internal sealed class ServiceHealth(string service, IHttpClientFactory clients, ServiceAddresses addresses) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static void AddServices(IServiceCollection services)
    {
        foreach (var service in ServiceNames.All)
        {
            services.AddHealthChecks().Add(new HealthCheckRegistration(service,
                provider => ActivatorUtilities.CreateInstance<ServiceHealth>(provider, service), HealthStatus.Degraded, null));
        }
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Timeout);
            using var http = clients.CreateClient(ServiceClient.HttpName);
            using var response = await http.GetAsync(new Uri(addresses.Of(service), "health/ready"), limit.Token);
            var report = JsonSerializer.Deserialize<Report>(await response.Content.ReadAsByteArrayAsync(limit.Token), JsonSerializerOptions.Web);
            var data = new Dictionary<string, object>();
            foreach (var (name, value) in report!.Checks.Values.SelectMany(check => check.Data))
                if (value.ValueKind == JsonValueKind.Number) data[name] = value;
            var missing = string.Join(" ", report.Checks.Values.Select(check => check.Description).Where(text => text is not null));
            return report.Status == nameof(HealthStatus.Healthy)
                ? HealthCheckResult.Healthy(data: data)
                : HealthCheckResult.Degraded(missing, data: data);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException && !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded($"The {service} service does not answer.");
        }
    }

    private sealed record Report(string Status, Dictionary<string, Check> Checks);

    private sealed record Check(string? Description, Dictionary<string, JsonElement> Data);
}
