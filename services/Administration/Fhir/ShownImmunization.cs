using Distribution.Administration.Domain;
using Distribution.Administration.Intake.Lines;
using Distribution.Administration.Reference;
using Distribution.Contracts.Administration.V1;
using R4 = Hl7.Fhir.Model;

namespace Distribution.Administration.Fhir;

/// <summary>A dose as an Immunization: what is kept of it, and no more.</summary>
internal static class ShownImmunization
{
    /// <summary>The resource.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="key">The dose's id as it was reported, which is its key.</param>
    /// <param name="version">The version that stands.</param>
    /// <param name="kept">What is kept.</param>
    /// <param name="reference">The codes of vaccines.</param>
    public static R4.Immunization Of(string id, string key, int version, DoseContent kept, ReferenceData reference)
    {
        var sum = kept.Sum;
        var kind = sum.Kind ?? DoseKinds.Given;
        var recipient = new R4.Patient { Id = OwnWords.SomebodyId, Gender = SexOf(sum.Sex) };
        if (sum.AgeBand is { } band) recipient.Extension.Add(new R4.Extension(OwnWords.AgeBand, new R4.FhirString(band)));
        var shown = new R4.Immunization
        {
            Id = id,
            Meta = new R4.Meta { VersionId = $"{version}" },
            Contained = [recipient],
            Identifier = [new R4.Identifier(OwnWords.Uris, OwnWords.UuidBegin + key)],
            Status = kept.State == DoseState.Retracted ? R4.Immunization.ImmunizationStatusCodes.EnteredInError
                : kind == DoseKinds.NotGiven ? R4.Immunization.ImmunizationStatusCodes.NotDone
                : R4.Immunization.ImmunizationStatusCodes.Completed,
            VaccineCode = VaccineOf(sum.VaccineId, reference),
            Patient = new R4.ResourceReference("#" + OwnWords.SomebodyId),
            Occurrence = new R4.FhirDateTime($"{sum.OccurredOn:yyyy-MM-dd}"),
            PrimarySource = kind != DoseKinds.Historical,
            Location = new R4.ResourceReference("Location/" + sum.FacilityId),
            LotNumber = sum.LotNumber,
        };
        if (kind == DoseKinds.NotGiven) shown.StatusReason = new R4.CodeableConcept { Text = kept.Reason };
        if (kind == DoseKinds.Subpotent)
        {
            shown.IsSubpotent = true;
            if (kept.Reason is { } reason) shown.SubpotentReason = [new R4.CodeableConcept { Text = reason }];
        }

        if (sum.DoseNumber != NoDoseNumber.Unspecified)
        {
            shown.ProtocolApplied =
            [
                new R4.Immunization.ProtocolAppliedComponent
                {
                    DoseNumber = int.TryParse(sum.DoseNumber, out var number) && number > 0 && $"{number}" == sum.DoseNumber
                        ? new R4.PositiveInt(number)
                        : new R4.FhirString(sum.DoseNumber),
                },
            ];
        }

        if (sum.PriorityGroup is { } group) shown.ProgramEligibility = [new R4.CodeableConcept(OwnWords.PriorityGroups, group)];
        return shown;
    }

    private static R4.CodeableConcept VaccineOf(string vaccine, ReferenceData reference)
    {
        var codes = VaccineCodes.In(vaccine) ?? reference.Vaccine(vaccine)?.Codes ?? [];
        return new R4.CodeableConcept
        {
            Coding =
            [
                .. VaccineCodes.Are(vaccine) ? [] : new[] { new R4.Coding(OwnWords.Vaccines, vaccine) },
                .. codes.Select(code => new R4.Coding(code.System, code.Code)),
            ],
        };
    }

    private static R4.AdministrativeGender? SexOf(string? sex) => sex switch
    {
        null => null,
        "female" => R4.AdministrativeGender.Female,
        "male" => R4.AdministrativeGender.Male,
        _ => R4.AdministrativeGender.Other,
    };
}
