using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.SharedKernel.Places;

namespace Distribution.Administration.Store;

/// <summary>Where documents lie.</summary>
internal static class Collections
{
    /// <summary>Facilities by id.</summary>
    public const string Facilities = "facilities";

    /// <summary>For each facility that some facility names as its parent, these children.</summary>
    public const string Children = "children";

    /// <summary>Facilities that some other named as its parent before they were known: no other has children when it comes.</summary>
    public const string AwaitedParents = "awaited-parents";

    /// <summary>Vaccines by id.</summary>
    public const string Vaccines = "vaccines";

    /// <summary>The versions of the vaccines and of the target populations (by the names of their collections), each as the
    /// version of one document.</summary>
    public const string Meta = "meta";

    /// <summary>Held lines by facility.</summary>
    public const string Held = "held";

    /// <summary>Held lines by what is missing.</summary>
    public const string HeldMissing = "held-missing";

    /// <summary>Retractions and discards by the line that they are about.</summary>
    public const string Corrections = "corrections";

    /// <summary>Retractions that came before their line, by the line.</summary>
    public const string AwaitedRetractions = "awaited-retractions";

    /// <summary>Target populations by vaccine, then facility, year and dose number.</summary>
    public const string TargetPopulations = "target-populations";

    /// <summary>Which key hashes the recipients of a country, by country.</summary>
    public const string RecipientKeys = "recipient-keys";

    /// <summary>The partition of collections that have only one.</summary>
    public const string Whole = "";
}

/// <summary>A facility as last heard of.</summary>
internal sealed record FacilityDocument(
    string FacilityId, long Version, string Name, string Level, string? ParentId, string Country, string? MergedInto = null)
{
    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The facility that an event tells of.</summary>
    public static FacilityDocument Of(FacilityChanged changed) =>
        new(changed.FacilityId, changed.Version, changed.Name, changed.Level, changed.ParentId, changed.Country, changed.MergedInto);

    /// <summary>The facility as the tree takes it.</summary>
    public Place ToPlace() => new(FacilityId, Name, Level, ParentId, Country, Version, MergedInto: MergedInto);
}

/// <summary>A vaccine as last heard of.</summary>
/// <param name="Version">The newest version that was heard of.</param>
/// <param name="VaccineId">The vaccine's code.</param>
/// <param name="Name">The name that people use.</param>
/// <param name="Series">The newest version's series.</param>
/// <param name="DoseNumbers">Every dose number that any version had: a report of a dose number that was dropped from
/// the series later is still right.</param>
internal sealed record VaccineDocument(
    string VaccineId, long Version, string Name, IReadOnlyList<SeriesDose> Series, HashSet<string> DoseNumbers)
{
    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The newest version's codes.</summary>
    public IReadOnlyList<VaccineCode> Codes { get; init; } = [];

    /// <summary>Whether doses of a number may be reported.</summary>
    public bool Takes(string doseNumber) => DoseNumbers.Contains(doseNumber) || doseNumber == NoDoseNumber.Unspecified;

    /// <summary>The dose number that doses count as which were reported under another one.</summary>
    public string NumberOf(string reported) => Domain.Series.NumberOf(Series, reported);

    /// <summary>With what an event says; in whatever order the events come, the end is the same.</summary>
    public static VaccineDocument After(VaccineDocument? before, VaccineChanged changed)
    {
        var numbers = new HashSet<string>(before?.DoseNumbers ?? []);
        numbers.UnionWith(changed.Series.Select(dose => dose.DoseNumber));
        return before is not null && before.Version >= changed.Version
            ? before with { DoseNumbers = numbers }
            : new VaccineDocument(changed.VaccineId, changed.Version, changed.Name, changed.Series, numbers)
            {
                Codes = changed.Codes ?? [],
            };
    }
}

/// <summary>A line that waits for reference data. Who got the dose stays in its record alone.</summary>
internal sealed record HeldDocument(
    string HeldId, string SubmissionId, long Line, string Missing, DateTimeOffset HeldAt, string FacilityId, string VaccineId,
    string DoseNumber, DateOnly OccurredOn, string? LotNumber, string? AgeBand, string? Sex, string? PriorityGroup, bool IsTally,
    long Doses)
{
    /// <summary>One of <see cref="DoseKinds"/>; null for doses that were given.</summary>
    public string? Kind { get; init; }

    /// <summary>Why it was not given, or was subpotent; or null.</summary>
    public string? Reason { get; init; }

    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>Where a held line lies, by what is missing.</summary>
internal sealed record HeldPointer(string FacilityId);

/// <summary>Who took a line back, and why.</summary>
internal sealed record CorrectionDocument(string Action, string RequestId, string Reason, string RecordedBy, DateTimeOffset RecordedAt)
{
    /// <summary>Doses that it took back; null from before it was kept, when it was all of them.</summary>
    public long? Doses { get; init; }

    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>A target population as it was set.</summary>
internal sealed record TargetPopulationDocument(
    string FacilityId, string VaccineId, long Version, TargetPopulation Target, string RecordedBy, DateTimeOffset RecordedAt)
{
    /// <summary>The shape of this record. Before version 2 a facility had one, whatever its year, and its id alone was the key.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The id of a document, below its vaccine. Ids cannot hold the bar.</summary>
    public static string Id(string facilityId, TargetPopulation target) =>
        target.DoseNumber is null ? $"{facilityId}|{target.Year}" : $"{facilityId}|{target.Year}|{target.DoseNumber}";
}
