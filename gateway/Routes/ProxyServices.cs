using Distribution.Gateway.Services;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Distribution.Gateway.Routes;

/// <summary>Passes the services' own routes on to them, where they run in processes of their own.</summary>
internal static class ProxyServices
{
    private static readonly TimeSpan LookWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(10);

    private static readonly string[] BrowserHeaders = ["Origin", "Sec-Fetch-Site"];

    private const string Api = "/api/v1/";

    /// <summary>Which paths belong to which service: below <c>/api/v1</c>, or of a standard and beginning with a slash.</summary>
    private static readonly (string Service, string[] Paths)[] Owners =
    [
        (ServiceNames.Inventory,
            ["facilities", "vaccines", "scans", "stock", "ledger", "inventory", "operations/inventory", "audit/inventory",
                "/fhir/Location", "/dhis2/organisationUnits"]),
        (ServiceNames.Shipment, ["shipments", "epcis", "/epcis/v2", "operations/shipment", "audit/shipment"]),
        (ServiceNames.Administration,
            ["administrations", "target-populations", "countries", "/hl7v2", "/fhir", "/dhis2/metadata", "/dhis2/mappings",
                "operations/administration", "audit/administration"]),
        (ServiceNames.Access, ["access", "shares", "operations/access", "audit/access", "session", "me"]),
    ];

    public static void AddServices(IServiceCollection services)
    {
        services.AddReverseProxy();
        services.AddSingleton<IForwarderHttpClientFactory, SmallBodies>();
        ServiceHealth.AddServices(services);
        services.AddSingleton<IProxyConfigProvider>(provider => Configuration(provider.GetRequiredService<IConfiguration>()));
    }

    public static void Map(IEndpointRouteBuilder routes, CallerTokens tokens) => routes.MapReverseProxy(proxy =>
        {
            proxy.Use((http, next) => SayWhoCalls(http, next, tokens));
            proxy.Use(NameTheService);
            proxy.UseLoadBalancing();
        })
        // Bulk bodies are streams of any length; the service itself limits what it must.
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .NeedsSignIn();

    private static InMemoryConfigProvider Configuration(IConfiguration configuration) => new(
        [.. Owners.SelectMany(owner => owner.Paths.Select(path => new RouteConfig
        {
            RouteId = path,
            ClusterId = owner.Service,
            Match = new RouteMatch { Path = $"{(path[0] == '/' ? path : Api + path)}/{{**rest}}" },
            // Which page asks was looked at here; the service is called by another name.
            Transforms = [.. BrowserHeaders.Select(name => new Dictionary<string, string> { ["RequestHeaderRemove"] = name })],
        }))],
        [.. Owners.Select(owner => Cluster(owner.Service, AddressesOf(configuration, owner.Service)))]);

    private static ClusterConfig Cluster(string service, IReadOnlyList<string> addresses) => new()
    {
        ClusterId = service,
        LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
        // What imports a country answers at its end.
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = AnswerLimit },
        Destinations = addresses.ToDictionary(address => address, address => new DestinationConfig { Address = address }),
        // One of several that does not answer is left alone until it does.
        HealthCheck = new HealthCheckConfig
        {
            Active = new ActiveHealthCheckConfig
            {
                Enabled = addresses.Count > 1,
                Interval = LookWait,
                Timeout = LookWait,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                Path = "/health/live",
            },
        },
        Metadata = new Dictionary<string, string> { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
    };

    private static IReadOnlyList<string> AddressesOf(IConfiguration configuration, string service) =>
        ServiceAddresses.Configured(configuration, service) is { Count: > 0 } addresses
            ? [.. addresses.Select(address => address.ToString())]
            : throw new InvalidOperationException($"Services:{service}:Address is not configured: the gateway cannot pass requests on.");

    /// <summary>What a caller signs in with stays here: the service is told who it is.</summary>
    private static Task SayWhoCalls(HttpContext http, RequestDelegate next, CallerTokens tokens)
    {
        if (!tokens.AreNeeded) return next(http);
        http.Request.Headers.Cookie = default;
        http.Request.Headers.Authorization = $"Bearer {tokens.Of(Caller.Of(http)!, ServiceOf(http)!)}";
        return next(http);
    }

    private static string? ServiceOf(HttpContext http) => http.Features.Get<IReverseProxyFeature>()?.Cluster.Config.ClusterId;

    /// <summary>A service that does not answer is named in the problem, instead of an empty 502, 503 or 504.</summary>
    private static async Task NameTheService(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.GetForwarderErrorFeature() is null || http.Response.HasStarted
            || http.Response.StatusCode is not (StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable
                or StatusCodes.Status504GatewayTimeout)) return;
        var service = ServiceOf(http);
        var refusal = new Refusal(http.Response.StatusCode, "Service unavailable",
            $"The {service} service does not answer. It may or may not have taken the request: send it again, with the same id.");
        await refusal.ToResult().ExecuteAsync(http);
    }
}
