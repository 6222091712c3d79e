using System.Globalization;
using System.Text;
using Distribution.Screens.Asking;

namespace Distribution.Screens.Parts;

/// <summary>A step of a chart: doses given in it, and the coverage that was reached by its end.</summary>
/// <param name="Date">Its first day.</param>
/// <param name="Doses">Doses given in it.</param>
/// <param name="Coverage">Percent of the target population that all doses up to its end make, by dose number.</param>
/// <param name="IsUnderWay">Whether it is not over on the last day that is counted.</param>
public sealed record TrendLine(DateOnly Date, long? Doses, IReadOnlyDictionary<string, decimal?> Coverage, bool IsUnderWay);

/// <summary>Doses by week or month as the coverage that they add up to, and both as the paths of a chart of 1000 by 100.</summary>
public sealed class TrendLines
{
    private const decimal Width = 1000;
    private const decimal Height = 100;
    private const int NumbersMax = 4;

    /// <summary>The lines of a place.</summary>
    /// <param name="points">Its doses over time.</param>
    /// <param name="place">Its figures, which say what one dose is of its target population.</param>
    /// <param name="lastDay">The last day that is counted.</param>
    /// <param name="isByMonth">Whether a step is a month rather than a week.</param>
    public TrendLines(IReadOnlyList<TrendStep> points, PlaceFigures? place, DateOnly lastDay, bool isByMonth)
    {
        Numbers = [.. (place?.ByDoseNumber?.Keys ?? []).Take(NumbersMax)];
        // Of each number its own target population: the answer says what its doses are of it.
        var share = Numbers.ToDictionary(number => number, number =>
            place?.ByDoseNumber?[number] is > 0 and { } doses && place.Coverage?.GetValueOrDefault(number) is { } percent
                ? percent / doses
                : (decimal?)null);
        var sums = Numbers.ToDictionary(number => number, _ => 0L);
        var steps = new List<TrendLine>(points.Count);
        foreach (var point in points)
        {
            foreach (var number in Numbers) sums[number] += point.ByDoseNumber?.GetValueOrDefault(number) ?? 0;
            var next = isByMonth ? point.Date.AddMonths(1) : point.Date.AddDays(7);
            steps.Add(new(
                point.Date, point.Doses, Numbers.ToDictionary(number => number, number => sums[number] * share[number]), next > lastDay));
        }

        (Steps, _step) = (steps, isByMonth ? 30.4m : 7m);
        HighestDoses = Math.Max(1, steps.Max(step => step.Doses) ?? 1);
        HighestPercent = RoundUp(steps.SelectMany(step => step.Coverage.Values).Max() ?? 0);
    }

    private readonly decimal _step;

    /// <summary>The steps in the order of time.</summary>
    public IReadOnlyList<TrendLine> Steps { get; }

    /// <summary>The dose numbers that have a line.</summary>
    public IReadOnlyList<string> Numbers { get; }

    /// <summary>The most doses of a step.</summary>
    public long HighestDoses { get; }

    /// <summary>The percentage at the top of the chart.</summary>
    public decimal HighestPercent { get; }

    /// <summary>The line of a dose number.</summary>
    public string LineOf(string number)
    {
        var path = new StringBuilder();
        foreach (var step in Steps)
        {
            if (step.Coverage[number] is not { } percent) continue;
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Text(At(step) + BarWidth / 2)).Append(' ')
                .Append(Text(Height - percent / HighestPercent * Height));
        }

        return path.ToString();
    }

    /// <summary>Where the bar of a step begins.</summary>
    public string X(TrendLine step) => Text(At(step));

    /// <summary>How wide a bar is.</summary>
    public string BarSpan => Text(Math.Max(BarWidth * 0.8m, 1));

    /// <summary>How high the bar of a step is.</summary>
    public string BarHeight(TrendLine step) => Text((step.Doses ?? 0) * Height / HighestDoses);

    /// <summary>Where the bar of a step begins, from above.</summary>
    public string BarTop(TrendLine step) => Text(Height - (step.Doses ?? 0) * Height / HighestDoses);

    /// <summary>The height of a percentage, from above.</summary>
    public string LevelOf(decimal percent) => Text(Height - percent / HighestPercent * Height);

    private decimal BarWidth => Width * _step / Span;

    private decimal Span => Steps[^1].Date.DayNumber - Steps[0].Date.DayNumber + _step;

    private decimal At(TrendLine step) => Width * (step.Date.DayNumber - Steps[0].Date.DayNumber) / Span;

    private static decimal RoundUp(decimal percent)
    {
        decimal[] tops = [5, 10, 20, 40, 60, 80, 100, 120, 160, 200];
        return tops.Where(top => top >= percent).DefaultIfEmpty(Math.Ceiling(percent / 100) * 100).First();
    }

    private static string Text(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
