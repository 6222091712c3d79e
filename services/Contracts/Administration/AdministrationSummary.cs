using System.Text.Json.Serialization;

namespace Distribution.Contracts.Administration.V1;

/// <summary>The places of a view with the doses given there.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="VaccineId">The code of the vaccine; of several that are added up, their codes with commas between.</param>
/// <param name="Series">Which dose numbers coverage and dropout are measured by: those of any of the vaccines.</param>
/// <param name="PublishedUpTo">Every event that it committed before this moment has been sent, but for those that are parked.</param>
/// <param name="PublishedBy">The moment by which they had been sent.</param>
/// <param name="Parked">Events of this service that could not be sent and wait for a person.</param>
/// <param name="Rows">The places, by id.</param>
/// <param name="Recent">Doses, whoever got them, of all rows over the same days: those up to the last day that any of them reported. Null
/// from a service of before.</param>
/// <param name="Remainders">What was given in the places above those of the view and in no place of the view, by the place above, where it
/// is anything. Its people are those of places below that are in no place of the view either. Null from a service of before.</param>
public sealed record AdministrationSummary(
    DateTimeOffset AsOf, string VaccineId, MeasuredSeries Series, DateTimeOffset PublishedUpTo, DateTimeOffset PublishedBy, long Parked,
    IReadOnlyList<AdministrationSummaryRow> Rows, RecentDoses? Recent = null,
    IReadOnlyList<AdministrationSummaryRow>? Remainders = null);

/// <summary>What was given in one place and everything below it.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="Name">Its name.</param>
/// <param name="Level">Its level in the tree of places.</param>
/// <param name="Country">The code of its country.</param>
/// <param name="TargetPopulation">People who are to get the vaccine; null where nobody has said, or not for all parts.</param>
/// <param name="PopulationYear">The year for which that holds; null where the parts differ.</param>
/// <param name="PopulationSource">Who says so; null where the parts differ.</param>
/// <param name="Doses">Doses given; null where that would tell what is suppressed.</param>
/// <param name="ByDoseNumber">Doses by dose number, in the order of the series; null where they are suppressed.</param>
/// <param name="Recent">Doses, whoever got them, over the days up to the last one reported.</param>
/// <param name="TargetPopulationMissing">Parts that gave doses and have no target population.</param>
/// <param name="PopulationByDoseNumber">The target populations of the dose numbers that have one of their own, null where it is not
/// known for all parts; null where no dose number has.</param>
/// <param name="BySeries">What the doses are in the series of their vaccines; null from a service of before.</param>
/// <param name="Facilities">Places in it in which no other lies; null from a service of before.</param>
/// <param name="ReportingFacilities">Of which reported, if only that none were given, up to the day asked for or in the period; null from
/// a service of before.</param>
/// <param name="Suppressed">Whether doses of some people are not told, because they are so few that one could guess who they are; left out
/// where not.</param>
public sealed record AdministrationSummaryRow(
    string FacilityId, string Name, string Level, string Country, long? TargetPopulation, int? PopulationYear, string? PopulationSource,
    long? Doses, IReadOnlyDictionary<string, long?> ByDoseNumber, RecentDoses Recent, int TargetPopulationMissing = 0,
    IReadOnlyDictionary<string, long?>? PopulationByDoseNumber = null, SeriesDoses? BySeries = null,
    int? Facilities = null, int? ReportingFacilities = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Suppressed = false);

/// <summary>Doses by what they are in the series of their own vaccine, added up over vaccines.</summary>
/// <param name="Starting">Doses that start a series; null where none is said to.</param>
/// <param name="Completing">Doses that complete one; null where none does.</param>
/// <param name="Ending">Doses that dropout is measured to, those that start and complete at once among them; null where no vaccine has
/// any dropout.</param>
public sealed record SeriesDoses(long? Starting, long? Completing, long? Ending);

/// <summary>The dose numbers of a vaccine's series that coverage and dropout are measured by.</summary>
/// <param name="First">The first dose number, or null for a vaccine without a series.</param>
/// <param name="Last">The first dose number that dropout is measured to, or null where there is no dropout.</param>
/// <param name="Completing">The dose numbers after which a person is fully vaccinated.</param>
/// <param name="Starting">The dose numbers with which a person begins; null from a service of before, which knew the first alone.</param>
/// <param name="Lasts">The dose numbers that dropout is measured to, none where there is no dropout; null from a service of before, which
/// knew one alone.</param>
public sealed record MeasuredSeries(
    string? First, string? Last, IReadOnlyList<string> Completing, IReadOnlyList<string>? Starting = null,
    IReadOnlyList<string>? Lasts = null);

/// <summary>Recent consumption: of the days up to the last one reported, those without a report among them.</summary>
/// <param name="Doses">Doses given on these days.</param>
/// <param name="Days">How many days these are: 28, or those since the first report if fewer; 0 without any report.</param>
/// <param name="LastReportedOn">The last of these days; null without any report, and from a service of before.</param>
public sealed record RecentDoses(long Doses, int Days, DateOnly? LastReportedOn = null);

/// <summary>The doses of one place over time; steps without doses are left out.</summary>
/// <param name="AsOf">When it was read.</param>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="By">Its steps: <c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="Points">In the order of time.</param>
public sealed record AdministrationTrend(
    DateTimeOffset AsOf, string FacilityId, string VaccineId, string By, IReadOnlyList<TrendPoint> Points);

/// <summary>The doses of one day, week or month.</summary>
/// <param name="Date">Its first day; a week begins on Monday.</param>
/// <param name="Doses">Doses given in it.</param>
/// <param name="ByDoseNumber">The same by dose number, in the order of the series.</param>
public sealed record TrendPoint(DateOnly Date, long Doses, IReadOnlyDictionary<string, long> ByDoseNumber);

/// <summary>The steps of a trend.</summary>
public static class TrendSteps
{
    /// <summary>What a step may be; the first where nothing is said. A week begins on Monday.</summary>
    public static IReadOnlyList<string> All { get; } = ["day", "week", "month"];
}
