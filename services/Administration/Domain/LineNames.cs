using Distribution.Contracts.Administration.V1;

namespace Distribution.Administration.Domain;

/// <summary>What a line names that has to be known before it counts.</summary>
/// <param name="FacilityId">The facility.</param>
/// <param name="VaccineId">The vaccine, or the codes that stand in its place.</param>
/// <param name="DoseNumber">The dose number.</param>
/// <param name="Sex">The sex, or null where it is not said.</param>
/// <param name="AgeBand">The age band, or null where it is not said.</param>
/// <param name="PriorityGroup">The priority group, or null where it is not said.</param>
internal readonly record struct LineNames(
    string FacilityId, string VaccineId, string DoseNumber, string? Sex, string? AgeBand, string? PriorityGroup)
{
    /// <summary>Those of a sum.</summary>
    public static LineNames Of(AdministeredSum sum) =>
        new(sum.FacilityId, sum.VaccineId, sum.DoseNumber, sum.Sex, sum.AgeBand, sum.PriorityGroup);
}
