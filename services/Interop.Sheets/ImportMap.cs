using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Distribution.Platform.Refusals;

namespace Distribution.Interop.Sheets;

/// <summary>A column of a sheet, and the field that its cells are for.</summary>
/// <param name="Column">The column's name as the header has it, in whatever case; without a header its letter, as <c>A</c>.</param>
/// <param name="Field">The field of the API.</param>
/// <param name="Values">What some cells mean, by what stands in them; <c>*</c> is whatever else does. A cell that is not among these is
/// taken as it stands.</param>
public sealed record ImportColumn(
    [property: Required] string? Column, [property: Required] string? Field, IReadOnlyDictionary<string, string?>? Values = null);

/// <summary>How the sheets of a sender are read. What it does not name is not read.</summary>
/// <param name="Columns">The columns, 1 to 100; one column may be for several fields.</param>
/// <param name="Constants">What every row says, by field.</param>
/// <param name="Separator">Of CSV: what separates the cells, one character; found out when left out.</param>
/// <param name="Encoding">Of CSV: the encoding, such as <c>windows-1252</c>; UTF-8 when left out, or what the file's
/// first bytes say.</param>
/// <param name="DateFormat">How days are written, such as <c>dd/MM/yyyy</c>, or <c>serial</c> for a spreadsheet's day numbers. Without
/// it days are YYYY-MM-DD or cells that are dates, and a sheet which has others is refused as a whole.</param>
/// <param name="ThousandsSeparator">What may stand between thousands beside a space, such as <c>,</c>; nothing when left out.</param>
/// <param name="HeaderRow">The line of the file with the column names, from 1; its first one when left out; 0 where there is none.</param>
/// <param name="SkipRows">Rows after the header that are no data, as an explanation of the columns.</param>
public sealed record ImportMap(
    [property: Required] IReadOnlyList<ImportColumn?>? Columns, IReadOnlyDictionary<string, string?>? Constants = null,
    string? Separator = null, string? Encoding = null, string? DateFormat = null, string? ThousandsSeparator = null,
    int? HeaderRow = null, int? SkipRows = null)
{
    /// <summary>Columns at most.</summary>
    public const int ColumnsMax = 100;

    /// <summary>The date format of day numbers.</summary>
    internal const string Serial = "serial";

    private const int TextCharsMax = 200;
    private const int ValuesMax = 2_000;
    private const int RowsMax = 1_000;

    private static readonly DateOnly Sample = new(2026, 12, 31);

    static ImportMap() => System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding; null where it is UTF-8, or there is none of the name.</summary>
    internal static Encoding? EncodingOf(string? name)
    {
        if (name is null) return null;
        try
        {
            var found = System.Text.Encoding.GetEncoding(name);
            return found.CodePage == System.Text.Encoding.UTF8.CodePage ? null : found;
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The place of a column by its letters: A is 0, Z is 25, AA is 26; -1 where it has none.</summary>
    internal static int Letters(string column)
    {
        var index = 0;
        foreach (var letter in column)
        {
            if (!char.IsAsciiLetter(letter) || index > SheetRows.ColumnsMax) return -1;
            index = (index * 26) + char.ToUpperInvariant(letter) - 'A' + 1;
        }

        return index - 1 < SheetRows.ColumnsMax ? index - 1 : -1;
    }

    /// <summary>What is wrong with it for a target, or null.</summary>
    public Refusal? Check(SheetTarget target)
    {
        var errors = new FieldErrors();
        errors.Require(Columns is { Count: > 0 and <= ColumnsMax }, "columns", $"must be 1 to {ColumnsMax} columns");
        var fields = new HashSet<string>();
        foreach (var (index, column) in (Columns ?? []).Take(ColumnsMax).Index())
        {
            errors.Require(IsText(column?.Column), $"columns[{index}].column", $"must be text of 1 to {TextCharsMax} characters");
            CheckField($"columns[{index}].field", column?.Field);
            errors.Require(column?.Values is not { Count: > ValuesMax }, $"columns[{index}].values", $"must be at most {ValuesMax:N0}");
            errors.Require(
                column?.Values is not { } values || values.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() == values.Count,
                $"columns[{index}].values", "must name each cell once, whatever its case");
            errors.Require(column?.Values?.Values.All(value => value is null || IsText(value)) != false, $"columns[{index}].values",
                $"must be text of at most {TextCharsMax} characters");
        }

        foreach (var (field, value) in Constants ?? new Dictionary<string, string?>())
        {
            CheckField($"constants.{field}", field);
            errors.Require(target.Find(field) is not { Kind: SheetFieldKind.Key }, $"constants.{field}",
                "must have a column: with a constant every row would be the same");
            errors.Require(IsText(value), $"constants.{field}", $"must be text of 1 to {TextCharsMax} characters");
        }

        errors.Require(Separator is null or [> ' ' and <= '~' and not '"'] or "\t", "separator",
            "must be one character of ASCII, no quote");
        errors.Require(Encoding is null || IsEncoding(Encoding), "encoding", "must be the name of an encoding, such as windows-1252");
        errors.Require(DateFormat is null or Serial || IsFormat(DateFormat), "dateFormat",
            $"must have yyyy, MM or M, and dd or d, such as dd/MM/yyyy; or be {Serial}");
        errors.Require(ThousandsSeparator is null or "," or "." or "'" or "’", "thousandsSeparator", "must be one of , . ' or ’");
        errors.Require(HeaderRow is null or (>= 0 and <= RowsMax), "headerRow", $"must be 0 to {RowsMax:N0}");
        errors.Require(SkipRows is null or (>= 0 and <= RowsMax), "skipRows", $"must be 0 to {RowsMax:N0}");
        return errors.ToRefusal();

        void CheckField(string path, string? field)
        {
            errors.Require(target.Find(field) is not null, path,
                $"must be one of {string.Join(", ", target.Fields.Select(known => known.Name))}");
            errors.Require(field is null || fields.Add(field), path, $"{field} has a column or a constant already");
        }
    }

    private static bool IsText(string? text) => text is { Length: > 0 and <= TextCharsMax };

    private static bool IsEncoding(string name) =>
        EncodingOf(name) is not null || name.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    // One of which every part can be read back, and nothing but these and what stands between them.
    private static bool IsFormat(string format) =>
        format.Length <= 20 && format.All(letter => letter is 'y' or 'M' or 'd' or '.' or '/' or '-' or ' ' or ',')
        && format.Contains("yyyy", StringComparison.Ordinal) && format.Count(letter => letter == 'y') == 4
        && format.Count(letter => letter == 'M') is (1 or 2) && format.Count(letter => letter == 'd') is (1 or 2)
        // With nothing between them, only two digits each tell where one ends.
        && (format.Length >= 8 || !format.All(char.IsAsciiLetter))
        && DateOnly.TryParseExact(
            Sample.ToString(format, CultureInfo.InvariantCulture), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
        && read == Sample;
}
