using System.Text.RegularExpressions;

namespace Distribution.Interop.Dhis2;

/// <summary>The identifiers that DHIS2 gives its objects.</summary>
public static partial class Uid
{
    /// <summary>What one must look like, for messages.</summary>
    public const string Rule = "must be a uid of DHIS2: a letter and ten letters or digits";

    /// <summary>Whether a text is one.</summary>
    public static bool Is(string? text) => text is not null && Pattern().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]{10}\z")]
    private static partial Regex Pattern();
}
