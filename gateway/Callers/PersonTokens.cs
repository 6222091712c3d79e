using System.Security.Claims;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.Gateway.Callers;

/// <summary>A person as a token tells of them that holds.</summary>
/// <param name="Names">What the person is called, then the groups: as grants name them.</param>
/// <param name="Until">When the token ends.</param>
internal sealed record SignedInPerson(IReadOnlyList<string> Names, DateTimeOffset Until)
{
    /// <summary>Names the person in records.</summary>
    public string Subject => Names[0];
}

/// <summary>Tells whether an access token (RFC 9068) of a provider holds: whose it is, or why it does not.</summary>
internal sealed class PersonTokens
{
    // More than a person can be shown to be in, and less than fills a header.
    private const int GroupsMax = 500;

    private const string CriticalHeader = "crit";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private static readonly string[] Algorithms =
        [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    // A token that says who has signed in (an ID token) is for the program at which they did, and opens nothing here.
    private static readonly string[] Types = ["at+jwt", "application/at+jwt"];

    private readonly JsonWebTokenHandler _handler = new();
    private readonly Dictionary<string, (Provider Provider, ProviderKeys Keys)> _byIssuer;

    /// <summary>Believes some providers.</summary>
    /// <param name="providers">The providers.</param>
    /// <param name="documents">Reads what they say of themselves.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    public PersonTokens(IEnumerable<Provider> providers, IDocumentRetriever documents, TimeProvider clock, ILogger<PersonTokens> log) =>
        _byIssuer = providers.ToDictionary(
            provider => provider.Issuer, provider => (provider, new ProviderKeys(provider, documents, clock, log)), StringComparer.Ordinal);

    /// <summary>Whether anybody is believed.</summary>
    public bool AreTaken => _byIssuer.Count > 0;

    /// <summary>Whose a token is; or why it does not hold, in words for the log.</summary>
    /// <exception cref="IdentityUnavailableException">That cannot be told now.</exception>
    public async ValueTask<(SignedInPerson? Person, string? Problem)> Read(string text, CancellationToken cancel)
    {
        if (BearerToken.Unchecked(text) is not { } token) return (null, "no key that holds");
        if (!_byIssuer.TryGetValue(token.Issuer, out var by)) return (null, "a token of an issuer that is not configured");
        if (token.Alg == SecurityAlgorithms.None) return (null, "a token that nobody signed");
        // What must be understood beyond these is not (RFC 7515, "crit").
        if (!Algorithms.Contains(token.Alg, StringComparer.Ordinal) || token.TryGetHeaderValue(CriticalHeader, out object _))
            return (null, "a token signed in a way that is not taken");
        if (!Types.Contains(token.Typ, StringComparer.OrdinalIgnoreCase)) return (null, "a token that is no access token");
        var keys = await by.Keys.Of(token.Kid is { Length: > 0 } keyId ? keyId : null, cancel);
        if (keys.Count == 0) return (null, "a token of a key that its issuer does not have");
        var read = await _handler.ValidateTokenAsync(token, Rules(by.Provider, keys));
        if (!read.IsValid) return (null, ProblemOf(read.Exception));
        if (!Person.IsName(token.Subject)) return (null, "a token that names nobody");
        return (new SignedInPerson(Names(token, by.Provider), token.ValidTo + ClockSkew), null);
    }

    private static TokenValidationParameters Rules(Provider provider, IReadOnlyList<SecurityKey> keys) => new()
    {
        ValidIssuer = provider.Issuer,
        ValidAudience = provider.Audience,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = keys,
        ClockSkew = ClockSkew,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
    };

    private static List<string> Names(JsonWebToken token, Provider provider)
    {
        var groups = provider.GroupsClaim is not { } claim ? [] : token.Claims
            .Where(each => each.Type == claim && each.ValueType == ClaimValueTypes.String && Person.IsName(each.Value))
            .Select(each => Person.OfGroup(provider.Issuer, each.Value)).Distinct(StringComparer.Ordinal).Take(GroupsMax);
        return [Person.Of(provider.Issuer, token.Subject), .. groups];
    }

    private static string ProblemOf(Exception why) => why switch
    {
        SecurityTokenExpiredException => "a token that has ended",
        SecurityTokenNotYetValidException => "a token that does not hold yet",
        SecurityTokenNoExpirationException => "a token without an end",
        SecurityTokenInvalidLifetimeException => "a token that ends before it begins",
        SecurityTokenInvalidAudienceException => "a token for another audience",
        SecurityTokenInvalidSignatureException => "a token whose signature does not hold",
        _ => "a token that does not hold",
    };
}
