using Distribution.Administration.Intake.Lines;
using Distribution.Platform.Storage;

namespace Distribution.Administration.Intake;

/// <summary>The lines of a chunk that say who got the dose, beside what else these recipients got. Of other lines it is empty.</summary>
internal sealed class ChunkCourses
{
    private readonly List<(int Index, string DoseId, DoseContent Line)> _doses = [];

    /// <param name="chunk">The lines.</param>
    public ChunkCourses(Chunk chunk)
    {
        if (!chunk.Recipients.Any && !chunk.Recipients.IsKept) return;
        foreach (var (index, dose) in chunk.Doses.Index())
        {
            // Only records of lines with a recipient, or that name their vaccine by codes, do.
            if (!dose.IsApart) continue;
            var line = DoseRecord.Read(chunk.RecordOf(dose).Span);
            if (Courses.Has(line)) _doses.Add((index, chunk.IdOf(LineKind.Dose, dose), line));
        }

        Reads = [.. _doses.Select(dose => Courses.AddressOf(dose.Line)).Distinct()];
    }

    /// <summary>What will be looked up.</summary>
    public IReadOnlyCollection<FullAddress> Reads { get; } = [];

    /// <summary>Adds the lines that are counted.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="isCounted">Whether a dose is new and waits for nothing, by its place in the chunk.</param>
    public async ValueTask Add(ITransaction tx, Func<int, bool> isCounted)
    {
        if (_doses.Count == 0) return;
        var courses = new Courses(tx);
        foreach (var (index, doseId, line) in _doses)
            if (isCounted(index)) await courses.Add(doseId, line);
    }
}
