using Distribution.Administration.Domain;
using Distribution.Contracts.Administration.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Storage;
using Distribution.SharedKernel.Places;
using Distribution.SharedKernel.Rules;

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

    /// <summary>The versions of the vaccines, with those of what is set for countries, and of the target populations (by the names of their
    /// collections), each as the version of one document.</summary>
    public const string Meta = "meta";

    /// <summary>Held lines by facility.</summary>
    public const string Held = "held";

    /// <summary>Held lines by what is missing.</summary>
    public const string HeldMissing = "held-missing";

    /// <summary>Retractions and discards by the line that they are about.</summary>
    public const string Corrections = "corrections";

    /// <summary>Retractions that came before their line, by the line.</summary>
    public const string AwaitedRetractions = "awaited-retractions";

    /// <summary>Lines that were corrected, and those that stand in their place.</summary>
    public const string LineVersions = "line-versions";

    /// <summary>What is agreed with those who send doses in formats of their own.</summary>
    public const string Senders = "senders";

    /// <summary>Target populations by vaccine, then facility, year and dose number.</summary>
    public const string TargetPopulations = "target-populations";

    /// <summary>What is set for countries, by country.</summary>
    public const string Countries = "countries";

    /// <summary>Which key hashes the recipients of a country, by country.</summary>
    public const string RecipientKeys = "recipient-keys";

    /// <summary>What each recipient got, by vaccine and the hash of who it was.</summary>
    public const string Courses = "courses";

    /// <summary>Doses at which somebody should look, by facility.</summary>
    public const string Reviews = "reviews";

    /// <summary>The partition of collections that have only one.</summary>
    public const string Whole = "";
}

/// <summary>A facility as last heard of.</summary>
internal sealed record FacilityDocument(
    string FacilityId, long Version, string Name, string Level, string? ParentId, string Country, string? MergedInto = null)
{
    // Kept with the tree's changes: never another.
    private const int ShapesMax = 100;

    /// <summary>The shape of this record; 1 did not know what others call the facility.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>What others call it, its GLN among that; null where nobody does.</summary>
    public IReadOnlyList<FacilityIdentifier>? Identifiers { get; init; }

    /// <summary>The facility that an event tells of.</summary>
    public static FacilityDocument Of(FacilityChanged changed)
    {
        IReadOnlyList<FacilityIdentifier> identifiers = changed.Identifiers ?? [];
        if (changed.Gln is { } gln) identifiers = [.. identifiers, new(Coding.Gln, gln)];
        return new(changed.FacilityId, changed.Version, changed.Name, changed.Level, changed.ParentId, changed.Country, changed.MergedInto)
        {
            Identifiers = identifiers.Count == 0 ? null : identifiers,
        };
    }

    /// <summary>Whether it tells more than another, of a newer version or of the same.</summary>
    public bool IsNewerThan(FacilityDocument other) => ToPlace().Version > other.ToPlace().Version;

    /// <summary>The facility as the tree takes it. Of the same version that of which more is kept is the newer.</summary>
    public Place ToPlace() => new(
        FacilityId, Name, Level, ParentId, Country, (Version * ShapesMax) + SchemaVersion, MergedInto: MergedInto,
        Identifiers: Identifiers?.Select(identifier => Coding.Of(identifier.System, identifier.Value)).ToArray());
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

    /// <summary>What it names, with the vaccine that is meant.</summary>
    public LineNames Naming(string vaccineId) => new(FacilityId, vaccineId, DoseNumber, Sex, AgeBand, PriorityGroup);
}

/// <summary>What one recipient got of one vaccine, with what was found about it.</summary>
internal sealed record CourseDocument(IReadOnlyList<CourseDose> Doses)
{
    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>A dose at which somebody should look, for one reason.</summary>
internal readonly record struct ReviewedDose(string DoseId, string Why)
{
    /// <summary>Where it lies. What is told of the dose is in its record.</summary>
    public static DocumentAddress AddressOf(string facilityId, string doseId, string why) => new(facilityId, $"{doseId}|{why}");

    /// <summary>The dose that lies at an address.</summary>
    public static ReviewedDose At(string id) => id.Split('|') is [var dose, var why] ? new(dose, why) : default;
}

/// <summary>Where a held line lies, by what is missing.</summary>
internal sealed record HeldPointer(string FacilityId);

/// <summary>Who took a line back, and why.</summary>
internal sealed record CorrectionDocument(string Action, string RequestId, string Reason, string RecordedBy, DateTimeOffset RecordedAt)
{
    /// <summary>Doses that it took back; null from before it was kept, when it was all of them.</summary>
    public long? Doses { get; init; }

    /// <summary>The line that stands in its place, of a correction.</summary>
    public string? CorrectedBy { get; init; }

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

/// <summary>What is set for a country.</summary>
internal sealed record CountryDocument(
    string Country, long Version, CountryLists Lists, string RecordedBy, DateTimeOffset RecordedAt)
{
    /// <summary>The shape of this record.</summary>
    public int SchemaVersion { get; init; } = 1;
}
