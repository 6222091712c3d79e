using Distribution.Screens.Layout;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Clinic;

/// <summary>
/// The clinic's pages. They are shells: what is in them comes from the API by scripts that work without a network as well, so that a page
/// which is kept on a device shows nothing of anybody by itself.
/// </summary>
internal static class ShowClinic
{
    // What the worker fetches by itself must be allowed by the policy of the worker.
    private const string WorkerPolicy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ScreenPaths.Session, (Delegate)Show<SessionPage>);
        pages.MapGet(ScreenPaths.Today, (Delegate)Show<TodayPage>);
        pages.MapGet(ScreenPaths.Worker, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = WorkerPolicy;
            http.Response.Headers.CacheControl = "no-cache";
            return Results.Text(Files.Worker, "text/javascript; charset=utf-8");
        });
    }

    private static Task<IResult> Show<TPage>(HttpContext http) where TPage : IComponent => Pages.For(
        http, Section.Clinic, screen => Pages.Page<TPage>(http, StatusCodes.Status200OK, ("Screen", screen)));
}
