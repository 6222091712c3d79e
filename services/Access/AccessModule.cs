using Distribution.Access.Features;
using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Modules;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Access;

/// <summary>The Access service: who may see and do what.</summary>
public sealed class AccessModule : IServiceModule
{
    /// <inheritdoc />
    public string Name => AccessStore.Name;

    /// <inheritdoc />
    public bool HasStore => true;

    /// <inheritdoc />
    public bool KeepsAccess => true;

    /// <inheritdoc />
    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<AccessStore>();
        services.AddSingleton<SignInLinks>();
        services.AddHostedService<FirstKey>();
        services.AddSingleton<IAccessSource>(provider => provider.GetRequiredService<AccessStore>());
    }

    /// <inheritdoc />
    public void AddConsumers(IRegistrationConfigurator consumers)
    {
        // It hears of nothing.
    }

    /// <inheritdoc />
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        var access = routes.MapGroup("/api/v1/access").WithTags("Access");
        MakeKey.Map(access);
        ListKeys.Map(access);
        EndKey.Map(access);
        PutGrant.Map(access);
        ListGrants.Map(access);
        EndGrant.Map(access);
        var shares = routes.MapGroup("/api/v1/shares").WithTags("Shares");
        PutShare.Map(shares);
        ListShares.Map(shares);
        EndShare.Map(shares);
        TellKeys.Map(routes);
        HearUses.Map(routes);
        BeginSession.Map(routes);
        EndSession.Map(routes);
        ShowMe.Map(routes);
    }
}
