using Distribution.Screens.Asking;
using Distribution.Screens.Layout;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Distribution.Screens.Logistics;

/// <summary>What of a shipment arrived: it is typed, shown in short, and then confirmed. Said again it is the same receipt.</summary>
internal static class ShowReceipt
{
    /// <summary>That what was typed is right, and is to be sent.</summary>
    public const string Confirm = "confirm";

    /// <summary>That what was typed is to be typed otherwise.</summary>
    public const string Change = "change";

    private const string Address = ScreenPaths.Shipments + "/{shipmentId}/" + OneShipment.Receive;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, (HttpContext http, Api api, TimeProvider clock, string shipmentId) =>
            Pages.For(http, Section.Logistics, screen => Begin(http, screen, api, clock, shipmentId)));
        pages.MapPost(Address, (HttpContext http, Api api, string shipmentId) =>
            Pages.For(http, Section.Logistics, screen => Do(http, screen, api, shipmentId)));
    }

    private static async Task<IResult> Begin(HttpContext http, Screen screen, Api api, TimeProvider clock, string shipmentId)
    {
        var one = await OneShipment.Of(http, api, shipmentId);
        if (one.Asked.Value is not { } shipment) return await Page(http, screen, one, null, one.Asked.Problem);
        if (!OneShipment.Steps(screen, shipment).Contains(OneShipment.Receive))
            return Results.LocalRedirect(screen.LinkTo(OneShipment.Path(shipmentId)));
        var now = await PlaceClock.Now(http, api, clock, shipment.ToFacilityId ?? shipment.FromFacilityId);
        return await Page(http, screen, one, ReceiptForm.Opened(shipment, now, screen.Write), null);
    }

    private static async Task<IResult> Do(HttpContext http, Screen screen, Api api, string shipmentId)
    {
        var posted = await Forms.Read(http.Request);
        var (form, step) = (ReceiptForm.Read(posted), posted.Typed("step"));
        if (form.Lines.Count == 0) return Forms.SeeOther(http, screen.Link());
        if (step == Change) return await Again(null);
        if (form.Check(screen.Language, screen.Write) is { Count: > 0 } wrong)
            return await Again(new(StatusCodes.Status422UnprocessableEntity, Errors: wrong));
        if (step != Confirm) return await Again(null, confirms: true);

        var done = await api.Post<ShipmentView>(http, $"shipments/{Uri.EscapeDataString(shipmentId)}/receive", form.Body());
        return done.Problem is { } problem
            ? await Again(problem)
            : Forms.SeeOther(http, OneShipment.Done(screen, shipmentId, OneShipment.Receive));

        async Task<IResult> Again(Problem? problem, bool confirms = false) =>
            await Page(http, screen, await OneShipment.Of(http, api, shipmentId), form, problem, confirms);
    }

    private static Task<IResult> Page(
        HttpContext http, Screen screen, OneShipment one, ReceiptForm? form, Problem? problem, bool confirms = false) =>
        Pages.Page<ReceivePage>(
            http, problem?.Status ?? StatusCodes.Status200OK, (nameof(ReceivePage.Screen), screen), (nameof(ReceivePage.One), one),
            (nameof(ReceivePage.Form), form), (nameof(ReceivePage.Problem), problem), (nameof(ReceivePage.Confirms), confirms));
}
