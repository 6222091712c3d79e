using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Places;

/// <summary>The places that have a text in their name or code: the only one is shown at once.</summary>
internal static class FindPlaces
{
    private const int FoundMax = 50;

    /// <summary>A page of a place for whoever it is for: where one is looked for, the places that were found come first.</summary>
    /// <param name="http">The request.</param>
    /// <param name="section">For whom it is.</param>
    /// <param name="api">Asks.</param>
    /// <param name="show">Shows the page itself.</param>
    public static Task<IResult> For(HttpContext http, Section section, Api api, Func<Screen, Task<IResult>> show) =>
        Pages.For(http, section, screen => http.Request.Query["search"].ToString().Trim() is { Length: > 0 } searched
            ? Found(http, screen, api, searched)
            : show(screen));

    private static async Task<IResult> Found(HttpContext http, Screen screen, Api api, string searched)
    {
        var found = await api.Get<ListOf<PlaceView>>(http, "facilities", ("search", searched), ("limit", $"{FoundMax}"));
        return found.Value?.Items is [var only] && found.Value.Next is null
            ? Results.LocalRedirect(screen.Link(("place", only.FacilityId)))
            : await Pages.Page<FoundPage>(http, StatusCodes.Status200OK, (nameof(FoundPage.Screen), screen),
                (nameof(FoundPage.Searched), searched), (nameof(FoundPage.Found), found), (nameof(FoundPage.Target), screen.Path));
    }
}
