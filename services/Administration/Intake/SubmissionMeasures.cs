using Distribution.Administration.Intake.Lines;
using Distribution.Platform.Observability;

namespace Distribution.Administration.Intake;

/// <summary>What came of submissions, as metrics. Noted once a commit, after it: a repeated submission is not noted again.</summary>
internal static class SubmissionMeasures
{
    public static void Note(SubmissionAnswer answer)
    {
        Measures.DosesAccepted.Add(answer.Accepted);
        Measures.DosesDuplicate.Add(answer.Duplicates);
        Measures.DosesHeld.Add(answer.Held);
        Measures.LinesConflicting.Add(answer.ConflictsTotal);
        Measures.LinesRejected.Add(answer.RejectedTotal);
    }
}
