using System.Globalization;
using System.Text;

namespace Distribution.Screens.Words;

/// <summary>How figures and days are written: by the language, with the digits that were chosen.</summary>
/// <param name="language">The language.</param>
/// <param name="arabicDigits">Whether the digits are ٠١٢ rather than 012.</param>
public sealed class Formats(Language language, bool arabicDigits)
{
    /// <summary>What stands for a figure that is not known.</summary>
    public const string Unknown = "–";

    private const int GroupDigits = 3;
    private const char Minus = '\u2212';
    private const char LeftToRight = '\u2066';
    private const char EndOfIsolate = '\u2069';

    /// <summary>A whole number, or that it is unknown.</summary>
    public string Whole(long? number) => number is { } known ? Signed(known < 0, Grouped(Math.Abs((decimal)known), 0)) : Unknown;

    /// <summary>A percentage, or that it is unknown.</summary>
    /// <param name="percent">The percentage.</param>
    /// <param name="decimals">How many decimals it is written with.</param>
    public string Percent(decimal? percent, int decimals = 1) => percent is { } known
        ? Signed(known < 0, Grouped(Math.Abs(known), decimals) + language.BeforePercent + (arabicDigits ? '\u066a' : '%'))
        : Unknown;

    /// <summary>A year, which has no groups.</summary>
    public string Year(int? year) => year is { } known ? Digits(known.ToString(CultureInfo.InvariantCulture)) : Unknown;

    /// <summary>A day in words.</summary>
    public string Day(DateOnly day) => Written(day, "month") + " " + Year(day.Year);

    /// <summary>A day in few letters, without its year.</summary>
    public string ShortDay(DateOnly day) => Written(day, "mon");

    /// <summary>A moment of the day in UTC, which the browser turns into its own time.</summary>
    public string Time(DateTimeOffset moment) => Digits(moment.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)) + " UTC";

    /// <summary>A moment with its day, in UTC.</summary>
    public string Moment(DateTimeOffset moment) => Day(DateOnly.FromDateTime(moment.UtcDateTime)) + " "
        + Digits(moment.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)) + " UTC";

    /// <summary>A text with its digits as they are wanted: codes keep theirs.</summary>
    public string Digits(string text)
    {
        if (!arabicDigits) return text;
        var written = new StringBuilder(text.Length);
        foreach (var letter in text) written.Append(letter is >= '0' and <= '9' ? (char)('\u0660' + (letter - '0')) : letter);
        return written.ToString();
    }

    /// <summary>A text with digits of any script as 0 to 9: what people type.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
            plain.Append(char.IsDigit(letter) ? (char)('0' + (int)char.GetNumericValue(letter)) : letter);
        return plain.ToString();
    }

    private string Written(DateOnly day, string length) =>
        $"{(language.Code == "fr" && day.Day == 1 ? "1er" : Digits($"{day.Day}"))} {language[$"{length}.{day.Month}"]}";

    private string Signed(bool isNegative, string number) => !isNegative ? number
        : language.IsRightToLeft ? $"{LeftToRight}{Minus}{number}{EndOfIsolate}" : Minus + number;

    private string Grouped(decimal number, int decimals)
    {
        var rounded = Math.Round(number, decimals, MidpointRounding.AwayFromZero).ToString($"F{decimals}", CultureInfo.InvariantCulture);
        var (whole, rest) = rounded.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point
            ? (rounded[..point], rounded[(point + 1)..])
            : (rounded, "");
        var written = new StringBuilder();
        for (var at = 0; at < whole.Length; at++)
        {
            if (at > 0 && (whole.Length - at) % GroupDigits == 0) written.Append(arabicDigits ? "\u066c" : language.Group);
            written.Append(whole[at]);
        }

        if (rest.Length > 0) written.Append(arabicDigits ? "\u066b" : language.Point).Append(rest);
        return Digits(written.ToString());
    }
}
