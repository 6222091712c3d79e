using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>What is to be done today: shipments that wait, and stock that asks for something.</summary>
internal static class ShowWork
{
    private const int OfKind = 5;
    private const int OfOnlyKind = 1_000;

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet(ScreenPaths.Work, (HttpContext http, Api api) =>
            FindPlaces.For(http, Section.Logistics, api, screen => Show(http, screen, api)));

    private static async Task<IResult> Show(HttpContext http, Screen screen, Api api)
    {
        var only = screen["alert"];
        var alerts = api.Get<AlertsView>(
            http, "stock/alerts", ("facilityId", screen["place"]), ("kind", only), ("limit", $"{(only is null ? OfKind : OfOnlyKind)}"));
        var pipeline = only is null
            ? await api.Get<PipelineView>(http, "shipments/pipeline", ("facilityId", screen["place"]), ("limit", $"{OfKind}"))
            : null;
        var names = await PlaceNames.Of(
            http, api, ((await alerts).Value?.Kinds ?? []).SelectMany(kind => kind.Items).Select(item => item.FacilityId)
                .Append(screen["place"]));
        return await Pages.Page<WorkPage>(
            http, (await alerts).Problem?.Status ?? StatusCodes.Status200OK, (nameof(WorkPage.Screen), screen),
            (nameof(WorkPage.Alerts), await alerts), (nameof(WorkPage.Pipeline), pipeline), (nameof(WorkPage.Names), names));
    }
}
