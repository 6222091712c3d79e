using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>What places hold by vaccine and lot, first to expire on top.</summary>
internal static class ShowStock
{
    private const int LinesMax = 1_000;

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet(ScreenPaths.Stock, (HttpContext http, Api api, TimeProvider clock) =>
            FindPlaces.For(http, Section.Logistics, api, screen => Show(http, screen, api, clock)));

    private static async Task<IResult> Show(HttpContext http, Screen screen, Api api, TimeProvider clock)
    {
        var stock = api.Get<ListOf<StockLine>>(
            http, "stock", ("facilityId", screen["place"]), ("only", screen["only"] is null ? null : "true"),
            ("vaccineId", screen["vaccine"]), ("limit", $"{LinesMax}"));
        var vaccines = api.Get<ListOf<VaccineView>>(http, "vaccines", ("limit", "1000"));
        await Task.WhenAll(stock, vaccines);
        var lines = (await stock).Value?.Items ?? [];
        var names = await PlaceNames.Of(http, api, lines.Select(line => line.FacilityId).Append(screen["place"]));
        return await Pages.Page<StockPage>(
            http, (await stock).Problem?.Status ?? StatusCodes.Status200OK, (nameof(StockPage.Screen), screen),
            (nameof(StockPage.Stock), await stock), (nameof(StockPage.Vaccines), (await vaccines).Value?.Items ?? []),
            (nameof(StockPage.Names), names), (nameof(StockPage.Today), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)),
            (nameof(StockPage.Done), http.Request.Query["done"].ToString()));
    }
}
