using Distribution.Contracts.Administration.V1;
using Distribution.Platform.Web;

namespace Distribution.Administration.Intake;

/// <summary>A line of a submission as NDJSON: a dose, which has a doseId, or a tally, which has a count.</summary>
/// <param name="FacilityId">Where the doses were given.</param>
/// <param name="VaccineId">The code of the vaccine, unless it has vaccineCodes.</param>
/// <param name="DoseNumber">The dose number in the series, or <c>unspecified</c> where nobody knows it.</param>
/// <param name="OccurredOn">The day on which they were given.</param>
/// <param name="DoseId">Of a dose: the caller's id of it, a UUID, preferably version 7.</param>
/// <param name="Count">Of a tally: doses, 0 to 1,000,000,000; 0 reports that none were given.</param>
/// <param name="LotNumber">The lot that they came from.</param>
/// <param name="AgeBand">The age band of who got them.</param>
/// <param name="Sex">The sex of who got them.</param>
/// <param name="PriorityGroup">The priority group of who got them.</param>
/// <param name="RecipientKey">Of a dose: a pseudonym of who got it, up to 128 characters. It is kept as a hash, and is never shown
/// again.</param>
/// <param name="Kind">Whether it was given here (when left out), is history that is told here (historical), was given with too little
/// effect (subpotent), or was not given (notGiven).</param>
/// <param name="Reason">Why it was not given, which is required then, or was subpotent: up to 200 characters.</param>
/// <param name="VaccineCodes">In place of vaccineId, 1 to 8 codes of it: those that are some vaccine's must all be the same one's. Where
/// none is any vaccine's yet, the line is held until one is put into a vaccine's codes.</param>
internal sealed record SubmittedLine(
    string FacilityId, string? VaccineId, string DoseNumber, DateOnly OccurredOn, Guid? DoseId, int? Count, string? LotNumber,
    string? AgeBand, string? Sex, string? PriorityGroup, string? RecipientKey,
    [property: ValuesOf(typeof(DoseKinds))] string? Kind, string? Reason,
    IReadOnlyList<SubmittedCode>? VaccineCodes);

/// <summary>A code of a vaccine in a code system.</summary>
/// <param name="System">The code system: a URI such as <c>http://hl7.org/fhir/sid/cvx</c>, or a name such as <c>CVX</c>.</param>
/// <param name="Code">The code in it.</param>
internal sealed record SubmittedCode(string System, string Code);
