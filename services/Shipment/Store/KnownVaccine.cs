using Distribution.Contracts.Inventory.V1;
using Distribution.SharedKernel.Rules;

namespace Distribution.Shipment.Store;

/// <summary>A vaccine as this service knows it. Of before GTINs were kept only its id is known, until it is told again.</summary>
/// <param name="Version">The version of the vaccine; an older one is ignored.</param>
/// <param name="Items">Its trade items.</param>
internal sealed record KnownVaccine(long Version, IReadOnlyList<TradeItem>? Items)
{
    private const char BaseUnit = '0';

    /// <summary>The version of this shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The vaccine as it is told.</summary>
    public static KnownVaccine Of(VaccineChanged vaccine)
    {
        var own = vaccine.Gtin is { } gtin ? Coding.Of(Coding.Gtin, gtin).Code : null;
        var others = (vaccine.Codes ?? []).Where(code => code.System == Coding.Gtin).Select(code => code.Code).Where(code => code != own);
        return new(vaccine.Version,
        [
            .. own is null ? [] : new[] { new TradeItem(own, vaccine.DosesPerVial) },
            // A case has a number of its own, and nobody says how many vials are in it.
            .. others.Select(code => new TradeItem(code, code.StartsWith(BaseUnit) ? vaccine.DosesPerVial : null)),
        ]);
    }
}

/// <summary>A trade item.</summary>
/// <param name="Gtin">Its number, of 14 digits.</param>
/// <param name="Doses">Doses in it; null where nobody has said.</param>
internal sealed record TradeItem(string Gtin, int? Doses);
