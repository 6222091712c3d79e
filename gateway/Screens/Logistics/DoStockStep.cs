using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>Doses of a lot are wasted, set apart, or taken back from there.</summary>
internal static class DoStockStep
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        foreach (var step in StockStep.All)
        {
            pages.MapGet($"{ScreenPaths.Stock}/{step}", (HttpContext http, Api api, TimeProvider clock) =>
                Pages.For(http, Section.Logistics, screen => Begin(http, screen, api, clock, step)));
            pages.MapPost($"{ScreenPaths.Stock}/{step}", (HttpContext http, Api api) =>
                Pages.For(http, Section.Logistics, screen => Do(http, screen, api, step)));
        }
    }

    private static async Task<IResult> Begin(HttpContext http, Screen screen, Api api, TimeProvider clock, string step)
    {
        if (screen["place"] is not { } place || screen["vaccine"] is not { } vaccine)
            return Results.LocalRedirect(screen.LinkTo(ScreenPaths.Stock));
        var now = screen.Write.Digits(await PlaceClock.Now(http, api, clock, place));
        return await Page(http, screen, api, step, new(StockStep.NewId(), place, vaccine, LotOf(http), now, "", "", ""), null);
    }

    private static async Task<IResult> Do(HttpContext http, Screen screen, Api api, string step)
    {
        var typed = StockStep.Read(await Forms.Read(http.Request), screen, LotOf(http));
        if (typed.Check(step, screen.Language) is { Count: > 0 } wrong)
            return await Page(http, screen, api, step, typed, new(StatusCodes.Status422UnprocessableEntity, Errors: wrong));
        var done = await api.Post<object>(http, StockStep.PathOf(step), typed.Body(step));
        return done.Problem is { } problem
            ? await Page(http, screen, api, step, typed, problem)
            : Forms.SeeOther(http, $"{screen.LinkTo(ScreenPaths.Stock, ("vaccine", null))}&done={step}");
    }

    private static string? LotOf(HttpContext http) => http.Request.Query["lot"].ToString() is { Length: > 0 } lot ? lot : null;

    private static async Task<IResult> Page(HttpContext http, Screen screen, Api api, string step, StockStep typed, Problem? problem) =>
        await Pages.Page<StockStepPage>(
            http, problem?.Status ?? StatusCodes.Status200OK, (nameof(StockStepPage.Screen), screen), (nameof(StockStepPage.Step), step),
            (nameof(StockStepPage.Typed), typed), (nameof(StockStepPage.Problem), problem),
            (nameof(StockStepPage.Names), await PlaceNames.Of(http, api, [typed.Place])));
}
