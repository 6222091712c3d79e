using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Distribution.Interop.Sheets;

/// <summary>Reads numbers and days as people and spreadsheets write them. What can be read in two ways is not read.</summary>
/// <param name="map">How the sheet is written.</param>
internal sealed partial class CellText(ImportMap map)
{
    /// <summary>What is said of a number that a spreadsheet has shortened.</summary>
    public const string Shortened = "is a number as a spreadsheet shortens it, and has lost digits: format the column as text, and enter "
        + "it again";

    private const int DigitsMax = 15;
    private const int DateCharsMax = 40;
    private const double SerialMin = 61;
    private const double SerialMax = 2_958_465;

    private readonly string? _format = map.DateFormat is null or ImportMap.Serial ? null : Lenient(map.DateFormat);

    // Then a day as ISO 8601 has it would be another one.
    private readonly bool _isDayBeforeMonth = map.DateFormat is ['y', ..] format
        && format.IndexOf('d', StringComparison.Ordinal) < format.IndexOf('M', StringComparison.Ordinal);

    /// <summary>Whether a cell is a number that a spreadsheet has shortened: as 9.5E+12, or to its 15 digits.</summary>
    public static bool IsShortened(in Cell cell) =>
        (cell.Kind == CellKind.Number && cell.Text.Length > DigitsMax)
        || (cell.Text.Length is > 3 and < 30 && cell.Text.IndexOf("E+"u8) > 0 && Exponent().IsMatch(Encoding.UTF8.GetString(cell.Text)));

    /// <summary>The text with the digits of any script as ASCII has them.</summary>
    public static string Digits(ReadOnlySpan<byte> text)
    {
        var said = Encoding.UTF8.GetString(text);
        if (Ascii.IsValid(said)) return said;
        return string.Concat(said.Select(letter =>
            !char.IsAscii(letter) && CharUnicodeInfo.GetDecimalDigitValue(letter) is >= 0 and var digit ? (char)('0' + digit) : letter));
    }

    /// <summary>Reads a whole number.</summary>
    public bool TryWhole(in Cell cell, out long number)
    {
        if (Utf8Parser.TryParse(cell.Text, out number, out var read) && read == cell.Text.Length && read <= DigitsMax) return true;
        // What stands between digits is a person's: a number of a spreadsheet has its decimals there.
        if (cell.Text.Length > DateCharsMax || cell.Kind == CellKind.Number || IsShortened(cell)) return false;
        var said = Digits(cell.Text);
        var thousands = map.ThousandsSeparator is { } separator ? Regex.Escape(separator) : "";
        var grouped = Regex.Replace(said, $@"(?<=\d)[ \u00A0\u202F\u2009\u066C{thousands}](?=\d{{3}}(?!\d))", "");
        if (grouped.Length < said.Length && said.TrimStart('-')[0] == '0') return false;
        if (map.ThousandsSeparator is not "." and not ",") grouped = NoDecimals().Replace(grouped, "");
        return grouped.Length <= DigitsMax && long.TryParse(
            grouped, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads a number with decimals.</summary>
    public static bool TryDecimal(in Cell cell, out decimal number)
    {
        number = 0;
        return cell.Text.Length <= DateCharsMax && decimal.TryParse(
            Digits(cell.Text).Replace('\u066B', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Reads yes or no.</summary>
    public static bool? Truth(in Cell cell) => cell.Text.Length > DateCharsMax ? null : Digits(cell.Text).ToLowerInvariant() switch
    {
        "true" or "yes" or "1" => true,
        "false" or "no" or "0" => false,
        _ => null,
    };

    /// <summary>Reads a day: YYYY-MM-DD.</summary>
    /// <returns>The day; or null and what is wrong.</returns>
    public (string? Day, string? Problem) Date(in Cell cell)
    {
        if (cell.Text.Length > DateCharsMax) return (null, "is no date");
        var said = Digits(cell.Text);
        if ((cell.Kind == CellKind.Date || !_isDayBeforeMonth) && TryIso(said) is { } iso) return (iso, null);
        if (map.DateFormat == ImportMap.Serial)
        {
            return double.TryParse(said, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var serial)
                && serial is >= SerialMin and <= SerialMax
                ? (Iso(DateOnly.FromDateTime(DateTime.FromOADate(Math.Truncate(serial)))), null)
                : (null, $"'{said}' is no day number of a spreadsheet from {SerialMin}, which is 1900-03-01");
        }

        if (_format is null)
            return (null, $"'{said}' is no date such as 2026-03-31: format the column as a date, or say the dateFormat in the map");
        return DateOnly.TryParseExact(said, _format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? (Iso(day), null)
            : (null, $"'{said}' is no date as {map.DateFormat} has it");
    }

    /// <summary>Reads a moment: as it stands where it is ISO 8601, else the beginning of a day.</summary>
    /// <returns>The moment; or null and what is wrong.</returns>
    public (string? Moment, string? Problem) Moment(in Cell cell)
    {
        if (cell.Text.Length > DateCharsMax) return (null, "is no moment");
        var said = Digits(cell.Text);
        if (IsoMoment().IsMatch(said)) return (said.Replace(' ', 'T'), null);
        var (day, problem) = Date(cell);
        return day is null ? (null, problem) : ($"{day}T00:00:00", null);
    }

    /// <summary>Whether a cell is a date of which only a stated format tells the day from the month.</summary>
    public bool IsAmbiguous(in Cell cell) =>
        map.DateFormat is null && cell.Kind == CellKind.Text && cell.Text.Length <= DateCharsMax
        && Digits(cell.Text) is var said && TryIso(said) is null && AnyDate().IsMatch(said);

    // A day as ISO 8601 has it; of a moment the day as it is written.
    private static string? TryIso(string said)
    {
        if (said.Length > 10 && said[10] is 'T' or ' ' && IsoMoment().IsMatch(said)) said = said[..10];
        return DateOnly.TryParseExact(said, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? said : null;
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Where something stands between the parts, a zero before a digit need not.
    private static string Lenient(string format) => format.All(char.IsAsciiLetter)
        ? format
        : format.Replace("dd", "d", StringComparison.Ordinal).Replace("MM", "M", StringComparison.Ordinal);

    [GeneratedRegex(@"^\d+([.,]\d+)?E\+\d+$")]
    private static partial Regex Exponent();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?$")]
    private static partial Regex IsoMoment();

    [GeneratedRegex(@"^\d{1,4}[^\w]{1,2}\d{1,2}[^\w]{1,2}\d{1,4}(\D|$)")]
    private static partial Regex AnyDate();

    [GeneratedRegex(@"(?<=\d)[.,]0{1,2}$")]
    private static partial Regex NoDecimals();
}
