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
    private const string Path = "stock/counts";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ScreenPaths.Count, (HttpContext http, Api api, TimeProvider clock) =>
            FindPlaces.For(http, Section.Logistics, api, screen => Begin(http, screen, api, clock)));
        pages.MapPost(ScreenPaths.Count, (HttpContext http, Api api) =>
            Pages.For(http, Section.Logistics, screen => Do(http, screen, api)));
    }

    private static async Task<IResult> Begin(HttpContext http, Screen screen, Api api, TimeProvider clock)
    {
        if (screen["place"] is not { } place) return await Page(http, screen, api, null, null);
        var stock = await api.Get<ListOf<StockLine>>(
            http, "stock", ("facilityId", place), ("only", "true"), ("vaccineId", screen["vaccine"]), ("limit", $"{LinesMax}"));
        if (stock.Value is not { } lines) return await Page(http, screen, api, null, stock.Problem);
        var now = screen.Write.Digits(await PlaceClock.Now(http, api, clock, place));
        return await Page(http, screen, api, CountForm.Opened(lines.Items, now), null,
            (nameof(CountPage.IsNew), true), (nameof(CountPage.HasMore), lines.Next is not null),
            (nameof(CountPage.WithoutLot), CountForm.WithoutLot(lines.Items)));
    }

    private static async Task<IResult> Do(HttpContext http, Screen screen, Api api)
    {
        var posted = await Forms.Read(http.Request);
        var (form, step) = (CountForm.Read(posted), posted.Typed("step"));
        if (form.Lines.Count == 0 || screen["place"] is not { } place) return Forms.SeeOther(http, screen.Link());
        if (step == ShowReceipt.Change) return await Page(http, screen, api, form, null);
        if (form.Check(screen.Language) is { Count: > 0 } wrong)
            return await Page(http, screen, api, form, new(StatusCodes.Status422UnprocessableEntity, Errors: wrong));

        var tried = await api.Post<CountView>(http, Path + "?dryRun=true", form.Body(place));
        // Recorded from this form before, and typed otherwise since: that is another count.
        if (tried.Problem is { Status: StatusCodes.Status409Conflict, Detail: { } detail }
            && detail.StartsWith("requestId", StringComparison.Ordinal))
        {
            form = form with { RequestId = StockStep.NewId() };
            tried = await api.Post<CountView>(http, Path + "?dryRun=true", form.Body(place));
        }

        if (tried.Value is not { } compared) return await Page(http, screen, api, form, tried.Problem!.At(form.Counted));
        var isAsShown = form.Counted.Index().All(line => form.Lines[line.Item].Book == compared.Counts[line.Index].Books);
        if (step != ShowReceipt.Confirm || !(compared.Repeated || isAsShown))
            return await Page(http, screen, api, form, null, (nameof(CountPage.Compared), compared.Counts));

        var done = await api.Post<CountView>(http, Path, form.Body(place));
        return done.Problem is { } problem
            ? await Page(http, screen, api, form, problem.At(form.Counted))
            : Forms.SeeOther(http, $"{screen.LinkTo(ScreenPaths.Stock)}&done={Done}");
    }

    private static async Task<IResult> Page(
        HttpContext http, Screen screen, Api api, CountForm? form, Problem? problem, params (string, object?)[] more)
    {
        var vaccines = await api.Get<ListOf<VaccineView>>(http, "vaccines", ("limit", "1000"));
        return await Pages.Page<CountPage>(
            http, problem?.Status ?? StatusCodes.Status200OK,
            [
                (nameof(CountPage.Screen), screen), (nameof(CountPage.Form), form), (nameof(CountPage.Problem), problem),
                (nameof(CountPage.Vaccines), vaccines.Value?.Items ?? []),
                (nameof(CountPage.Names), await PlaceNames.Of(http, api, [screen["place"]])), .. more,
            ]);
    }
}
