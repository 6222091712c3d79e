using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Platform.Identity;

/// <summary>Who may use a route: whoever has this right, or everybody, or where the right is asked for elsewhere whoever has signed
/// in.</summary>
/// <param name="Right">The right; null where none is needed here.</param>
/// <param name="IsPublic">Whether one need not even sign in.</param>
internal sealed record NeededRight(Right? Right, bool IsPublic);

/// <summary>Every route says who may use it. A program that has one which does not say so does not start.</summary>
public static class NeededRights
{
    /// <summary>Only callers with this right may use it.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder route, Right right) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new NeededRight(right, IsPublic: false));

    /// <summary>Everybody may use it: it shows nothing of what is kept here.</summary>
    public static TBuilder IsPublic<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new NeededRight(null, IsPublic: true));

    /// <summary>Whoever has signed in may use it: what else is needed, the service behind it asks for.</summary>
    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new NeededRight(null, IsPublic: false));

    /// <summary>What a route needs; null where it does not say, or is the framework's own answer to what fits no route.</summary>
    internal static NeededRight? Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<NeededRight>();

    /// <summary>Refuses to go on where a route does not say who may use it.</summary>
    /// <exception cref="InvalidOperationException">These do not.</exception>
    internal static void RequireEverywhere(IEndpointRouteBuilder routes)
    {
        var silent = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => Of(endpoint) is null).Select(endpoint => endpoint.DisplayName ?? endpoint.RoutePattern.RawText).ToArray();
        if (silent.Length > 0)
            throw new InvalidOperationException($"These routes do not say which right they need: {string.Join("; ", silent)}");
    }
}
