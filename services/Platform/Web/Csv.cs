using System.Text;

namespace Distribution.Platform.Web;

/// <summary>What a table may be asked for as.</summary>
public static class TableFormat
{
    /// <summary>As <see cref="Web.Csv"/> writes it.</summary>
    public const string Csv = "csv";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = ["json", Csv];
}

/// <summary>CSV by RFC 4180: unknown is empty, numbers are invariant, and no text is a formula.</summary>
public static class Csv
{
    /// <summary>The media type of such answers, and of sheets that are sent so.</summary>
    public const string MediaType = "text/csv";

    /// <summary>The media type of workbooks.</summary>
    public const string WorkbookMediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>A text that no spreadsheet takes for a formula.</summary>
    public static string Text(string? text) =>
        text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + text : text ?? "";

    /// <summary>Adds a line.</summary>
    /// <param name="csv">The text so far.</param>
    /// <param name="cells">What is in it; each is put between quotes where it has to be.</param>
    public static void Line(StringBuilder csv, ReadOnlySpan<string> cells)
    {
        for (var at = 0; at < cells.Length; at++)
        {
            if (at > 0) csv.Append(',');
            if (cells[at].AsSpan().IndexOfAny(",\"\r\n") < 0) csv.Append(cells[at]);
            else csv.Append('"').Append(cells[at].Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        csv.Append("\r\n");
    }
}
