using System.Buffers;

namespace Distribution.SharedKernel.Rules;

/// <summary>Text that people may read as it is: without control characters, and without those that turn other text round, by which one
/// name is made to look like another (Unicode bidirectional overrides, embeddings and isolates).</summary>
public static class PlainText
{
    /// <summary>What such a text lacks, for refusals.</summary>
    public const string Rule = "has control characters, or ones that turn text round: leave them out";

    private static readonly SearchValues<char> Others = SearchValues.Create(
        [.. Range('\u0000', '\u001F'), .. Range('\u007F', '\u009F'), .. Range('\u202A', '\u202E'), .. Range('\u2066', '\u2069')]);

    /// <summary>Whether a text is one.</summary>
    public static bool Is(ReadOnlySpan<char> text) => !text.ContainsAny(Others);

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);
}
