namespace Distribution.Administration.Intake.Lines;

/// <summary>What must hold of a line as a whole.</summary>
internal static class LineChecks
{
    /// <summary>Why a line can never be counted, whoever sends it and whenever; or null.</summary>
    /// <param name="line">The line.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="facility">The facility, or null where nobody named one.</param>
    public static string? Problem(LineParser line, LineKind kind, Symbol? facility)
    {
        if (line.Problem is not null) return line.Problem;
        if (kind == LineKind.Dose)
        {
            if (line.DoseId is null) return LineRules.DoseIdMissing;
            if (line.Count is not null) return LineRules.CountOnDose;
        }
        else
        {
            if (line.Count is null) return LineRules.CountMissing;
            if (line.DoseId is not null) return LineRules.DoseIdOnTally;
            if (!line.RecipientKey.IsEmpty) return LineRules.RecipientOnTally;
        }

        if (facility is null) return LineRules.FacilityId.Missing;
        if (line.Vaccine is null && line.VaccineCodes is null) return LineRules.VaccineId.Missing;
        if (line.Vaccine is not null && line.VaccineCodes is not null) return LineRules.VaccineTwice;
        if (line.DoseNumber is null) return LineRules.DoseNumber.Missing;
        if (line.Day is not { } day) return LineRules.DateMissing;
        if (day < LineRules.FirstDay) return LineRules.DateTooEarly;
        return line.Reason.IsEmpty
            ? line.Kind == DoseKind.NotGiven ? LineRules.ReasonMissing : null
            : line.Kind is DoseKind.NotGiven or DoseKind.Subpotent ? null : LineRules.ReasonElsewhere;
    }
}
