using System.Net.Security;
using Distribution.Gateway.Audit;
using Distribution.Gateway.Caching;
using Distribution.Gateway.Callers;
using Distribution.Gateway.Changes;
using Distribution.Gateway.Coverage;
using Distribution.Gateway.Dhis2;
using Distribution.Gateway.Reviews;
using Distribution.Gateway.Routes;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;
using Distribution.Gateway.Supply;
using Distribution.Platform.Hosting;
using Distribution.Platform.Identity;
using Distribution.Platform.Modules;
using Distribution.Screens;
using Distribution.Screens.Asking;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Distribution.Gateway;

/// <summary>The one address of the system: coverage composed from the services, their routes, and the pages.</summary>
/// <param name="proxy">
/// Whether the services run elsewhere, so that their routes are passed on to <c>Services:*:Address</c>; false where
/// they are modules of the same host.
/// </param>
public sealed class GatewayModule(bool proxy) : IServiceModule
{
    /// <inheritdoc/>
    public string Name => "gateway";

    /// <inheritdoc/>
    public bool HasStore => false;

    /// <inheritdoc/>
    public bool SignsPeopleIn => true;

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient(ServiceClient.HttpName, http => http.MaxResponseContentBufferSize = ServiceClient.AnswerBytesMax)
            .UseSocketsHttpHandler((handler, provider) =>
            {
                // Where all is one program it calls itself, at an address that its certificate need not name.
                if (provider.GetService<OwnCertificate>() is { } own)
                {
                    handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, problems) =>
                        problems == SslPolicyErrors.None || shown?.GetCertHashString() == own.Certificate.GetCertHashString();
                }

                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
                handler.ConnectTimeout = TimeSpan.FromSeconds(1);
                handler.UseProxy = false;
                handler.UseCookies = false;
                handler.AllowAutoRedirect = false;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddSingleton<ServiceAddresses>();
        services.AddSingleton<ServiceClient>();
        services.AddSingleton<LastKnown>();
        services.AddSingleton<ReferenceData>();
        services.AddSingleton<AnswerCache>();
        services.AddSingleton<ChangeHub>();
        services.AddSingleton<CoverageChanges>();
        services.AddSingleton<SharedViews>();
        services.AddScreens(provider => new OwnAddress(ServiceClient.HttpName, provider.GetRequiredService<ServiceAddresses>().Own));
        services.AddSingleton<ICallerSource, AccessKeyCallers>();
        PersonCallers.AddServices(services);
        if (!proxy) return;
        services.AddSingleton<IAccessSource, AskForAccess>();
        services.AddSingleton<DescribeApi>();
        ProxyServices.AddServices(services);
    }

    /// <inheritdoc/>
    public void AddConsumers(IRegistrationConfigurator consumers)
    {
        consumers.AddConsumer<OnDosesAdministered>();
        consumers.AddConsumer<OnAdministrationRetracted>();
        consumers.AddConsumer<OnTargetPopulationChanged>();
        consumers.AddConsumer<OnStockLevelChanged>();
        consumers.AddConsumer<OnShipmentDispatched>();
        consumers.AddConsumer<OnShipmentReceived>();
        consumers.AddConsumer<OnFacilityChanged>();
        consumers.AddConsumer<OnVaccineChanged>();
    }

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var coverage = routes.MapGroup("/api/v1/coverage").WithTags("Coverage");
        GetCoverage.Map(coverage);
        GetTrend.Map(coverage);
        StreamChanges.Map(coverage);
        GetDataValueSets.Map(routes);
        ListAudit.Map(routes);
        ListReviews.Map(routes);
        ListStockAlerts.Map(routes);
        ShowDocs.Map(routes);
        routes.MapScreens();
        if (!proxy) return;
        DescribeApi.Map(routes);
        ProxyServices.Map(routes, routes.ServiceProvider.GetRequiredService<CallerTokens>());
    }
}
