using System.Diagnostics.Metrics;
using Distribution.Administration.Intake.Lines;
using Distribution.Platform.Observability;

namespace Distribution.Administration.Intake;

/// <summary>What came of submissions, as metrics. Noted once a commit, after it: a repeated submission is not noted again.</summary>
internal static class SubmissionMeasures
{
    private static readonly Meter Meter = new(Measures.Name);

    /// <summary>Doses counted for the first time, those settled after they were held among them.</summary>
    public static Counter<long> DosesAccepted { get; } =
        Meter.CreateCounter<long>("distribution.doses.accepted", "{dose}", "Doses counted for the first time.");

    /// <summary>Doses that had come before with the same content.</summary>
    public static Counter<long> DosesDuplicate { get; } =
        Meter.CreateCounter<long>("distribution.doses.duplicate", "{dose}", "Doses that had come before.");

    /// <summary>Doses held until what they name is known.</summary>
    public static Counter<long> DosesHeld { get; } =
        Meter.CreateCounter<long>("distribution.doses.held", "{dose}", "Doses held until what they name is known.");

    /// <summary>Lines whose id had come before with other content.</summary>
    public static Counter<long> LinesConflicting { get; } =
        Meter.CreateCounter<long>("distribution.lines.conflicting", "{line}", "Lines whose id had come before with other content.");

    /// <summary>Lines that can never be right.</summary>
    public static Counter<long> LinesRejected { get; } =
        Meter.CreateCounter<long>("distribution.lines.rejected", "{line}", "Lines that can never be right.");

    public static void Note(SubmissionAnswer answer)
    {
        DosesAccepted.Add(answer.Accepted);
        DosesDuplicate.Add(answer.Duplicates);
        DosesHeld.Add(answer.Held);
        LinesConflicting.Add(answer.ConflictsTotal);
        LinesRejected.Add(answer.RejectedTotal);
    }
}
