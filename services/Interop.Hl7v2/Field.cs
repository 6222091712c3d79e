namespace Distribution.Interop.Hl7v2;

/// <summary>A field of a segment, or one of its repetitions, as it was sent.</summary>
/// <param name="Sent">Its text, with escapes and delimiters.</param>
/// <param name="By">The message's delimiters.</param>
public readonly record struct Field(string Sent, Delimiters By)
{
    /// <summary>What a sender writes who says that there is none, where an empty field says nothing.</summary>
    private const string None = "\"\"";

    /// <summary>Whether nothing is said.</summary>
    public bool IsEmpty => Sent.Length == 0;

    /// <summary>The field's repetitions; none where nothing is said.</summary>
    public IEnumerable<Field> Repetitions
    {
        get
        {
            var by = By;
            return IsEmpty ? [] : Sent.Split(By.Repetition).Select(repetition => new Field(repetition, by));
        }
    }

    /// <summary>The text of a component of the first repetition.</summary>
    /// <param name="component">Which, from 1.</param>
    /// <param name="subcomponent">Which part of it, from 1.</param>
    /// <returns>The text without escapes and without spaces around it; null where nothing is said, or that there is none.</returns>
    public string? this[int component, int subcomponent = 1]
    {
        get
        {
            var first = Part(Sent, By.Repetition, 1);
            var text = Part(Part(first, By.Component, component), By.Subcomponent, subcomponent);
            if (text.IsEmpty || text is None) return null;
            var said = By.Unescape(text.ToString()).Trim();
            return said.Length == 0 ? null : said;
        }
    }

    private static ReadOnlySpan<char> Part(ReadOnlySpan<char> text, char by, int number)
    {
        for (; number > 1; number--)
        {
            var end = text.IndexOf(by);
            if (end < 0) return [];
            text = text[(end + 1)..];
        }

        var length = text.IndexOf(by);
        return length < 0 ? text : text[..length];
    }
}
