using System.Globalization;
using System.Text;

namespace Distribution.Load;

/// <summary>Draws how a run's cost grew with the doses: an SVG of four panels, a line for each run.</summary>
internal static class Plot
{
    private const int Width = 960;
    private const int PanelWidth = 400;
    private const int PanelHeight = 190;
    private const int Left = 66;
    private const int Top = 64;
    private const int GapX = 84;
    private const int GapY = 74;
    private static readonly string[] Colours = ["#1f6feb", "#d1652a", "#2f9e57", "#8b5cf6"];

    /// <summary>Draws the runs that have samples.</summary>
    /// <exception cref="LoadFailure">None has.</exception>
    public static string Svg(IReadOnlyList<RunResult> all)
    {
        var runs = all.Where(run => run.Samples.Count > 1).Take(Colours.Length).ToArray();
        if (runs.Length == 0) throw new LoadFailure("there is nothing to draw: only italy and soak keep samples, one each ten seconds");
        var height = Top + 2 * PanelHeight + GapY + 50;
        var svg = new StringBuilder();
        const string Start = "xmlns=\"http://www.w3.org/2000/svg\"";
        Line($"<svg {Start} viewBox=\"0 0 {Width} {height}\" font-family=\"system-ui\" font-size=\"12\" fill=\"#333\">");
        Line($"<rect width=\"{Width}\" height=\"{height}\" fill=\"#fff\"/>");
        for (var run = 0; run < runs.Length; run++)
        {
            Line($"<rect x=\"{Left + run * 220}\" y=\"14\" width=\"14\" height=\"4\" fill=\"{Colours[run]}\"/>");
            Line($"<text x=\"{Left + 20 + run * 220}\" y=\"20\">{runs[run].Name}</text>");
        }

        Panel(0, 0, "doses acknowledged a second, in thousands", sample => sample.DosesPerSecond / 1e3);
        Panel(1, 0, "memory of the server, MB", sample => (sample.ResidentBytes ?? 0) / 1e6);
        Panel(0, 1, "bytes on disk a dose", sample => sample.Doses == 0 ? 0 : (double)(sample.DiskBytes ?? 0) / sample.Doses);
        Panel(1, 1, "acknowledged to shown in coverage, p99 ms", sample => double.IsFinite(sample.FreshP99) ? sample.FreshP99 : 0);
        svg.Append("</svg>\n");
        return svg.ToString();

        void Panel(int column, int row, string title, Func<Sample, double> value)
        {
            double x = Left + column * (PanelWidth + GapX), y = Top + row * (PanelHeight + GapY);
            var xMax = Nice(runs.Max(run => run.Samples.Max(sample => sample.Doses)) / 1e6, out var xStep);
            var yMax = Nice(runs.Max(run => run.Samples.Max(value)), out var yStep);
            Line($"<text x=\"{x}\" y=\"{y - 10}\" font-weight=\"600\">{title}</text>");
            for (var at = 0.0; at <= yMax * 1.001; at += yStep)
            {
                var level = y + PanelHeight * (1 - at / yMax);
                Line($"<path d=\"M{x:F1} {level:F1}h{PanelWidth}\" stroke=\"#ddd\"/>");
                Line($"<text x=\"{x - 8}\" y=\"{level + 4:F1}\" text-anchor=\"end\">{at:#,0.###}</text>");
            }

            for (var at = 0.0; at <= xMax * 1.001; at += xStep)
                Line($"<text x=\"{x + PanelWidth * at / xMax:F1}\" y=\"{y + PanelHeight + 18}\" text-anchor=\"middle\">{at:0.###}</text>");
            var (right, below) = (x + PanelWidth, y + PanelHeight + 34);
            Line($"<text x=\"{right}\" y=\"{below}\" text-anchor=\"end\" fill=\"#777\">million doses so far</text>");
            for (var run = 0; run < runs.Length; run++)
            {
                var points = runs[run].Samples.Select(sample => string.Create(CultureInfo.InvariantCulture,
                    $"{x + PanelWidth * (sample.Doses / 1e6) / xMax:F1},{y + PanelHeight * (1 - value(sample) / yMax):F1}"));
                var (path, colour) = (string.Join(' ', points), Colours[run]);
                Line($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\" stroke-linejoin=\"round\"/>");
            }
        }

        void Line(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    // The end of an axis, and the distance of its marks: 1, 2 or 5 times a power of ten.
    private static double Nice(double max, out double step)
    {
        var rough = Math.Max(max, 1e-3) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        return Math.Max(1, Math.Ceiling(max / step)) * step;
    }
}
