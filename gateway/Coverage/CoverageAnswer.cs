using System.Text.Json.Serialization;
using Distribution.Contracts.Inventory.V1;
using Distribution.Gateway.Services;
using Distribution.Gateway.Sharing;
using Distribution.Platform.Web;
using Distribution.SharedKernel.Places;

namespace Distribution.Gateway.Coverage;

/// <summary>The three services' contributions.</summary>
/// <param name="Administration">Doses given and target populations.</param>
/// <param name="Inventory">Stock and the ledger's figures.</param>
/// <param name="Shipment">Doses on the way.</param>
public sealed record CoverageParts(PartState Administration, PartState Inventory, PartState Shipment);

/// <summary>The figures of a place, or of all places together. Counts are doses, or people where the name says so.</summary>
public record CoverageFigures
{
    /// <summary>People in the target group; null where that is not known of a part that gave doses.</summary>
    public long? TargetPopulation { get; init; }

    /// <summary>Parts that gave doses and have no target population.</summary>
    public int? TargetPopulationMissing { get; init; }

    /// <summary>The year for which the target population holds; null in totals over different years.</summary>
    public int? PopulationYear { get; init; }

    /// <summary>Who says so; null in totals over different sources.</summary>
    public string? PopulationSource { get; init; }

    /// <summary>Places in which no other lies, this one perhaps: the facilities that may report.</summary>
    public int? Facilities { get; init; }

    /// <summary>Of which reported, if only that none were given, up to the day asked for or in the period. The others are silent.</summary>
    public int? ReportingFacilities { get; init; }

    /// <summary>Doses given.</summary>
    public long? Doses { get; init; }

    /// <summary>Doses given, by dose number in the series; null where they are suppressed.</summary>
    public IReadOnlyDictionary<string, long?>? ByDoseNumber { get; init; }

    /// <summary>True where counts of some people are null because they are so few that one could guess who they are, or would give such
    /// counts away; left out of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Suppressed { get; init; }

    /// <summary>Percent of the target population, or of the dose number's own, by dose number; never clamped.</summary>
    public IReadOnlyDictionary<string, decimal?>? Coverage { get; init; }

    /// <summary>People who got a dose that starts the series.</summary>
    public long? AtLeastOneDose { get; init; }

    /// <summary>People who got a dose that completes the series.</summary>
    public long? FullyVaccinated { get; init; }

    /// <summary>The same in percent of the target population.</summary>
    public decimal? FullyVaccinatedCoverage { get; init; }

    /// <summary>Percent of first doses that no last dose followed; null for a single-dose series.</summary>
    public decimal? Dropout { get; init; }

    /// <summary>Doses received from outside the place, less what left it again.</summary>
    public long? Delivered { get; init; }

    /// <summary>Doses on hand.</summary>
    public long? OnHand { get; init; }

    /// <summary>Of which neither expired nor recalled.</summary>
    public long? Usable { get; init; }

    /// <summary>Of which past their expiry.</summary>
    public long? Expired { get; init; }

    /// <summary>Doses on their way to the place.</summary>
    public long? Incoming { get; init; }

    /// <summary>The same as <see cref="Incoming"/>, under its name of before: the ledger's doses in transit are others.</summary>
    public long? InTransit => Incoming;

    /// <summary>Doses wasted.</summary>
    public long? Wasted { get; init; }

    /// <summary>Of which of vials that had been opened; the others had not, or nobody said so.</summary>
    public long? WastedOpenVials { get; init; }

    /// <summary>Percent of the doses used that were wasted; null in a view of some people or of a period, as the next two are.</summary>
    public decimal? WastageRate { get; init; }

    /// <summary>Percent of the doses in opened vials that were wasted.</summary>
    public decimal? OpenVialWastageRate { get; init; }

    /// <summary>Percent of the doses used that were wasted in vials that had not been opened.</summary>
    public decimal? ClosedVialWastageRate { get; init; }

    /// <summary>Doses lost on the way.</summary>
    public long? Lost { get; init; }

    /// <summary>Doses that adjustments and counts took off, less what they added.</summary>
    public long? Adjusted { get; init; }

    /// <summary>Doses reported beyond the known stock.</summary>
    public long? Discrepancy { get; init; }

    /// <summary>Days up to the day asked for, on which more had been given or sent than is known to have come by then; null in
    /// totals.</summary>
    public int? ShortfallDays { get; init; }

    /// <summary>Percent of the delivered doses that were given; null in a view of some people or of a period.</summary>
    public decimal? Utilisation { get; init; }

    /// <summary>Doses a day, whoever got them, over the 28 days up to the last one reported, or since the first report if it is later.
    /// </summary>
    public decimal? AverageDailyUse { get; init; }

    /// <summary>The last day that was reported, if only that none were given.</summary>
    public DateOnly? LastReportedOn { get; init; }

    /// <summary>Days that the usable stock lasts at the average daily use, without what expires before; null in a view of some people or of
    /// a period.</summary>
    public decimal? DaysOfStock { get; init; }

    /// <summary>Usable doses that expire before they can be used at the average daily use, first expiry first; null where
    /// <see cref="DaysOfStock"/> is.</summary>
    public long? ExpiringUnused { get; init; }

    /// <summary>Of the usable doses, those that may be used for some days alone.</summary>
    [JsonIgnore]
    internal IEnumerable<LastingDoses>? Lasting { get; init; }
}

/// <summary>The figures of one place.</summary>
public sealed record CoverageRow : CoverageFigures
{
    /// <summary>The place.</summary>
    [JsonPropertyOrder(-4)]
    public required string FacilityId { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyOrder(-3)]
    public required string Name { get; init; }

    /// <summary>Its level in the tree of places.</summary>
    [JsonPropertyOrder(-2)]
    [ValuesOf(typeof(PlaceLevel))]
    public required string Level { get; init; }

    /// <summary>Its country.</summary>
    [JsonPropertyOrder(-1)]
    public required string Country { get; init; }

    /// <summary>True in a row of what was given, or lies, at this place and in none of the view's places below it; left out of others.
    /// </summary>
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Remainder { get; init; }

    /// <summary>The allied country that shares it, by the code of its place: what is not shared is null. Left out of own rows.</summary>
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SharedBy { get; init; }
}

/// <summary>A coverage view.</summary>
/// <param name="Country">The country asked for, or null for all.</param>
/// <param name="VaccineId">The vaccine; null in a view of an antigen.</param>
/// <param name="Level">The level of the rows, or null when they differ.</param>
/// <param name="AsOf">Doses given up to and on this day are counted.</param>
/// <param name="Parts">How each service contributed.</param>
/// <param name="Rows">By place.</param>
/// <param name="Totals">Over the rows.</param>
public sealed record CoverageAnswer(
    string? Country, string? VaccineId, [ValuesOf(typeof(PlaceLevel))] string? Level, DateOnly AsOf, CoverageParts Parts,
    IReadOnlyList<CoverageRow> Rows, CoverageFigures Totals)
{
    /// <summary>What the vaccines protect against, where that was asked for; null in a view of one vaccine.</summary>
    public string? Antigen { get; init; }

    /// <summary>The vaccines whose figures are added up.</summary>
    public IReadOnlyList<string> VaccineIds { get; init; } = [];

    /// <summary>The first day of the period whose doses are counted, or null: all up to <see cref="AsOf"/> are.</summary>
    public DateOnly? From { get; init; }

    /// <summary>What allied countries share of this view, where rows of theirs may be in it; left out of other answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SharedCountry>? Shared { get; init; }
}
