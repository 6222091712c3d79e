using System.IO.Compression;
using System.Xml;

namespace Distribution.Interop.Sheets;

/// <summary>
/// What the reader of workbooks passes over in silence, of the first sheet: cells that show an error, formulas that were never
/// calculated, and whether days count from 1904.
/// </summary>
internal sealed class Untold
{
    /// <summary>Such cells at most.</summary>
    public const int CellsMax = 100_000;

    /// <summary>What is told of a formula that was never calculated, in place of what it shows.</summary>
    public const string NoResult = "no result";

    private const int TextMax = 30;

    private static readonly XmlReaderSettings Settings = new() { IgnoreComments = true, IgnoreWhitespace = true };

    private readonly Dictionary<int, Dictionary<int, string>> _rows = [];

    /// <summary>Whether its day numbers begin at 1904-01-01, as those of old Macintosh workbooks do.</summary>
    public bool CountsFrom1904 { get; private set; }

    /// <summary>Looks through a workbook.</summary>
    /// <exception cref="XmlException">It is no workbook.</exception>
    public static Untold Of(ZipArchive archive)
    {
        var untold = new Untold();
        if (untold.FirstSheet(archive) is { } sheet) untold.Look(sheet);
        return untold;
    }

    /// <summary>Whether it has more such cells than are kept.</summary>
    public bool HasTooMany { get; private set; }

    /// <summary>Whether a row has such cells.</summary>
    /// <param name="row">From 1.</param>
    public bool Has(int row) => _rows.ContainsKey(row);

    /// <summary>What such a cell shows, or null.</summary>
    /// <param name="row">From 1.</param>
    /// <param name="column">From 0.</param>
    public string? Find(int row, int column) => _rows.GetValueOrDefault(row)?.GetValueOrDefault(column);

    private ZipArchiveEntry? FirstSheet(ZipArchive archive)
    {
        string? relation = null;
        using (var workbook = Open(archive, "xl/workbook.xml"))
        {
            while (relation is null && workbook?.Read() == true)
            {
                if (workbook is { NodeType: XmlNodeType.Element, LocalName: "workbookPr" })
                    CountsFrom1904 = workbook.GetAttribute("date1904") is "1" or "true" or "on";
                else if (workbook is { NodeType: XmlNodeType.Element, LocalName: "sheet" })
                    relation = Attribute(workbook, "id");
            }
        }

        using var relations = Open(archive, "xl/_rels/workbook.xml.rels");
        while (relation is not null && relations?.Read() == true)
        {
            if (relations.NodeType == XmlNodeType.Element && relations.GetAttribute("Id") == relation
                && relations.GetAttribute("Target") is { } target)
                return Find(archive, target.StartsWith('/') ? target[1..] : $"xl/{target}");
        }

        return null;
    }

    private void Look(ZipArchiveEntry sheet)
    {
        using var xml = XmlReader.Create(sheet.Open(), Settings);
        var (row, column, cells, isError, isFormula, isText) = (0, -1, 0, false, false, false);
        string? value = null;
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "row")
                (row, column) = (int.TryParse(xml.GetAttribute("r"), out var number) ? number : row + 1, -1);
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "c")
            {
                column = xml.GetAttribute("r") is { } at && ImportMap.Letters(at.TrimEnd([.. "0123456789"])) is >= 0 and var letters
                    ? letters
                    : column + 1;
                (isError, isText, isFormula, value) = (xml.GetAttribute("t") == "e", xml.GetAttribute("t") == "str", false, null);
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "f") isFormula = true;
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "v") value = "";
            else if (xml.NodeType == XmlNodeType.Text && value?.Length == 0) value = xml.Value;
            else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "c")
            {
                // A formula may say that there is no text.
                var isUncalculated = isFormula && (isText ? value is null : value is null or "");
                if (!isError && !isUncalculated) continue;
                if (HasTooMany = ++cells > CellsMax) return;
                if (!_rows.TryGetValue(row, out var those)) _rows.Add(row, those = []);
                those[column] = isError && value is { Length: > 0 } ? value[..Math.Min(value.Length, TextMax)] : NoResult;
            }
        }
    }

    private static XmlReader? Open(ZipArchive archive, string path) =>
        Find(archive, path) is { } entry ? XmlReader.Create(entry.Open(), Settings) : null;

    private static ZipArchiveEntry? Find(ZipArchive archive, string path) =>
        archive.Entries.FirstOrDefault(entry => entry.FullName.Replace('\\', '/').Equals(path, StringComparison.OrdinalIgnoreCase));

    // Of whatever namespace: there are two editions of the format.
    private static string? Attribute(XmlReader xml, string name)
    {
        string? found = null;
        for (var has = xml.MoveToFirstAttribute(); has; has = xml.MoveToNextAttribute())
            if (xml.LocalName == name && xml.Prefix.Length > 0) found = xml.Value;
        xml.MoveToElement();
        return found;
    }
}
