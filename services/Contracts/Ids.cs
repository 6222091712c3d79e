using System.Text.RegularExpressions;

namespace Distribution.Contracts;

/// <summary>The callers' own ids: facility codes, vaccine codes, request ids.</summary>
public static partial class Ids
{
    /// <summary>What an id must look like, for messages. In an address <c>.</c> and <c>..</c> are no names.</summary>
    public const string Rule = "must be 1 to 64 letters, digits, '.', '_' or '-'";

    /// <summary>What an id must look like, for programs.</summary>
    public const string Expression = $"^{Characters}$";

    private const string Characters = "[A-Za-z0-9._-]{1,64}";

    /// <summary>Whether a text is an id.</summary>
    public static bool IsId(string? value) => value is not (null or "." or "..") && Pattern().IsMatch(value);

    [GeneratedRegex($@"^{Characters}\z")]
    private static partial Regex Pattern();
}
