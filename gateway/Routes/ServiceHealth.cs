using System.Text.Json;
using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Distribution.Gateway.Routes;

/// <summary>
/// How a service behind the gateway is, with what waits in it. One that does not answer leaves the gateway degraded:
/// the others' parts are still served.
/// </summary>
internal sealed class ServiceHealth(
    string service, IHttpClientFactory clients, ServiceAddresses addresses, CallerTokens tokens) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // What lies in the store or at the broker each instance tells alike; what it has in its own hands it alone.
    private static readonly string[] OfOneInstance = ["consuming", "consumed"];

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
        var instances = await Task.WhenAll(addresses.Of(service).Select(address => Look(address, cancellationToken)));
        var data = new Dictionary<string, object>();
        foreach (var (name, value) in instances.OfType<Report>().SelectMany(report => report.Checks.Values).SelectMany(check => check.Data))
        {
            if (value.ValueKind != JsonValueKind.Number) continue;
            var said = value.GetDouble();
            var others = data.TryGetValue(name, out var before) ? (double)before : 0;
            data[name] = OfOneInstance.Contains(name) ? others + said : Math.Max(others, said);
        }

        if (instances.Count(report => report is null) is > 0 and var silent)
            return HealthCheckResult.Degraded(instances.Length == 1
                ? $"The {service} service does not answer."
                : $"{silent} of {instances.Length} instances of the {service} service do not answer.", data: data);
        var missing = string.Join(" ", instances.SelectMany(report => report!.Checks.Values).Select(check => check.Description)
            .Where(text => text is not null).Distinct());
        return instances.All(report => report!.Status == nameof(HealthStatus.Healthy))
            ? HealthCheckResult.Healthy(data: data)
            : HealthCheckResult.Degraded(missing, data: data);
    }

    private async Task<Report?> Look(Uri address, CancellationToken cancel)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Timeout);
            using var http = clients.CreateClient(ServiceClient.HttpName);
            if (tokens.AreNeeded) http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Of(Caller.Gateway, service));
            using var response = await http.GetAsync(new Uri(address, "health/ready"), limit.Token);
            return JsonSerializer.Deserialize<Report>(await response.Content.ReadAsByteArrayAsync(limit.Token), JsonSerializerOptions.Web);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException
            && !cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed record Report(string Status, Dictionary<string, Check> Checks);

    private sealed record Check(string? Description, Dictionary<string, JsonElement> Data);
}
