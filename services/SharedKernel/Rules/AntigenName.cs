using System.Text;

namespace Distribution.SharedKernel.Rules;

/// <summary>
/// The name of what a vaccine protects against, such as <c>hepatitis B</c>. It is text of 1 to <see cref="CharsMax"/> characters: trimmed,
/// in Unicode's normal form C, with its case kept; names that differ by case alone are the same.
/// </summary>
public static class AntigenName
{
    /// <summary>The most characters.</summary>
    public const int CharsMax = 64;

    /// <summary>What a name must look like, for messages.</summary>
    public const string Rule = "must be a name of 1 to 64 characters without control characters";

    /// <summary>By which names are compared: without case.</summary>
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    /// <summary>Whether a text is a name, once it is trimmed.</summary>
    public static bool Is(string? text) =>
        text is not null && PlainText.Is(text) && text.IsNormalizable() && Of(text).Length is >= 1 and <= CharsMax;

    /// <summary>The name that a text stands for. The text is one of which <see cref="Is"/> holds.</summary>
    public static string Of(string text) => text.Trim().Normalize(NormalizationForm.FormC);

    /// <summary>The names that texts stand for, each once, as it was written first.</summary>
    public static IReadOnlyList<string> AllOf(IEnumerable<string> texts) => [.. texts.Select(Of).Distinct(Comparer)];

    // Normalize throws on half a surrogate pair.
    private static bool IsNormalizable(this string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (!char.IsSurrogatePair(text, at)) return false;
            at++;
        }

        return true;
    }
}
