namespace Distribution.SharedKernel.Rules;

/// <summary>GS1 identification keys, and days as GS1 writes them.</summary>
public static class Gs1
{
    // Years this far ahead or more are of the century before (GS1 General Specifications, 7.12).
    private const int YearsAheadMax = 50;

    /// <summary>Whether a text is a Global Location Number: 13 digits with a right check digit.</summary>
    public static bool IsGln(string text) => text.Length == 13 && HasCheckDigit(text);

    /// <summary>Whether a text is a Global Trade Item Number: 8, 12, 13 or 14 digits with a right check digit.</summary>
    public static bool IsGtin(string text) => text.Length is 8 or 12 or 13 or 14 && HasCheckDigit(text);

    /// <summary>A GTIN as the 14 digits by which it is compared; null for none.</summary>
    public static string? Gtin14(string? gtin) => gtin?.PadLeft(14, '0');

    /// <summary>Whether a text is digits of which the last is the check digit of those before it.</summary>
    public static bool HasCheckDigit(ReadOnlySpan<char> text) => text.Length > 1 && CheckDigit(text[..^1]) == text[^1];

    /// <summary>
    /// The check digit that belongs after some digits: from the right, weights 3, 1, 3…; (10 − sum mod 10) mod 10 (GS1 General
    /// Specifications, 7.9). Null where there is something else than digits.
    /// </summary>
    public static char? CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var fromRight = 0; fromRight < digits.Length; fromRight++)
        {
            var digit = digits[^(fromRight + 1)];
            if (!char.IsAsciiDigit(digit)) return null;
            sum += (digit - '0') * (fromRight % 2 == 0 ? 3 : 1);
        }

        return (char)('0' + (10 - sum % 10) % 10);
    }

    /// <summary>Whether a text is a day as YYMMDD; 00 is the last day of the month.</summary>
    public static bool IsDay(ReadOnlySpan<char> text) => Day(text, 2000) is not null;

    /// <summary>A day as YYMMDD, where 00 is the last day of the month; null where it is none.</summary>
    /// <param name="text">Six digits.</param>
    /// <param name="thisYear">The year in which it is read: it is no more than 49 years before and 50 after.</param>
    public static DateOnly? Day(ReadOnlySpan<char> text, int thisYear)
    {
        if (text.Length != 6 || text.ContainsAnyExceptInRange('0', '9')) return null;
        var (month, day) = (Number(text[2..4]), Number(text[4..]));
        var year = thisYear - thisYear % 100 + Number(text[..2]);
        if (year - thisYear > YearsAheadMax) year -= 100;
        else if (thisYear - year >= YearsAheadMax) year += 100;
        if (month is < 1 or > 12) return null;
        var last = DateTime.DaysInMonth(year, month);
        return day > last ? null : new DateOnly(year, month, day == 0 ? last : day);

        static int Number(ReadOnlySpan<char> digits) => (digits[0] - '0') * 10 + digits[1] - '0';
    }
}
