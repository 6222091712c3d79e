using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Platform.Web;

/// <summary>Finds out who sends a request and whether the route may be used by them, before anything else is done.</summary>
/// <param name="sources">The ways to tell who it is, asked in order.</param>
/// <param name="settings">Whether one must sign in at all.</param>
/// <param name="log">Told of refusals.</param>
/// <param name="limits">How much strangers may ask for; null where nobody need sign in.</param>
internal sealed class SignIn(
    IEnumerable<ICallerSource> sources, SignInSettings settings, SecurityLog log, RateLimits? limits = null)
{
    private readonly ICallerSource[] _sources = [.. sources];

    /// <summary>Lets a request through, or refuses it.</summary>
    public Task Check(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is not { } endpoint) return next(http);
        var need = NeededRights.Of(endpoint);
        // What the framework answers to a wrong method or media type is no route, and does nothing.
        if (need is null && endpoint is not RouteEndpoint) return next(http);
        if (!settings.Required) return Enter(http, next, need, Caller.Local);
        var found = Find(http, need is { IsPublic: true });
        return found.IsCompletedSuccessfully ? Enter(http, next, need, found.Result) : EnterLater(http, next, need, found);
    }

    private async Task EnterLater(HttpContext http, RequestDelegate next, NeededRight? need, ValueTask<Caller?> found) =>
        await Enter(http, next, need, await found);

    private Task Enter(HttpContext http, RequestDelegate next, NeededRight? need, Caller? caller)
    {
        if (caller is not null) http.Features.Set(caller);
        var tried = need is not { IsPublic: true } && http.Request.Headers.Authorization.Count > 0;
        if (caller is null && limits?.RefuseStranger(http, tried) is { } tooMany)
        {
            log.Tell(http, "refused", "too many");
            return tooMany;
        }

        if (need is { IsPublic: true }) return next(http);
        if (caller is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            log.Tell(http, "refused", tried ? NotLetIn.Why(http) ?? "no key that holds" : "nobody signed in");
            return Refuse(http, new Refusal(StatusCodes.Status401Unauthorized, "Sign in",
                "This needs an access key that holds: send it as 'Authorization: Bearer KEY', or sign in at / with it."));
        }

        if (need is null || (need.Right is { } right && !caller.May(right)))
        {
            return Refuse(http, Refusal.NoRight(
                $"This needs the right {need?.Right?.Name() ?? "any"}, which {caller.Subject} does not have."));
        }

        return RequestAudit.GoOn(http, next, caller);
    }

    private async ValueTask<Caller?> Find(HttpContext http, bool isPublic)
    {
        try
        {
            foreach (var source in _sources)
                if (await source.Find(http) is { } caller) return caller;
        }
        catch (IdentityUnavailableException) when (isPublic)
        {
            // Nobody need be known here.
        }

        return null;
    }

    private static Task Refuse(HttpContext http, Refusal refusal) => refusal.ToResult().ExecuteAsync(http);
}
