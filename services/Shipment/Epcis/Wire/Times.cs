using System.Globalization;
using System.Text.RegularExpressions;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>Times as RFC 3339 writes them: with their offset, and any fraction of a second.</summary>
internal static partial class Times
{
    private const int FractionDigitsMax = 7;

    /// <summary>The time, to a tenth of a microsecond; null where the text is none.</summary>
    public static DateTimeOffset? Read(string text)
    {
        if (text.Length > 64 || Rfc3339().Match(text) is not { Success: true } match) return null;
        var fraction = match.Groups["fraction"].Value;
        if (fraction.Length > FractionDigitsMax) fraction = fraction[..FractionDigitsMax];
        var plain = $"{Part("day")}T{Part("clock")}.{fraction}0{Part("offset").ToUpperInvariant()}";
        return DateTimeOffset.TryParse(plain, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time.UtcDateTime.Year > 1
            ? time
            : null;

        string Part(string name) => match.Groups[name].Value;
    }

    /// <summary>Whether a text is an offset, such as <c>+02:00</c>.</summary>
    public static bool IsOffset(string text) => Offset().IsMatch(text);

    [GeneratedRegex(
        @"^(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?" +
        @"(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"^[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Offset();
}
