using Distribution.Platform.Refusals;

namespace Distribution.Shipment.Epcis.Routes;

/// <summary>Refusals that several routes have.</summary>
internal static class Refusals
{
    /// <summary>406.</summary>
    public static Refusal NotAcceptable { get; } = new(
        406, "Not acceptable", $"EPCIS is answered as {Bodies.JsonLd} or {Bodies.Json}: say one of them in Accept.");
}
