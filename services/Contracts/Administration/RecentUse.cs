namespace Distribution.Contracts.Administration.V1;

/// <summary>How much places have given lately, each by itself.</summary>
/// <param name="AsOf">When it was looked at.</param>
/// <param name="Complete">False where there are more places and vaccines than one request looks at: then some are missing.</param>
/// <param name="Places">A row for each place and vaccine of which the place itself has given doses, or said that it gave none.</param>
public sealed record RecentUse(DateTimeOffset AsOf, bool Complete, IReadOnlyList<RecentUseRow> Places);

/// <summary>How much of a vaccine a place itself has given lately.</summary>
/// <param name="FacilityId">The place.</param>
/// <param name="VaccineId">The vaccine.</param>
/// <param name="Doses">Doses on the days up to the last that was reported.</param>
/// <param name="Days">How many days these are: 28, or those since the first report if fewer.</param>
public sealed record RecentUseRow(string FacilityId, string VaccineId, long Doses, int Days);
