using System.Globalization;

namespace Distribution.SharedKernel.Rules;

/// <summary>Days at the beginning of stored keys. A view reads thousands, and reading them by a format would be most of its cost.</summary>
public static class DatedKey
{
    /// <summary>The day that a key begins with, as <c>YYYY-MM-DD</c>.</summary>
    public static DateOnly DayOf(string key) => new(Number(key, 0, 4), Number(key, 5, 2), Number(key, 8, 2));

    private static int Number(string key, int start, int digits) =>
        int.Parse(key.AsSpan(start, digits), NumberStyles.None, CultureInfo.InvariantCulture);
}
