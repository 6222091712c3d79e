namespace Distribution.Contracts.Administration.V1;

/// <summary>A sum of doses that share all dimensions. Individual-level data never leaves the service.</summary>
/// <param name="FacilityId">Where they were given.</param>
/// <param name="VaccineId">The code of the vaccine.</param>
/// <param name="LotNumber">From which lot, or null when the report leaves it open.</param>
/// <param name="DoseNumber">The dose number in the series.</param>
/// <param name="OccurredOn">The day.</param>
/// <param name="AgeBand">The age band as reported, or null.</param>
/// <param name="Sex">The sex as reported, or null.</param>
/// <param name="PriorityGroup">The priority group as reported, or null.</param>
/// <param name="Doses">Doses, above 0.</param>
/// <param name="Kind">One of <see cref="DoseKinds"/>; null for doses that were given, and from a service of before. In an event it is
/// <c>subpotent</c> or nothing: those that do not count are not told.</param>
public sealed record AdministeredSum(
    string FacilityId, string VaccineId, string? LotNumber, string DoseNumber, DateOnly OccurredOn,
    string? AgeBand, string? Sex, string? PriorityGroup, long Doses, string? Kind = null);

/// <summary>Doses of one submission were counted for the first time.</summary>
/// <param name="SubmissionId">The submission that brought them.</param>
/// <param name="Sums">What was counted.</param>
[InPages]
[WireName("administration.doses-administered.v1")]
[DeliveredTo("inventory")]
public sealed record DosesAdministered(string SubmissionId, IReadOnlyList<AdministeredSum> Sums) : IEvent;

/// <summary>Doses that had been counted were recorded in error: the same sums are to be taken back.</summary>
/// <param name="RequestId">The request that retracted them.</param>
/// <param name="Reason">Why it was done, in a person's words.</param>
/// <param name="Sums">What is no longer counted.</param>
[WireName("administration.administration-retracted.v1")]
[DeliveredTo("inventory")]
public sealed record AdministrationRetracted(string RequestId, string Reason, IReadOnlyList<AdministeredSum> Sums) : IEvent;

/// <summary>The target population of a place for a vaccine and a year was set. State-carrying: one of each year and dose number.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Version">Rises with each change.</param>
/// <param name="Year">The year for which it holds.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Population">People, over all cells.</param>
/// <param name="DoseNumber">The dose number that it is the target population of; null for all that have none of their own.</param>
[WireName("administration.target-population-changed.v1")]
public sealed record TargetPopulationChanged(
    string FacilityId, string VaccineId, long Version, int Year, string Source, long Population, string? DoseNumber = null) : IEvent;
