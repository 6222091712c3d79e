using System.Text.Json.Serialization;

namespace Distribution.Administration.Intake.Lines;

/// <summary>A line of a submission that was not counted, and why.</summary>
/// <param name="Line">Its place in the submission, from 1.</param>
/// <param name="Id">The dose's id, or <c>submission:line</c> for a tally; null where the line has none.</param>
/// <param name="Reason">Which field is wrong and what to do.</param>
internal sealed record LineProblem(
    long Line, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Id, string Reason);

/// <summary>Lines with a problem: every one is counted, the first are listed.</summary>
internal sealed class LineProblems
{
    /// <summary>Lines that are listed at most.</summary>
    public const int ListedMax = 10_000;

    private readonly List<LineProblem> _listed = [];

    /// <summary>The first of them.</summary>
    public IReadOnlyList<LineProblem> Listed => _listed;

    /// <summary>How many there are.</summary>
    public long Total { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Add(long line, string? id, string reason) => Add(new LineProblem(line, id, reason));

    /// <summary>Adds a line.</summary>
    public void Add(LineProblem problem)
    {
        Total++;
        if (_listed.Count < ListedMax) _listed.Add(problem);
    }

    /// <summary>Adds the lines of a later part of the same submission.</summary>
    public void Add(IEnumerable<LineProblem> listed, long total)
    {
        foreach (var problem in listed.Take(ListedMax - _listed.Count)) _listed.Add(problem);
        Total += total;
    }
}

/// <summary>What came of a submission. A repeat of it gets the same answer.</summary>
/// <param name="SubmissionId">The caller's id of the submission.</param>
/// <param name="Accepted">Doses counted for the first time.</param>
/// <param name="Duplicates">Doses that had come before with the same content.</param>
/// <param name="Held">Doses kept until the facility, vaccine or dose number that they name is known.</param>
/// <param name="Conflicts">Lines whose id had come before with other content: they changed nothing.</param>
/// <param name="Rejected">Lines that can never be right.</param>
/// <param name="ConflictsTotal">Lines in conflict, those that are not listed among them.</param>
/// <param name="RejectedTotal">Lines rejected, those that are not listed among them.</param>
internal sealed record SubmissionAnswer(
    string SubmissionId, long Accepted, long Duplicates, long Held,
    IReadOnlyList<LineProblem> Conflicts, IReadOnlyList<LineProblem> Rejected, long ConflictsTotal, long RejectedTotal);
