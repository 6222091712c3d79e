using System.Diagnostics;
using Distribution.Platform.Auditing;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Web;

/// <summary>
/// Tells the audit of requests: writes by the changes that they make, the reading of lines before it is done, and refusals for want of a
/// right.
/// </summary>
public static class RequestAudit
{
    private const string Forwarded = "X-Forwarded-For";

    /// <summary>These routes belong to a service, whose audit tells of them.</summary>
    public static TRoutes AuditedBy<TRoutes>(this TRoutes routes, string service) where TRoutes : IEndpointConventionBuilder =>
        routes.WithMetadata(new AuditedService(service));

    /// <summary>From here on the changes of this request are told of as made by a caller.</summary>
    /// <param name="http">The request.</param>
    /// <param name="subject">Who asks.</param>
    public static void Begin(HttpContext http, string subject) => AuditedRequest.Current = Of(http, subject);

    /// <summary>Tells of a request as far as it is to be told of, and then lets it go on.</summary>
    internal static Task GoOn(HttpContext http, RequestDelegate next, Caller caller)
    {
        var reads = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!reads && caller.Subject != Caller.Gateway.Subject && ServiceOf(http) is not null) Begin(http, caller.Subject);
        // What a read changes in passing, as when it catches up, nobody asked for.
        else AuditedRequest.Current = null;
        return reads && RightOf(http) is Right.LinesRead && StoreOf(http) is { } store
            ? TellThenGoOn(http, next, Of(http, caller.Subject) with { Outcome = AuditRecord.Read }, store)
            : next(http);
    }

    /// <summary>A request that was refused for want of a right, and the store whose audit tells of it; null where none does.</summary>
    internal static (IStore Store, AuditedRequest Request)? Refused(HttpContext http) => StoreOf(http) is { } store
        ? (store, Of(http, Caller.Of(http)?.Subject ?? "nobody") with { Outcome = AuditRecord.Refused })
        : null;

    private static async Task TellThenGoOn(HttpContext http, RequestDelegate next, AuditedRequest request, IStore store)
    {
        await store.Record(request, http.RequestAborted);
        await next(http);
    }

    private static AuditedRequest Of(HttpContext http, string subject)
    {
        var route = http.Request.RouteValues;
        return new AuditedRequest(
            subject, RightOf(http)?.Name(), ActionOf(http),
            route.Count == 0 ? null : route.ToDictionary(value => value.Key, value => value.Value?.ToString() ?? ""),
            AddressOf(http), Activity.Current?.TraceId.ToHexString());
    }

    private static string ActionOf(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? http.Request.Method;

    private static Right? RightOf(HttpContext http) => http.GetEndpoint() is { } endpoint ? NeededRights.Of(endpoint)?.Right : null;

    // Whoever the gateway says it is may be believed to come from where the gateway says.
    private static string? AddressOf(HttpContext http) =>
        Caller.Of(http) is { IsPassedOn: true } && http.Request.Headers[Forwarded] is [{ } address, ..]
            ? address
            : http.Connection.RemoteIpAddress?.ToString();

    private static string? ServiceOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<AuditedService>()?.Name;

    private static IStore? StoreOf(HttpContext http) =>
        ServiceOf(http) is { } service ? http.RequestServices.GetKeyedService<IStore>(service) : null;

    private sealed record AuditedService(string Name);
}
