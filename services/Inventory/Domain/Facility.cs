using Distribution.Contracts.Inventory.V1;

namespace Distribution.Inventory.Domain;

/// <summary>A place, as it is stored.</summary>
internal sealed record Facility
{
    /// <summary>The layout of the stored document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The facility's code.</summary>
    public required string FacilityId { get; init; }

    /// <summary>The name that people use.</summary>
    public required string Name { get; init; }

    /// <summary><c>country</c>, <c>region</c>, <c>district</c> or <c>facility</c>.</summary>
    public required string Level { get; init; }

    /// <summary>The place that contains it, or null for a root.</summary>
    public string? ParentId { get; init; }

    /// <summary>The country's code.</summary>
    public required string Country { get; init; }

    /// <summary>GS1 Global Location Number, or null.</summary>
    public string? Gln { get; init; }

    /// <summary>What others call it.</summary>
    public IReadOnlyList<FacilityIdentifier> Identifiers { get; init; } = [];

    /// <summary>Degrees north, or null.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east, or null.</summary>
    public double? Longitude { get; init; }

    /// <summary>Whether expired and recalled lots may be sent there, on their way back; null when nobody has said.</summary>
    public bool? HoldsReturns { get; init; }

    /// <summary>Its time zone by the IANA name; null where it has that of the place above it, or nobody has said.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Its last day, or null while it is open.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>The place of which it is a part since they were merged, its parent then; null for a place of its own.</summary>
    public string? MergedInto { get; init; }

    /// <summary>When it was merged: what was on its shelf at that moment is on the shelf of the other place.</summary>
    public DateTimeOffset? MergedAt { get; init; }

    /// <summary>Who said it last.</summary>
    public string? RecordedBy { get; init; }

    /// <summary>When it was last recorded.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>
    /// Whether what is reported of it happened after it was merged, and so at the place that took it over. Where the day alone is known,
    /// that of the merge is still its own.
    /// </summary>
    /// <param name="day">The day on which it happened.</param>
    /// <param name="minute">When on the day (<see cref="FactTime.Minute"/>), or null where the day alone is known.</param>
    public bool IsTakenOver(DateOnly day, int? minute) =>
        MergedAt is { } at && new FactTime(at) is var merged
        && (day > merged.Day || (day == merged.Day && minute > merged.Minute));

    /// <summary>Whether both say the same of the place, whoever said it.</summary>
    public bool SaysTheSameAs(Facility other) =>
        this with { RecordedAt = null, RecordedBy = null, Identifiers = [] }
            == other with { RecordedAt = null, RecordedBy = null, Identifiers = [] }
        && Identifiers.SequenceEqual(other.Identifiers);

    /// <summary>Whether a change from <paramref name="old"/> moves it in the tree or may unfit its children.</summary>
    public bool ChangesTree(Facility old) => Level != old.Level || ParentId != old.ParentId || Country != old.Country;
}
