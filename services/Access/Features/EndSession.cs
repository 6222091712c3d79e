using Distribution.Access.Store;
using Distribution.Platform.Identity;
using Distribution.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Access.Features;

/// <summary>Ends the session of the browser that asks for it: whoever has the cookie still cannot use it.</summary>
internal static class EndSession
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/api/v1/session", Handle)
        .WithTags("Access").WithName("EndSession").WithSummary("Signs out: ends the session of this browser.")
        .NeedsSignIn()
        .Produces(StatusCodes.Status204NoContent);

    private static async Task<IResult> Handle(HttpContext http, AccessStore store, Caller caller, CancellationToken cancel)
    {
        if (caller.SessionId is { } session)
        {
            await store.Change<string>(async tx =>
            {
                await AccessStore.End(tx, session);
                return session;
            }, cancel);
        }

        http.Response.Cookies.Delete(AccessKeyCallers.Cookie, BeginSession.Options(TimeSpan.Zero));
        return Results.NoContent();
    }
}
