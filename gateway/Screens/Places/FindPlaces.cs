using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Places;

/// <summary>The places that have a text in their name or code: the only one is shown at once.</summary>
internal static class FindPlaces
{
    private const int FoundMax = 50;

    /// <summary>What is looked for; null where nothing is.</summary>
    public static string? Searched(HttpContext http) =>
        http.Request.Query["search"].ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Shows what was found.</summary>
    /// <param name="http">The request.</param>
    /// <param name="screen">With what it is shown.</param>
    /// <param name="api">Asks.</param>
    /// <param name="searched">What is looked for.</param>
    /// <param name="path">The page of which a place that was found is the place.</param>
    public static async Task<IResult> Show(HttpContext http, Screen screen, Api api, string searched, string path)
    {
        var found = await api.Get<ListOf<PlaceView>>(http, "facilities", ("search", searched), ("limit", $"{FoundMax}"));
        return found.Value?.Items is [var only] && found.Value.Next is null
            ? Results.LocalRedirect(screen.LinkTo(path, ("place", only.FacilityId)))
            : await Pages.Page<FoundPage>(http, StatusCodes.Status200OK, (nameof(FoundPage.Screen), screen),
                (nameof(FoundPage.Searched), searched), (nameof(FoundPage.Found), found), (nameof(FoundPage.Target), path));
    }
}
