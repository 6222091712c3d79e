using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Ministry;

/// <summary>A row a country, allies too as far as they share; of who has places alone, a row each of these.</summary>
internal static class ShowCountries
{
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet(ScreenPaths.Countries, (HttpContext http, Api api) =>
            Pages.For(http, Section.Ministry, screen => Show(http, screen, api)));

    private static async Task<IResult> Show(HttpContext http, Screen screen, Api api)
    {
        var vaccines = await api.Get<ListOf<VaccineView>>(http, "vaccines", ("limit", "1000"));
        var vaccine = screen["vaccine"] ?? (vaccines.Value?.Items is [var first, ..] ? first.VaccineId : null);
        var countries = await api.Get<CoverageView>(
            http, "coverage", ("vaccineId", vaccine), ("asOf", screen.AsOf?.ToString("yyyy-MM-dd")));
        return await Pages.Page<CountriesPage>(
            http, countries.Problem?.Status ?? StatusCodes.Status200OK, (nameof(CountriesPage.Screen), screen),
            (nameof(CountriesPage.Countries), countries), (nameof(CountriesPage.Vaccines), vaccines.Value?.Items ?? []),
            (nameof(CountriesPage.Vaccine), vaccine));
    }
}
