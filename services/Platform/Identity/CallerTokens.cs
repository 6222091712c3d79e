using System.Collections.Concurrent;
using System.Globalization;
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
    private const char PlacesEnd = '|';
    private const char PlaceEnd = ',';
    private const char PartEnd = ':';
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
                [GrantsClaim] = caller.Grants.GroupBy(RightsOf).Select(alike => Text(alike.Key, alike)).ToArray(),
            },
            SigningCredentials = new SigningCredentials(_securityKey, SecurityAlgorithms.EcdsaSha256),
        });
        _issued[(caller, service)] = new Issued(token, now + (Lifetime / 2));
        return token;
    }

    /// <inheritdoc/>
    public ValueTask<Caller?> Find(HttpContext http)
    {
        if (BearerToken.Of(http.Request) is not { } token || AccessKey.Is(token)) return default;
        return _known.TryGetValue(token, out var known) ? new(known.Until > _clock.GetUtcNow() ? known.Caller : null) : Read(token);
    }

    private async ValueTask<Caller?> Read(string token)
    {
        // Where all is one program, those of people's own providers come by here too.
        if (BearerToken.Unchecked(token)?.Issuer != Issuer) return null;
        var read = await _handler.ValidateTokenAsync(token, _rules);
        if (!read.IsValid || read.SecurityToken is not JsonWebToken valid) return null;
        var grants = valid.Claims.Where(claim => claim.Type == GrantsClaim).SelectMany(claim => GrantsOf(claim.Value));
        var session = valid.TryGetPayloadValue(SessionClaim, out string? id) && id is { Length: > 0 } ? id : null;
        var caller = new Caller(valid.Subject, [.. grants], session) { IsPassedOn = true };
        if (_known.Count >= KnownMax) _known.Clear();
        _known[token] = new Known(caller, valid.ValidTo + _rules.ClockSkew);
        return caller;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static string RightsOf(Grant grant) => string.Join(RightEnd, grant.Rights.Order().Select(right => right.Name()));

    // Neither a place's id nor a right's name holds the separators. Who has the same at many places has a token that is still short
    // enough for a header.
    private static string Text(string rights, IEnumerable<Grant> alike) =>
        $"{string.Join(PlaceEnd, alike.Select(PlaceOf))}{PlacesEnd}{rights}";

    private static string PlaceOf(Grant grant) =>
        grant.Deepest is null && grant.SmallestCell is null
            ? grant.PlaceId ?? ""
            : string.Create(CultureInfo.InvariantCulture, $"{grant.PlaceId}{PartEnd}{grant.Deepest}{PartEnd}{grant.SmallestCell}");

    private static IEnumerable<Grant> GrantsOf(string text) => text.Split(PlacesEnd) is [var places, var rights]
        ? places.Split(PlaceEnd).Select(place => GrantAt(place.Split(PartEnd), rights))
        : throw new FormatException("a token that is signed has a grant that is none");

    private static Grant GrantAt(string[] place, string rights) =>
        Grant.Of(rights.Split(RightEnd), place[0].Length == 0 ? null : place[0]) with
        {
            Deepest = place.ElementAtOrDefault(1) is { Length: > 0 } deepest ? deepest : null,
            SmallestCell = place.ElementAtOrDefault(2) is { Length: > 0 } cell ? int.Parse(cell, CultureInfo.InvariantCulture) : null,
        };

    private sealed record Issued(string Token, DateTimeOffset RenewAt);

    private sealed record Known(Caller Caller, DateTimeOffset Until);
}
