using System.Text;
using System.Text.Json;
using Distribution.Platform.Web;

namespace Distribution.Interop.Sheets;

/// <summary>Joins rows that together make one line, wherever they stand in the sheet.</summary>
/// <param name="target">What they make.</param>
internal sealed class JoinedRows(SheetTarget target)
{
    private readonly Dictionary<string, Joined> _lines = [];

    /// <summary>Adds a row.</summary>
    public void Add(in TranslatedRow row)
    {
        var head = Encoding.UTF8.GetString(row.Head.Span);
        var key = KeyOf(head, row);
        if (!_lines.TryGetValue(key, out var line)) _lines.Add(key, line = new Joined(row.Number, head));
        if (row.Problem is { } problem) line.Problem ??= Of(row.Number, line.Number, problem);
        if (line.Head != head)
            line.Problem ??= Of(row.Number, line.Number, $"says something else than line {line.Number} of what both are about");
        line.Warning ??= row.Warning;
        line.Parts.Append(line.Parts.Length == 0 ? "" : ",").Append(Encoding.UTF8.GetString(row.Part.Span));
    }

    /// <summary>The lines, in the order of their first rows.</summary>
    public IEnumerable<NdjsonLine> Lines()
    {
        foreach (var line in _lines.Values)
        {
            var start = line.Head.Length > 2 ? line.Head[..^1] + "," : "{";
            yield return new NdjsonLine(
                line.Number, Encoding.UTF8.GetBytes($"{start}\"{target.Parts}\":[{line.Parts}]}}"), line.Problem, line.Warning);
        }
    }

    private static string Of(long row, long first, string problem) => row == first
        ? problem
        : $"line {row}, which belongs to it: {problem}; nothing of it was taken";

    private string KeyOf(string head, in TranslatedRow row)
    {
        using var said = JsonDocument.Parse(head);
        var key = new StringBuilder();
        foreach (var field in target.PartsOf)
        {
            if (!said.RootElement.TryGetProperty(field, out var value))
            {
                throw new UnreadableBodyException("A line of nothing", $"Line {row.Number} does not say to what it belongs "
                    + $"({row.Problem ?? $"{field}: is missing"}), and without it something else would be taken in part: correct it and "
                    + "send the sheet again. Nothing was counted.");
            }

            key.Append(value).Append('\n');
        }

        foreach (var field in target.PartsOfWhereSaid)
            key.Append(said.RootElement.TryGetProperty(field, out var value) ? $"{value}" : "").Append('\n');

        return key.ToString();
    }

    private sealed class Joined(long number, string head)
    {
        public long Number { get; } = number;
        public string Head { get; } = head;
        public StringBuilder Parts { get; } = new();
        public string? Problem { get; set; }
        public string? Warning { get; set; }
    }
}
