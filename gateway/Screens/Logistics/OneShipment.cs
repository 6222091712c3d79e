using Distribution.Screens.Asking;
using Distribution.Screens.Places;
using Distribution.Screens.Viewing;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Http;

namespace Distribution.Screens.Logistics;

/// <summary>A shipment with what its pages need: where they are, what can be done, what its places are called.</summary>
/// <param name="ShipmentId">Its id.</param>
/// <param name="Asked">The shipment.</param>
/// <param name="Names">What places are called.</param>
public sealed record OneShipment(string ShipmentId, Asked<ShipmentView> Asked, PlaceNames Names)
{
    /// <summary>To ask for it.</summary>
    public const string Request = "request";

    /// <summary>To say that it leaves.</summary>
    public const string Dispatch = "dispatch";

    /// <summary>To say what of it arrived.</summary>
    public const string Receive = "receive";

    /// <summary>To call it off.</summary>
    public const string Cancel = "cancel";

    /// <summary>The address of its page, or of that where something is done to it.</summary>
    public static string Path(string shipmentId, string? step = null) =>
        $"{ScreenPaths.Shipments}/{Uri.EscapeDataString(shipmentId)}{(step is null ? "" : "/" + step)}";

    /// <summary>The address of its page, which says that a step was done.</summary>
    public static string Done(Screen screen, string shipmentId, string step)
    {
        var path = screen.LinkTo(Path(shipmentId));
        return $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={step}";
    }

    /// <summary>Whether a step has been done, which an address alone does not prove.</summary>
    public static bool IsDone(ShipmentView shipment, string? step)
    {
        string[] reached = step switch
        {
            Request => ["requested"],
            Dispatch => ["dispatched"],
            Receive => ["received", "partlyReceived"],
            Cancel => ["cancelled"],
            _ => [],
        };
        return shipment.State != "refused" && shipment.History.Any(done => reached.Contains(done.State));
    }

    /// <summary>What can be done to it where it stands, by whoever may; what is usual first.</summary>
    public static IEnumerable<string> Steps(Screen screen, ShipmentEnds shipment)
    {
        var (sends, receives) = (screen.Caller?.May(Right.ShipmentSend) is true, screen.Caller?.May(Right.ShipmentReceive) is true);
        if (shipment.State == "allocated" && sends) yield return Dispatch;
        if (shipment.State == "dispatched" && receives) yield return Receive;
        if (shipment.State is "requested" or "allocated" && sends) yield return Cancel;
    }

    /// <summary>Asks for it.</summary>
    internal static async Task<OneShipment> Of(HttpContext http, Api api, string shipmentId)
    {
        var asked = await api.Get<ShipmentView>(http, $"shipments/{Uri.EscapeDataString(shipmentId)}");
        return new(shipmentId, asked, await PlaceNames.Of(http, api, [asked.Value?.FromFacilityId, asked.Value?.ToFacilityId]));
    }
}
