using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>Tokens that are nothing, each with what the log says of it.</summary>
internal static class BadTokens
{
    private const string NotSignedRight = "a token signed in a way that is not taken";
    private const string NotOurIssuer = "a token of an issuer that is not configured";
    private const string NoAccessToken = "a token that is no access token";
    private const string NotItsSignature = "a token whose signature does not hold";

    private static readonly TimeSpan BeyondSkew = TimeSpan.FromSeconds(80);

    /// <summary>All of them.</summary>
    /// <param name="provider">Whose they are, or say that they are.</param>
    /// <param name="person">Whom they name.</param>
    public static IEnumerable<(string What, string Token)> Of(OpenIdProvider provider, string person)
    {
        var now = DateTimeOffset.UtcNow;
        yield return ("a token that has ended", Signed(("exp", (now - BeyondSkew).ToUnixTimeSeconds()), ("nbf", 0)));
        yield return ("a token that does not hold yet", Signed(("nbf", (now + BeyondSkew).ToUnixTimeSeconds())));
        yield return ("a token without an end", Signed(("exp", null)));
        yield return ("a token for another audience", Signed(("aud", "another")));
        yield return ("a token for another audience", Signed(("aud", null)));
        yield return (NotOurIssuer, Signed(("iss", "https://login.example.org")));
        yield return (NotOurIssuer, Signed(("iss", $"{provider.Issuer}/")));
        yield return (NotOurIssuer, Signed(("iss", "distribution-gateway")));
        yield return (NotOurIssuer, Signed(("iss", null)));
        yield return ("a token that names nobody", Signed(("sub", null)));
        yield return ("a token that names nobody", Signed(("sub", new string('x', 256))));
        yield return ("a token that nobody signed", provider.Sign(Claims(), "none"));
        yield return (NotSignedRight, provider.Sign(Claims(), "None"));
        yield return (NotSignedRight, provider.Sign(Claims(), "HS256"));
        yield return (NotSignedRight, provider.Sign(Claims(), "RS512"));
        yield return (NotSignedRight, provider.Sign(Claims(), more: ("crit", new JsonArray("b64"))));
        yield return (NoAccessToken, provider.Sign(Claims(), type: "JWT"));
        yield return (NoAccessToken, provider.Sign(Claims(), type: null));
        yield return ("a token of a key that its issuer does not have", provider.Sign(Claims(), keyId: "unknown"));
        yield return (NotItsSignature, provider.Sign(Claims(), "PS256").Replace(
            Head(provider.Sign(Claims(), "PS256")), Head(provider.Sign(Claims())), StringComparison.Ordinal));
        yield return (NotItsSignature, Changed(provider.Token(person), provider.Token("another")));
        yield return ("no key that holds", "a.b.c");
        yield return ("no key that holds", $"{Head(provider.Token(person))}.bnVsbA.AAAA");

        JsonObject Claims() => provider.Claims(person);

        string Signed(params (string Claim, JsonNode? Value)[] changes)
        {
            var claims = Claims();
            foreach (var (claim, value) in changes)
            {
                if (value is null) claims.Remove(claim);
                else claims[claim] = value;
            }

            return provider.Sign(claims);
        }
    }

    private static string Head(string token) => token.Split('.')[0];

    // What one says, under the signature of the other.
    private static string Changed(string token, string other)
    {
        var (signed, said) = (token.Split('.'), other.Split('.'));
        return $"{signed[0]}.{said[1]}.{signed[2]}";
    }
}
