using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>One shipment with its history; and the two steps before it has left: that it leaves, and that it is called off. What is said
/// twice is done once, because the shipment itself knows what was said, and a time is made when its form opens.</summary>
internal static class ShowShipment
{
    private const string Address = ScreenPaths.Shipments + "/{shipmentId}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, (HttpContext http, Api api, string shipmentId) =>
            Pages.For(http, Section.Logistics, screen => Show(http, screen, api, shipmentId)));
        foreach (var step in new[] { OneShipment.Dispatch, OneShipment.Cancel })
        {
            pages.MapGet($"{Address}/{step}", (HttpContext http, Api api, TimeProvider clock, string shipmentId) =>
                Pages.For(http, Section.Logistics, screen => Begin(http, screen, api, clock, shipmentId, step)));
            pages.MapPost($"{Address}/{step}", (HttpContext http, Api api, string shipmentId) =>
                Pages.For(http, Section.Logistics, screen => Do(http, screen, api, shipmentId, step)));
        }
    }

    private static async Task<IResult> Show(HttpContext http, Screen screen, Api api, string shipmentId)
    {
        var one = await OneShipment.Of(http, api, shipmentId);
        return await Pages.Page<ShipmentPage>(
            http, one.Asked.Problem?.Status ?? StatusCodes.Status200OK, (nameof(ShipmentPage.Screen), screen),
            (nameof(ShipmentPage.One), one), (nameof(ShipmentPage.Done), http.Request.Query["done"].ToString()));
    }

    private static async Task<IResult> Begin(
        HttpContext http, Screen screen, Api api, TimeProvider clock, string shipmentId, string step)
    {
        var one = await OneShipment.Of(http, api, shipmentId);
        if (one.Asked.Value is { } shipment && !OneShipment.Steps(screen, shipment).Contains(step))
            return Results.LocalRedirect(screen.LinkTo(OneShipment.Path(shipmentId)));
        var typed = step == OneShipment.Dispatch
            ? await PlaceClock.Now(http, api, clock, one.Asked.Value?.FromFacilityId ?? one.Asked.Value?.ToFacilityId)
            : "";
        return await Page(http, screen, one, step, screen.Write.Digits(typed), null);
    }

    private static async Task<IResult> Do(HttpContext http, Screen screen, Api api, string shipmentId, string step)
    {
        var typed = (await Forms.Read(http.Request)).Typed(StepPage.FieldOf(step));
        if (step == OneShipment.Dispatch && PlaceClock.Sent(typed) is null)
            return await Again(Wrong(screen.Language["form.time.wrong"]));
        if (step == OneShipment.Cancel && typed.Length == 0) return await Again(Wrong(screen.Language["form.reason.wrong"]));
        var path = $"shipments/{Uri.EscapeDataString(shipmentId)}/{step}";
        var done = await api.Post<ShipmentView>(
            http, path, step == OneShipment.Dispatch ? new { occurredAt = PlaceClock.Sent(typed) } : new { reason = typed });
        return done.Problem is { } problem
            ? await Again(problem)
            : Forms.SeeOther(http, OneShipment.Done(screen, shipmentId, step));

        async Task<IResult> Again(Problem problem) =>
            await Page(http, screen, await OneShipment.Of(http, api, shipmentId), step, typed, problem);

        Problem Wrong(string words) => new(
            StatusCodes.Status422UnprocessableEntity, Errors: new Dictionary<string, string[]> { [StepPage.FieldOf(step)] = [words] });
    }

    private static Task<IResult> Page(HttpContext http, Screen screen, OneShipment one, string step, string typed, Problem? problem) =>
        Pages.Page<StepPage>(
            http, problem?.Status ?? one.Asked.Problem?.Status ?? StatusCodes.Status200OK, (nameof(StepPage.Screen), screen),
            (nameof(StepPage.One), one), (nameof(StepPage.Step), step), (nameof(StepPage.Typed), typed),
            (nameof(StepPage.Problem), problem));
}
