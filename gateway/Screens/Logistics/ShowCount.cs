using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>What lies at a place is counted: typed without the book's figures, compared with them, and then confirmed.</summary>
internal static class ShowCount
{
    /// <summary>That it was counted, of which the page of the stock tells.</summary>
    public const string Done = "count";

    private const int LinesMax = 1_000;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ScreenPaths.Count, (HttpContext http, Api api, TimeProvider clock) =>
            Pages.For(http, Section.Logistics, screen => Begin(http, screen, api, clock)));
        pages.MapPost(ScreenPaths.Count, (HttpContext http, Api api) =>
            Pages.For(http, Section.Logistics, screen => Do(http, screen, api)));
    }

    private static async Task<IResult> Begin(HttpContext http, Screen screen, Api api, TimeProvider clock)
    {
        if (FindPlaces.Searched(http) is { } searched) return await FindPlaces.Show(http, screen, api, searched, screen.Path);
        if (screen["place"] is not { } place) return await Page(http, screen, api, null, null, null, null);
        var stock = await Stock(http, screen, api, place);
        return stock.Value is not { } lines
            ? await Page(http, screen, api, null, null, stock.Problem, null)
            : await Page(http, screen, api,
                CountForm.Opened(lines.Items, screen.Write.Digits(await PlaceClock.Now(http, api, clock, place))), null, null, lines);
    }

    private static async Task<IResult> Do(HttpContext http, Screen screen, Api api)
    {
        var posted = await Forms.Read(http.Request);
        var (form, step) = (CountForm.Read(posted), posted.Typed("step"));
        if (form.Lines.Count == 0 || screen["place"] is not { } place) return Forms.SeeOther(http, screen.Link());
        if (step == ShowReceipt.Change) return await Page(http, screen, api, form, null, null, null);
        if (form.Check(screen.Language) is { Count: > 0 } wrong)
            return await Page(http, screen, api, form, null, new(StatusCodes.Status422UnprocessableEntity, Errors: wrong), null);
        if (step != ShowReceipt.Confirm)
        {
            var stock = await Stock(http, screen, api, place);
            return await Page(http, screen, api, form, stock.Value?.Items, stock.Problem, null);
        }

        var done = await api.Post<object>(http, "stock/counts", form.Body(place));
        return done.Problem is { } problem
            ? await Page(http, screen, api, form, null, problem, null)
            : Forms.SeeOther(http, $"{screen.LinkTo(ScreenPaths.Stock, ("vaccine", null))}&done={Done}");
    }

    private static Task<Asked<ListOf<StockLine>>> Stock(HttpContext http, Screen screen, Api api, string place) =>
        api.Get<ListOf<StockLine>>(http, "stock", ("facilityId", place), ("only", "true"), ("vaccineId", screen["vaccine"]),
            ("limit", $"{LinesMax}"));

    // The book is shown once what was counted is in; as the form opens, it only tells whether there is more than can be shown.
    private static async Task<IResult> Page(
        HttpContext http, Screen screen, Api api, CountForm? form, IReadOnlyList<StockLine>? book, Problem? problem,
        ListOf<StockLine>? opened)
    {
        var vaccines = await api.Get<ListOf<VaccineView>>(http, "vaccines", ("limit", "1000"));
        return await Pages.Page<CountPage>(
            http, problem?.Status ?? StatusCodes.Status200OK, (nameof(CountPage.Screen), screen), (nameof(CountPage.Form), form),
            (nameof(CountPage.Book), book), (nameof(CountPage.Problem), problem), (nameof(CountPage.IsNew), opened is not null),
            (nameof(CountPage.HasMore), opened?.Next is not null), (nameof(CountPage.Vaccines), vaccines.Value?.Items ?? []),
            (nameof(CountPage.Names), await PlaceNames.Of(http, api, [screen["place"]])));
    }
}
