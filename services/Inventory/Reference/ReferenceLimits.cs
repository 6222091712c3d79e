using Microsoft.Extensions.Configuration;

namespace Distribution.Inventory.Reference;

/// <summary>How much there may be of what every question looks through. A service counts what it knows of at that moment, so others
/// that are made in the same instant may go a little beyond.</summary>
/// <param name="Lots">Lots of a vaccine at one place: a change of its stock costs by how many there are.</param>
/// <param name="Vaccines">Vaccines.</param>
/// <param name="Places">Places.</param>
internal sealed record ReferenceLimits(int Lots = 2_000, int Vaccines = 5_000, int Places = 1_000_000)
{
    /// <summary>Those that are set: <c>Inventory:LotsMax</c>, <c>VaccinesMax</c> and <c>PlacesMax</c>.</summary>
    /// <exception cref="InvalidOperationException">One is below 1.</exception>
    public static ReferenceLimits Of(IConfiguration settings)
    {
        var usual = new ReferenceLimits();
        return new(Set("LotsMax", usual.Lots), Set("VaccinesMax", usual.Vaccines), Set("PlacesMax", usual.Places));

        int Set(string name, int otherwise) => settings.GetValue($"Inventory:{name}", otherwise) is >= 1 and var set
            ? set
            : throw new InvalidOperationException($"Inventory:{name} must be 1 or more.");
    }
}
