using System.Diagnostics;

namespace Distribution.Load;

/// <summary>How long after its acknowledgement a dose is in a view, as one who asks for the view again and again sees it.</summary>
internal static class Freshness
{
    /// <summary>
    /// In the order of the acknowledgements, milliseconds from each acknowledgement to the first answer that surely shows its doses. Doses
    /// are told apart only
    /// by their number, so an answer may show others that are not acknowledged yet: as many as can be under way are
    /// taken off. The wait between two looks is in it too, so this is an upper bound.
    /// </summary>
    /// <param name="acknowledged">When submissions were acknowledged, and the doses of each.</param>
    /// <param name="underWay">Doses that can be counted and not acknowledged, at most.</param>
    /// <param name="before">Doses that were there before.</param>
    /// <param name="seen">When an answer came, and how many doses it showed.</param>
    public static List<(long At, double Milliseconds)> Delays(
        IEnumerable<(long At, long Doses)> acknowledged, long underWay, long before, IReadOnlyList<(long At, long Doses)> seen)
    {
        var inOrder = acknowledged.OrderBy(one => one.At).ToList();
        var total = before + inOrder.Sum(one => one.Doses);
        var delays = new List<(long At, double Milliseconds)>(inOrder.Count);
        var (count, look) = (before, 0);
        foreach (var (at, doses) in inOrder)
        {
            count += doses;
            while (look < seen.Count && (seen[look].At < at || seen[look].Doses < Math.Min(count + underWay, total))) look++;
            delays.Add((at, look < seen.Count ? Stopwatch.GetElapsedTime(at, seen[look].At).TotalMilliseconds : double.PositiveInfinity));
        }

        return delays;
    }
}
