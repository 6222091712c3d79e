using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>Shipments by where they stand, and what waits too long.</summary>
internal static class ShowShipments
{
    private const int OfColumn = 20;
    private const int OfOnlyColumn = 200;

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet(ScreenPaths.Shipments, (HttpContext http, Api api) =>
            FindPlaces.For(http, Section.Logistics, api, screen => Show(http, screen, api)));

    private static async Task<IResult> Show(HttpContext http, Screen screen, Api api)
    {
        var only = Column.All.FirstOrDefault(column => column.Key == screen["state"]);
        var most = only is null ? OfColumn : OfOnlyColumn;
        var pipeline = await api.Get<PipelineView>(
            http, "shipments/pipeline", ("facilityId", screen["place"]), ("limit", $"{most}"));
        var shown = only is null ? Column.All : [only];
        var items = pipeline.Value is { } view ? shown.SelectMany(column => column.Items(view, most)) : [];
        var names = await PlaceNames.Of(
            http, api, items.SelectMany(item => new[] { item.FromFacilityId, item.ToFacilityId }).Append(screen["place"]));
        return await Pages.Page<ShipmentsPage>(
            http, pipeline.Problem?.Status ?? StatusCodes.Status200OK, (nameof(ShipmentsPage.Screen), screen),
            (nameof(ShipmentsPage.Pipeline), pipeline), (nameof(ShipmentsPage.Names), names), (nameof(ShipmentsPage.Only), only),
            (nameof(ShipmentsPage.Most), most));
    }
}
