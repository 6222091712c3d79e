using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Refusals;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>The beginning of a session.</summary>
/// <param name="Code">The code of a sign-in link, where no access key is sent.</param>
internal sealed record SessionBody(string? Code);

/// <summary>Begins the session of a browser: a cookie in place of an access key, which is typed once.</summary>
internal static class BeginSession
{
    private const string KeyPrefix = "key:";

    // Of one key; beyond that the oldest ends.
    private const int SessionsMax = 10;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/session", Handle)
        .WithTags("Access").WithName("BeginSession")
        .WithSummary(
            "Begins the session of a browser, of 12 hours at most and 30 minutes without use: sets its cookie. A key has 10 at most.")
        .WithDescription("Signed in with an access key, or with the code of a link that a program printed at its start.")
        .WithExample("""{"code": null}""")
        .IsPublic()
        .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status401Unauthorized);

    private static async Task<IResult> Handle(
        SessionBody body, HttpContext http, AccessStore store, SignInLinks links, SignInSettings settings, SecurityLog log,
        TimeProvider clock, CancellationToken cancel)
    {
        // Where nobody is asked to sign in, everybody is in already.
        if (!settings.Required) return Results.NoContent();
        if (KeyOf(body, http, links) is not { } keyId)
        {
            log.Tell(http, "refused", "no key or code that holds");
            return new Refusal(StatusCodes.Status401Unauthorized, "Sign in",
                "This needs an access key that holds, or the code of a link that was not used before and is not older than ten minutes.")
                .ToResult();
        }

        RequestAudit.Begin(http, $"{KeyPrefix}{keyId}");
        var now = clock.GetUtcNow();
        var session = $"s{Guid.NewGuid():N}";
        var secret = AccessKey.New(session);
        var over = await store.Over(keyId, SessionsMax - 1, now, cancel);
        await store.Change<StoredSession>(async tx =>
        {
            foreach (var old in over) await AccessStore.End(tx, old);
            var begun = new StoredSession(session, keyId, AccessKey.HashOf(secret), now, now + Longest);
            await AccessStore.Put(tx, begun);
            return begun;
        }, cancel);
        http.Response.Cookies.Append(AccessKeyCallers.Cookie, secret, Options(Longest));
        log.Tell(http, "session begun", keyId);
        return Results.NoContent();
    }

    /// <summary>How the cookie of a session is set.</summary>
    public static CookieOptions Options(TimeSpan age) => new()
    {
        Path = "/",
        Secure = true,
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        IsEssential = true,
        MaxAge = age,
    };

    private static string? KeyOf(SessionBody body, HttpContext http, SignInLinks links)
    {
        if (body.Code is { } code) return links.Use(code) ? SignInSettings.Administrator : null;
        // A session begins none: it would have no end.
        return Caller.Of(http) is { SessionId: null } caller && caller.Subject.StartsWith(KeyPrefix, StringComparison.Ordinal)
            ? caller.Subject[KeyPrefix.Length..]
            : null;
    }
}
