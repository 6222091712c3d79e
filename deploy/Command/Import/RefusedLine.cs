using System.Text;
using System.Text.Json;
using Distribution.Command.Calls;

namespace Distribution.Command.Import;

/// <summary>A line that was not simply taken.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">What it names; null where it names nothing.</param>
/// <param name="Reason">What is wrong, and what to do.</param>
internal sealed record RefusedLine(long Line, string Outcome, string? Id, string Reason)
{
    private static readonly (string Field, string Outcome)[] Fields = [("rejected", "refused"), ("conflicts", "in conflict")];

    /// <summary>Those of an answer, in the order of the file.</summary>
    public static IReadOnlyList<RefusedLine> Of(JsonElement answer) =>
    [
        .. Fields.Where(kind => answer.TryGetProperty(kind.Field, out _))
            .SelectMany(kind => answer.GetProperty(kind.Field).EnumerateArray().Select(line => new RefusedLine(
                line.GetProperty("line").GetInt64(), kind.Outcome,
                line.TryGetProperty("id", out var id) ? id.GetString() : null, line.GetProperty("reason").GetString()!)))
            .OrderBy(line => line.Line),
    ];

    /// <summary>Writes them as CSV that a spreadsheet opens as it is meant.</summary>
    /// <exception cref="Failure">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<RefusedLine> lines)
    {
        var text = new StringBuilder("line,outcome,id,reason\r\n");
        foreach (var line in lines)
            text.Append(line.Line).Append(',').Append(line.Outcome).Append(',').Append(Cell(line.Id ?? "")).Append(',')
                .Append(Cell(line.Reason)).Append("\r\n");
        try
        {
            File.WriteAllText(path, text.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Failure($"{lines.Count} lines were not taken, and {path} cannot be written: {failure.Message} Name another with "
                + "--report.", Failure.InPart);
        }
    }

    // What begins so a spreadsheet would run as a formula.
    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r') text = "'" + text;
        return text.AsSpan().ContainsAny("\",;\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
