using System.Globalization;

namespace Distribution.SharedKernel.Rules;

/// <summary>Days at the beginning of stored keys. A view reads thousands, and reading them by a format would be most of its cost.</summary>
public static class DatedKey
{
    /// <summary>A day as a key, or a part of one, as <c>YYYY-MM-DD</c>: keys sort by day.</summary>
    public static string Of(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The day that a key begins with.</summary>
    public static DateOnly DayOf(ReadOnlySpan<char> key) => new(Number(key, 0, 4), Number(key, 5, 2), Number(key, 8, 2));

    private static int Number(ReadOnlySpan<char> key, int start, int digits) =>
        int.Parse(key.Slice(start, digits), NumberStyles.None, CultureInfo.InvariantCulture);
}
