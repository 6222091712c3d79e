using System.Text.RegularExpressions;

namespace Distribution.Contracts;

/// <summary>The callers' own ids: facility codes, vaccine codes, request ids.</summary>
public static partial class Ids
{
    /// <summary>What an id must look like, for messages.</summary>
    public const string Rule = "must be 1 to 64 letters, digits, '.', '_' or '-'";

    /// <summary>Whether a text is an id.</summary>
    public static bool IsId(string? value) => value is not null && Pattern().IsMatch(value);

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Pattern();
}
