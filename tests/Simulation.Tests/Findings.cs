namespace Distribution.Simulation.Tests;

/// <summary>What was found to be wrong in a run.</summary>
internal sealed class Findings
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public void Require(bool holds, string problem)
    {
        if (!holds) _problems.Add(problem);
    }

    public void Equal(string what, long expected, long found) => Require(expected == found, $"{what}: {expected} expected, {found} found");

    public void Same<T>(string what, IEnumerable<T> expected, IEnumerable<T> found)
    {
        var (left, right) = (expected.ToList(), found.ToList());
        if (left.SequenceEqual(right)) return;
        _problems.Add($"{what}: expected but not found: {string.Join(", ", left.Except(right))}; found but not expected: "
            + $"{string.Join(", ", right.Except(left))} ({left.Count} and {right.Count})");
    }
}
