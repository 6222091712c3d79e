using System.Text.Json.Serialization;
using Distribution.SharedKernel.Rules;

namespace Distribution.Administration.Intake.Lines;

/// <summary>What came of a submission. A repeat of it gets the first answer.</summary>
/// <param name="SubmissionId">The caller's id of the submission.</param>
/// <param name="Accepted">Doses counted for the first time.</param>
/// <param name="Duplicates">Doses that had come before with the same content.</param>
/// <param name="Held">Doses kept until the facility, vaccine or dose number that they name is known, or their sex, age band or priority
/// group is in their country's list.</param>
/// <param name="Conflicts">Lines whose id had come before with other content: they changed nothing.</param>
/// <param name="Rejected">Lines that can never be right.</param>
/// <param name="ConflictsTotal">Lines in conflict, those that are not listed among them.</param>
/// <param name="RejectedTotal">Lines rejected, those that are not listed among them.</param>
/// <param name="HeldLines">The first 100 of the lines that are kept, with what they wait for; left out where there are none.</param>
/// <param name="Kept">Doses that were taken for the first time and count nowhere, because they were historical or not given; left out where
/// there are none.</param>
/// <param name="Warnings">The first 100 lines that are taken as they are and look wrong: the first line of more doses for a place and a
/// vaccine in a day than its whole target population, days more than 5 years ago, and of a sheet what may have been lost before it was
/// sent. Left out where there are none.</param>
/// <param name="WarningsTotal">Warnings, those that are not listed among them; left out where there are none.</param>
/// <param name="Repeated">True for a repeat of the request, which changed nothing; left out the first time.</param>
internal sealed record SubmissionAnswer(
    string SubmissionId, long Accepted, long Duplicates, long Held,
    IReadOnlyList<LineProblem> Conflicts, IReadOnlyList<LineProblem> Rejected, long ConflictsTotal, long RejectedTotal,
    IReadOnlyList<LineProblem>? HeldLines = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Kept = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LineProblem>? Warnings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long WarningsTotal = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Repeated = null)
{
    /// <summary>Lines of a kind that are listed at most.</summary>
    public const int ListedMax = 100;
}
