using System.Globalization;
using Distribution.Inventory.Domain;
using Distribution.SharedKernel.Rules;
using Distribution.Tests.Support;

namespace Distribution.Inventory.Tests;

/// <summary>
/// The vectors of the shared examples, read where they lie: those of GS1's own engine that need no full one, and what staff scan.
/// </summary>
public sealed class Gs1ExampleTests
{
    private const int ThisYear = 2026;

    public static TheoryData<string> Files =>
    [
        "bracketed", "check-digit", "combinations", "digital-link", "digital-link-out", "element-strings", "expiry-date", "fnc1",
        "ours-scans", "scan",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_core_row_is_read_as_its_source_reads_it(string file)
    {
        var rows = Rows(file);
        Assert.NotEmpty(rows);
        var wrong = rows.Where(row => row.GetValueOrDefault("core") != "no")
            .Select(row => (Row: row, Got: Got(file, row), Wanted: Wanted(file, row))).Where(row => row.Got != row.Wanted)
            .Select(row => $"{string.Join(',', row.Row.Values)}: {row.Got}, not {row.Wanted}");
        Assert.Empty(wrong);
    }

    private static string Wanted(string file, Dictionary<string, string> row) => file switch
    {
        "bracketed" or "digital-link" when row["valid"] == "true" => row["fnc1String"].TrimEnd('^'),
        "digital-link-out" => row["possible"] == "true" ? row["uri"] : "false",
        "scan" when row["valid"] == "true" => row["message"],
        "element-strings" when row["valid"] == "true" =>
            string.Join('|', row["gtin14"], row["lot"], row["expiry_yymmdd"], row["serial"], row["gln"], row["count"]),
        "ours-scans" when row["valid"] == "true" =>
            string.Join('|', row["gtin"], row["lot"], row["expiry"], row["serial"], row["sscc"], row["gln"]),
        _ => row["valid"],
    };

    private static string Got(string file, Dictionary<string, string> row)
    {
        switch (file)
        {
            case "bracketed": return Joined(Gs1Elements.Bracketed(row["bracketed"])).TrimEnd('^');
            case "check-digit": return Text(Gs1.HasCheckDigit(row["number"]));
            case "expiry-date": return Text(Gs1.Day(row["yymmdd"], ThisYear) is not null);
            case "fnc1":
                return Text(row["fnc1String"] is ['^', ..] text && Joined(Gs1Scan.Read(text)) != "false");
            case "digital-link": return Joined(Gs1Link.Read(row["uri"]));
            case "digital-link-out":
                return Gs1Link.Write(Gs1Elements.Bracketed(row["bracketed"]).Elements, row["stem"]) ?? "false";
            case "combinations":
                var elements = Gs1Elements.Bracketed(row["bracketed"]).Elements;
                Assert.NotEmpty(elements);
                return Text(Gs1Elements.Contradiction(elements) is null && !Gs1Elements.Lacking(elements).Any());
            case "scan": return Message(row["scan"].Replace("{GS}", "\u001D", StringComparison.Ordinal));
            case "element-strings":
                var read = Gs1Scan.Read(row["raw_hri"]);
                return read.Problem is not null ? "false"
                    : string.Join('|', Of(read, "01"), Of(read, "10"), Of(read, "17"), Of(read, "21"), Of(read, "414"), Of(read, "30"));
            default:
                var scanned = Gs1Scan.Read(row["scan"].Replace("{GS}", "\u001D", StringComparison.Ordinal));
                return scanned.Problem is not null ? "false"
                    : string.Join('|', Of(scanned, "01"), Of(scanned, "10"),
                        Gs1.Day(Of(scanned, "17"), ThisYear)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Of(scanned, "21"),
                        Of(scanned, "00"), Of(scanned, "414"));
        }
    }

    private static string Joined(Gs1Read read)
    {
        if (read.Problem is not null) return "false";
        Assert.Null(Gs1Elements.Joined(Gs1Elements.Join(read.Elements, '^').AsSpan(1), '^').Problem);
        return Gs1Elements.Join(read.Elements, '^');
    }

    /// <summary>A message as the engine writes it: GS1 data begins with ^, and text that begins so gets a backslash.</summary>
    private static string Message(string scan)
    {
        if (scan.Length == 0 || Gs1Scan.Split(scan) is not { } message) return "false";
        return message.Kind == Gs1DataKind.Elements ? "^" + message.Data.Replace(Gs1Scan.GroupSeparator, '^')
            : message.Data.TrimStart('\\') is ['^', ..] ? "\\" + message.Data
            : message.Data;
    }

    private static string Of(Gs1Read read, string identifier) =>
        read.Elements.Where(element => element.Identifier == identifier).Select(element => element.Value).FirstOrDefault("");

    private static string Text(bool valid) => valid ? "true" : "false";

    private static List<Dictionary<string, string>> Rows(string file)
    {
        var path = Examples.Find($"gs1/{file}.csv");
        Assert.SkipWhen(path is null, Examples.Missing);
        var lines = File.ReadAllLines(path!);
        var names = Cells(lines[0]);
        return [.. lines.Skip(1).Select(line => names.Zip(Cells(line)).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    private static List<string> Cells(string line)
    {
        var cells = new List<string> { "" };
        var quoted = false;
        foreach (var letter in line)
        {
            if (letter == '"') quoted = !quoted;
            else if (letter == ',' && !quoted) cells.Add("");
            else cells[^1] += letter;
        }

        return cells;
    }
}
