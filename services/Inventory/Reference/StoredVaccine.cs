using Distribution.Contracts.Inventory.V1;

namespace Distribution.Inventory.Reference;

/// <summary>Storage temperatures in °C.</summary>
/// <param name="MinCelsius">The lowest, in °C.</param>
/// <param name="MaxCelsius">The highest, in °C.</param>
internal sealed record StorageBody(double? MinCelsius, double? MaxCelsius);

/// <summary>A vaccine as it is shown.</summary>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="Name">The name that people use.</param>
/// <param name="Antigens">What it protects against.</param>
/// <param name="DosesPerVial">Doses in one vial.</param>
/// <param name="Series">The dose numbers that may be given, in the order of the schedule.</param>
/// <param name="Storage">The temperatures at which it is kept, or null.</param>
/// <param name="Gtin">GS1 Global Trade Item Number, or null.</param>
/// <param name="IntroducedOn">The first day on which it may have been given, or null.</param>
/// <param name="Version">Rises by one with each change, from 1.</param>
internal sealed record VaccineView(
    string VaccineId, string Name, IReadOnlyList<string> Antigens, int DosesPerVial, IReadOnlyList<SeriesDose> Series,
    StorageBody? Storage, string? Gtin, DateOnly? IntroducedOn, long Version)
{
    /// <summary>Its codes in code systems.</summary>
    public IReadOnlyList<VaccineCode> Codes { get; init; } = [];
}

/// <summary>A vaccine as it is stored.</summary>
internal sealed record StoredVaccine(VaccineView Vaccine, string RecordedBy, DateTimeOffset RecordedAt, int SchemaVersion = 1);
