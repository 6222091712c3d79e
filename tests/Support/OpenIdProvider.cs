using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Distribution.Tests.Support;

/// <summary>
/// A provider that signs people in, as far as those see it who take its tokens: its metadata and its keys on a loopback port, and tokens
/// that say whatever a test wants. It can take other keys, and stop answering.
/// </summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    /// <summary>The claim that names a person's groups.</summary>
    public const string GroupsClaim = "groups";

    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(5);

    // It must be free again after a while of silence.
    private readonly int _port = ContainerEngine.FreePort();
    private WebApplication? _app;
    private Keys _keys = new();
    private int _keyReads;

    /// <summary>What its tokens say of whom they are by.</summary>
    public string Issuer => $"http://127.0.0.1:{_port}/realms/health";

    /// <summary>What its tokens say of whom they are for.</summary>
    public string Audience { get; } = "distribution";

    /// <summary>How often its keys were read.</summary>
    public int KeyReads => Volatile.Read(ref _keyReads);

    /// <summary>The key with which it signs now.</summary>
    public string KeyId => _keys.Id;

    /// <summary>Its key for RSA, as whoever asks for its keys has it: as PEM.</summary>
    public string PublicKey => _keys.Rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>Answers from now on.</summary>
    public async Task Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.MapGet("/realms/health/.well-known/openid-configuration", () => Results.Json(new JsonObject
        {
            ["issuer"] = Issuer,
            ["jwks_uri"] = $"{Issuer}/keys",
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["response_types_supported"] = new JsonArray("code"),
            ["subject_types_supported"] = new JsonArray("public"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        }));
        _app.MapGet("/realms/health/keys", () =>
        {
            Interlocked.Increment(ref _keyReads);
            return Results.Json(_keys.Published());
        });
        await _app.StartAsync();
    }

    /// <summary>Does not answer from now on.</summary>
    public async Task Stop()
    {
        if (_app is not { } app) return;
        _app = null;
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Takes other keys; those of before are withdrawn.</summary>
    public void Rotate()
    {
        using var before = _keys;
        _keys = new Keys();
    }

    /// <summary>What an access token for a person says.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="groups">In which groups they are.</param>
    public JsonObject Claims(string subject, params string[] groups)
    {
        var now = DateTimeOffset.UtcNow;
        return new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = subject,
            ["aud"] = Audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + TokenLifetime).ToUnixTimeSeconds(),
            ["jti"] = $"{Guid.NewGuid():N}",
            ["client_id"] = "screens",
            [GroupsClaim] = new JsonArray([.. groups.Select(group => (JsonNode)group)]),
        };
    }

    /// <summary>An access token for a person.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="groups">In which groups they are.</param>
    public string Token(string subject, params string[] groups) => Sign(Claims(subject, groups));

    /// <summary>A token.</summary>
    /// <param name="claims">What it says.</param>
    /// <param name="algorithm">How it is signed, or is said to be.</param>
    /// <param name="type">What kind of token it says that it is.</param>
    /// <param name="keyId">The key that it names; the right one where it is left out.</param>
    /// <param name="more">What else is in its header.</param>
    public string Sign(
        JsonObject claims, string algorithm = "RS256", string? type = "at+jwt", string? keyId = null,
        params (string Name, JsonNode Value)[] more)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = type, ["kid"] = keyId ?? _keys.IdOf(algorithm) };
        if (type is null) header.Remove("typ");
        foreach (var (name, value) in more) header[name] = value;
        var text = $"{Encode(header)}.{Encode(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = algorithm switch
        {
            "RS256" => _keys.Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "RS512" => _keys.Rsa.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            "PS256" => _keys.Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => _keys.Curve.SignData(bytes, HashAlgorithmName.SHA256),
            // With what everybody knows, for those who would check it with the same.
            "HS256" => HMACSHA256.HashData(Encoding.ASCII.GetBytes(PublicKey), bytes),
            _ => [],
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _keys.Dispose();
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private sealed class Keys : IDisposable
    {
        public string Id { get; } = $"k{Guid.NewGuid():N}";

        public RSA Rsa { get; } = RSA.Create(2048);

        public ECDsa Curve { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public string IdOf(string algorithm) => algorithm == "ES256" ? $"{Id}-ec" : Id;

        public JsonObject Published()
        {
            var (rsa, curve) = (Rsa.ExportParameters(false), Curve.ExportParameters(false));
            return new JsonObject
            {
                ["keys"] = new JsonArray(
                    new JsonObject
                    {
                        ["kty"] = "RSA",
                        ["kid"] = Id,
                        ["use"] = "sig",
                        ["n"] = Base64Url.EncodeToString(rsa.Modulus),
                        ["e"] = Base64Url.EncodeToString(rsa.Exponent),
                    },
                    new JsonObject
                    {
                        ["kty"] = "EC",
                        ["kid"] = IdOf("ES256"),
                        ["use"] = "sig",
                        ["crv"] = "P-256",
                        ["x"] = Base64Url.EncodeToString(curve.Q.X),
                        ["y"] = Base64Url.EncodeToString(curve.Q.Y),
                    }),
            };
        }

        public void Dispose()
        {
            Rsa.Dispose();
            Curve.Dispose();
        }
    }
}
