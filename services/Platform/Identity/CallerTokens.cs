using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.Platform.Identity;

/// <summary>
/// What the gateway says to a service of who calls: a token that it signs (ES256) and that holds for a minute. A service believes nobody
/// else, whatever port it is called at. Where both are one program the key is made at its start and never leaves it.
/// </summary>
public sealed class CallerTokens : ICallerSource, IDisposable
{
    private const string Issuer = "distribution-gateway";
    private const string GrantsClaim = "grants";
    private const string SessionClaim = "session";
    private const string SmallestCellClaim = "smallestCell";
    private const char PlaceEnd = '|';
    private const char RightEnd = ' ';
    private const int KnownMax = 10_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<(Caller, string), Issued> _issued = new();
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly ECDsa _key;
    private readonly ECDsaSecurityKey _securityKey;
    private readonly bool _signs;

    private readonly TimeProvider _clock;
    private readonly TokenValidationParameters _rules;

    /// <summary>Takes the keys from the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="services">The services that this program is: a token for another is not for it.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="CryptographicException">A key is none.</exception>
    public CallerTokens(SignInSettings settings, IEnumerable<string> services, TimeProvider clock)
    {
        _clock = clock;
        AreNeeded = settings.Required;
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if ((settings.SigningKey ?? settings.TrustedKey) is { } pem) _key.ImportFromPem(pem);
        // The library keeps what signs by key and for the whole process, beyond the life of this one.
        _securityKey = new ECDsaSecurityKey(_key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
        _signs = settings.SigningKey is not null || settings.TrustedKey is null;
        _rules = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudiences = [.. services],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = _securityKey,
            ClockSkew = TimeSpan.FromSeconds(10),
            RequireExpirationTime = true,
        };
    }

    /// <summary>Whether services ask for one.</summary>
    public bool AreNeeded { get; }

    /// <summary>The token that says who calls. The same for a while, because to sign costs more than many requests.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="service">The service that is told.</param>
    public string Of(Caller caller, string service)
    {
        if (!_signs) throw new InvalidOperationException($"{SignInSettings.SigningKeySetting} is not set: only the gateway signs.");
        var now = _clock.GetUtcNow();
        if (_issued.TryGetValue((caller, service), out var issued) && issued.RenewAt > now) return issued.Token;
        if (_issued.Count >= KnownMax) _issued.Clear();
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = service,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = caller.Subject,
                [SessionClaim] = caller.SessionId ?? "",
                [SmallestCellClaim] = caller.SmallestCell,
                [GrantsClaim] = caller.Grants.Select(Text).ToArray(),
            },
            SigningCredentials = new SigningCredentials(_securityKey, SecurityAlgorithms.EcdsaSha256),
        });
        _issued[(caller, service)] = new Issued(token, now + (Lifetime / 2));
        return token;
    }

    /// <summary>The token that a request came with, whether it holds or not; null where it came with none, as from a caller's own
    /// hand.</summary>
    public static string? TokenOf(HttpRequest request) =>
        BearerToken.Of(request) is { } token && !AccessKey.Is(token) ? token : null;

    /// <inheritdoc/>
    public ValueTask<Caller?> Find(HttpContext http)
    {
        if (TokenOf(http.Request) is not { } token) return default;
        return _known.TryGetValue(token, out var known) ? new(known.Until > _clock.GetUtcNow() ? known.Caller : null) : Read(token);
    }

    private async ValueTask<Caller?> Read(string token)
    {
        var read = await _handler.ValidateTokenAsync(token, _rules);
        if (!read.IsValid || read.SecurityToken is not JsonWebToken valid) return null;
        var grants = valid.Claims.Where(claim => claim.Type == GrantsClaim).Select(claim => GrantOf(claim.Value));
        var session = valid.TryGetPayloadValue(SessionClaim, out string? id) && id is { Length: > 0 } ? id : null;
        var smallestCell = valid.TryGetPayloadValue(SmallestCellClaim, out int said) ? said : Caller.SmallestCellDefault;
        var caller = new Caller(valid.Subject, [.. grants], session, smallestCell);
        if (_known.Count >= KnownMax) _known.Clear();
        _known[token] = new Known(caller, valid.ValidTo + _rules.ClockSkew);
        return caller;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    // Neither a place's id nor a right's name holds the separators.
    private static string Text(Grant grant) =>
        $"{grant.PlaceId}{PlaceEnd}{string.Join(RightEnd, grant.Rights.Order().Select(right => right.Name()))}";

    private static Grant GrantOf(string text) => text.Split(PlaceEnd) is [var place, var rights]
        ? new Grant(rights.Split(RightEnd).Select(Rights.Find).OfType<Right>().ToFrozenSet(), place.Length == 0 ? null : place)
        : throw new FormatException("a token that is signed has a grant that is none");

    private sealed record Issued(string Token, DateTimeOffset RenewAt);

    private sealed record Known(Caller Caller, DateTimeOffset Until);
}
