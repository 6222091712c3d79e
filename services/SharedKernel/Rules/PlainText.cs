namespace Distribution.SharedKernel.Rules;

/// <summary>Text that people may read: without control characters.</summary>
public static class PlainText
{
    /// <summary>Whether a text has no control character.</summary>
    public static bool Is(ReadOnlySpan<char> text) =>
        !text.ContainsAnyInRange('\u0000', '\u001F') && !text.ContainsAnyInRange('\u007F', '\u009F');
}
