using Distribution.Platform.Identity;
using Distribution.Platform.Web;
using Distribution.Screens.Asking;
using Distribution.Screens.Clinic;
using Distribution.Screens.Layout;
using Distribution.Screens.Logistics;
using Distribution.Screens.Ministry;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Screens;

/// <summary>The pages for people: the table of contents of the screens.</summary>
public static class ScreenRoutes
{
    /// <summary>Registers what the pages need.</summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="own">Where this program serves.</param>
    public static void AddScreens(this IServiceCollection services, Func<IServiceProvider, OwnAddress> own)
    {
        services.AddSingleton(own);
        services.AddSingleton<Api>();
    }

    /// <summary>Maps the pages. Each is public, in that whoever has not signed in is shown how to, and nothing else.</summary>
    /// <param name="routes">The routes of the program.</param>
    public static void MapScreens(this IEndpointRouteBuilder routes)
    {
        // What a page does not know in its address is of another page, from which one came.
        var pages = routes.MapGroup("").ExcludeFromDescription().IsPublic().WithMetadata(new ChecksParameters());
        pages.MapGet("/", Enter);
        ShowCoverage.Map(pages);
        ShowCountries.Map(pages);
        ShowWork.Map(pages);
        ShowShipments.Map(pages);
        ShowRequest.Map(pages);
        ShowShipment.Map(pages);
        ShowReceipt.Map(pages);
        ShowStock.Map(pages);
        DoStockStep.Map(pages);
        ShowCount.Map(pages);
        ShowClinic.Map(pages);
        Files.Map(pages);
        pages.MapPost(ScreenPaths.SignOut, SignOut);
    }

    private static Task<IResult> Enter(HttpContext http, CancellationToken cancel) => Pages.For(
        http, null, screen => Task.FromResult(Results.LocalRedirect(screen.LinkTo(Section.Of(screen.Caller!).First().First))));

    private static async Task<IResult> SignOut(HttpContext http, Api api)
    {
        await api.SignOut(http);
        return Forms.SeeOther(http, "/");
    }
}
