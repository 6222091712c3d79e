using Distribution.SharedKernel.Rules;

namespace Distribution.SharedKernel.Access;

/// <summary>
/// How people are named whom a provider of their own signs in (OpenID Connect): by <c>ISSUER|SUBJECT</c>, which is also what records say,
/// and the groups that it tells of them by <c>group:ISSUER|NAME</c>. An issuer begins with its scheme and has no bar, so that no person can
/// be called as a group is, nor as anybody else of another provider.
/// </summary>
public static class Person
{
    /// <summary>Longest name of a person or a group at its provider, in characters.</summary>
    public const int NameCharsMax = 255;

    /// <summary>What the name of a person or a group must look like, for messages.</summary>
    public const string Rule = "must be a person as ISSUER|SUBJECT, or a group as group:ISSUER|NAME, where the issuer is as its tokens say "
        + "it, such as https://login.example.org|4711, and what follows has 1 to 255 characters";

    /// <summary>What an issuer must look like, for messages.</summary>
    public const string IssuerRule = "must be an address with https, or with http on this machine, without a query";

    private const string GroupMark = "group:";
    private const int IssuerCharsMax = 200;
    private const char Bar = '|';

    /// <summary>Names a person.</summary>
    /// <param name="issuer">Who signs the person in.</param>
    /// <param name="subject">What that calls them.</param>
    public static string Of(string issuer, string subject) => $"{issuer}{Bar}{subject}";

    /// <summary>Names all who are in a group.</summary>
    /// <param name="issuer">Who says that they are.</param>
    /// <param name="group">What that calls it.</param>
    public static string OfGroup(string issuer, string group) => $"{GroupMark}{issuer}{Bar}{group}";

    /// <summary>Whether a text names a person or a group.</summary>
    public static bool IsOneOrGroup(string? text)
    {
        if (text is null) return false;
        var name = text.StartsWith(GroupMark, StringComparison.Ordinal) ? text[GroupMark.Length..] : text;
        return name.IndexOf(Bar, StringComparison.Ordinal) is > 0 and var bar && IsIssuer(name[..bar]) && IsName(name[(bar + 1)..]);
    }

    /// <summary>Whether a text can be what a provider calls a person or a group.</summary>
    public static bool IsName(string? text) => text is { Length: >= 1 and <= NameCharsMax } && PlainText.Is(text) && text.Trim() == text;

    /// <summary>Whether a text can be an issuer: the address at which it says of itself how its tokens are checked.</summary>
    public static bool IsIssuer(string? text) => text is { Length: <= IssuerCharsMax } && PlainText.Is(text)
        && text.IndexOfAny([Bar, ' ', '?', '#', '@', '\\']) < 0
        && Uri.TryCreate(text, UriKind.Absolute, out var address) && IsSafe(address)
        && text.StartsWith($"{address.Scheme}://", StringComparison.Ordinal);

    /// <summary>Whether what comes from an address is as it was sent: over TLS, or from this machine.</summary>
    public static bool IsSafe(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}
