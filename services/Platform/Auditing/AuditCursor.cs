using System.Globalization;
using Distribution.Contracts;

namespace Distribution.Platform.Auditing;

/// <summary>Where a page of an audit ends: the number of the last record of each chain that was looked at, as text.</summary>
public static class AuditCursor
{
    private const char ChainEnd = '.';
    private const char End = '_';

    /// <summary>The text.</summary>
    public static string Write(IReadOnlyDictionary<string, long> taken) => string.Join(End, taken.Select(chain =>
        string.Create(CultureInfo.InvariantCulture, $"{chain.Key}{ChainEnd}{chain.Value}")));

    /// <summary>The numbers by chain; null where the text is none, or no such.</summary>
    public static Dictionary<string, long>? Read(string? text)
    {
        if (text is null) return null;
        var taken = new Dictionary<string, long>();
        foreach (var part in text.Split(End))
        {
            if (part.Split(ChainEnd) is not [var chain, var number] || !Ids.IsId(chain)
                || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                || !taken.TryAdd(chain, last)) return null;
        }

        return taken;
    }
}
