using System.Text.Json.Serialization;

namespace Distribution.SharedKernel.Rules;

/// <summary>A line of a body that was not taken, and why.</summary>
/// <param name="Line">Its place in the body, from 1.</param>
/// <param name="Id">The id that it names; null where it has none or could not be read.</param>
/// <param name="Reason">Which field is wrong and what to do.</param>
public sealed record LineProblem(long Line, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Id, string Reason);

/// <summary>Lines with a problem: every one is counted, the first are listed.</summary>
/// <param name="listedMax">Lines that are listed at most.</param>
public sealed class LineProblems(int listedMax = LineProblems.ListedMax)
{
    /// <summary>Lines that are listed at most where nothing else is said.</summary>
    public const int ListedMax = 100;

    private readonly List<LineProblem> _listed = [];

    /// <summary>The first of them.</summary>
    public IReadOnlyList<LineProblem> Listed => _listed;

    /// <summary>The first of them; null where there are none.</summary>
    public IReadOnlyList<LineProblem>? ListedOrNull => Total == 0 ? null : _listed;

    /// <summary>How many there are.</summary>
    public long Total { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Add(long line, string? id, string reason) => Add(new LineProblem(line, id, reason));

    /// <summary>Adds a line.</summary>
    public void Add(LineProblem problem)
    {
        Total++;
        if (_listed.Count < listedMax) _listed.Add(problem);
    }

    /// <summary>Adds the lines of a later part of the same body.</summary>
    public void Add(IEnumerable<LineProblem> listed, long total)
    {
        foreach (var problem in listed.Take(listedMax - _listed.Count)) _listed.Add(problem);
        Total += total;
    }
}

/// <summary>What came of a body of many lines, each of which sets something.</summary>
/// <param name="Accepted">Lines that made or changed something.</param>
/// <param name="Unchanged">Lines that said what was so already.</param>
/// <param name="Rejected">Lines that were not taken, the first of them.</param>
/// <param name="RejectedTotal">Lines that were not taken, those that are not listed among them.</param>
/// <param name="Warnings">The first lines of a sheet of which something may have been lost before it was sent, with what was read; left out
/// where there are none.</param>
public sealed record BulkAnswer(
    long Accepted, long Unchanged, IReadOnlyList<LineProblem> Rejected, long RejectedTotal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LineProblem>? Warnings = null);
