namespace Distribution.Shipment.Features;

/// <summary>Who asked.</summary>
internal static class Caller
{
    /// <summary>Anyone, where there is no authentication.</summary>
    public const string Local = "local";

    /// <summary>The service that allocates, in the history of a shipment.</summary>
    public const string Inventory = "inventory";
}
