using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Distribution.Gateway.Callers;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace Distribution.Gateway.Tests;

/// <summary>Who a person is to the gateway from request to request: the same while nothing of theirs has changed.</summary>
public sealed class PersonCallersTests : IDisposable
{
    private const string Issuer = "https://login.example.org";
    private const string Audience = "distribution";
    private const string Mary = $"{Issuer}|mary";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly ManualClock _clock = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly AccessList _list;
    private readonly Documents _documents;
    private readonly PersonCallers _callers;
    private long _version;

    public PersonCallersTests()
    {
        // The library looks at the system's.
        _clock.Move(TimeProvider.System.GetUtcNow() - _clock.GetUtcNow());
        _list = new AccessList(_clock, new AccessUses(_clock));
        _documents = new Documents(_key);
        var provider = new Provider(Issuer, Audience, "groups");
        var tokens = new PersonTokens([provider], _documents, _clock, NullLogger<PersonTokens>.Instance);
        _callers = new PersonCallers(tokens, _list, _clock, NullLogger<PersonCallers>.Instance);
    }

    [Fact]
    public async Task A_person_is_the_same_caller_until_a_grant_of_theirs_begins_or_ends()
    {
        var now = _clock.GetUtcNow();
        var first = Grant("a", Mary, "P", now, now.AddHours(1));
        Take(first);
        var request = Request("mary");
        var caller = await Found(request);
        Assert.Equal(Mary, caller.Subject);
        Assert.Same(caller, await Found(request));

        // The list is another, and nothing of hers has changed.
        Take(first, Grant("b", $"{Issuer}|john", "Q", now, now.AddHours(1)));
        Assert.Same(caller, await Found(request));
        Assert.True(_callers.StillHolds(request, caller));

        // By her group, in five minutes.
        Take(first, Grant("c", $"group:{Issuer}|stores", "R", now.AddMinutes(5), now.AddMinutes(6)));
        Assert.Same(caller, await Found(request));
        _clock.Move(TimeSpan.FromMinutes(5));
        Take(first, Grant("c", $"group:{Issuer}|stores", "R", now.AddMinutes(5), now.AddMinutes(6)));
        var both = await Found(request);
        Assert.Equal(["P", "R"], both.Grants.Select(grant => grant.PlaceId));
        Assert.False(_callers.StillHolds(request, caller));
        _clock.Move(TimeSpan.FromMinutes(1));
        Assert.Equal(["P"], (await Found(request)).Grants.Select(grant => grant.PlaceId));
        // Another under the same id, as after a restore.
        var less = await Found(request);
        Take(first with { PlaceId = "S" });
        Assert.Equal(["S"], (await Found(request)).Grants.Select(grant => grant.PlaceId));
        Assert.False(_callers.StillHolds(request, less));
        Take();
        Assert.Empty((await Found(request)).Grants);
    }

    [Fact]
    public async Task All_who_come_at_once_with_a_token_are_one_caller()
    {
        Take();
        var request = Request("mary");
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Found(request))));
        Assert.Single(found.Distinct());
        Assert.True(_callers.StillHolds(request, found[0]));
    }

    [Fact]
    public async Task A_token_that_was_looked_at_holds_whatever_becomes_of_its_provider()
    {
        Take();
        var request = Request("mary");
        _ = await Found(request);
        _documents.Fails = true;
        Assert.Equal(Mary, (await Found(request)).Subject);
        Assert.Equal(Mary, (await Found(Request("mary"))).Subject);
    }

    [Fact]
    public async Task No_more_grants_count_than_a_header_can_tell()
    {
        Take([.. Enumerable.Range(0, PersonCallers.GrantsMax + 5).Select(number =>
            Grant($"g{number:D4}", Mary, $"P{number}", _clock.GetUtcNow(), _clock.GetUtcNow().AddHours(1)))]);
        Assert.Equal(PersonCallers.GrantsMax, (await Found(Request("mary"))).Grants.Count);
    }

    [Fact]
    public async Task That_it_is_not_known_who_has_access_is_said_and_not_taken_for_nobody()
    {
        var request = Request("mary");
        var found = _callers.Find(request).AsTask();
        await Assert.ThrowsAsync<IdentityUnavailableException>(() => found);
        Take();
        var caller = await Found(request);
        _clock.Move(AccessList.BelievedFor + TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<IdentityUnavailableException>(() => _callers.Find(request).AsTask());
        Assert.Throws<IdentityUnavailableException>(() => _callers.StillHolds(request, caller));
    }

    [Fact]
    public async Task Keys_are_not_asked_for_again_and_again()
    {
        Take();
        _ = await Found(Request("mary"));
        Assert.Equal(1, _documents.Metadata);
        for (var number = 0; number < 20; number++) Assert.Null(await _callers.Find(Request("mary", $"guess-{number}")));
        Assert.Equal(2, _documents.Metadata);
        _clock.Move(ProviderKeys.ReadWait);
        Take();
        for (var number = 0; number < 20; number++) Assert.Null(await _callers.Find(Request("mary", $"guess-{number}")));
        Assert.Equal(3, _documents.Metadata);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nothing")]
    [InlineData("""{"issuer": "https://login.example.org/", "jwks_uri": "https://login.example.org/keys"}""")]
    [InlineData("""{"issuer": "https://login.example.org", "jwks_uri": "https://login.example.org/none"}""")]
    public async Task A_provider_that_does_not_say_who_it_is_or_has_no_keys_is_not_believed(string metadata)
    {
        Take();
        _documents.Says = metadata;
        await Assert.ThrowsAsync<IdentityUnavailableException>(() => _callers.Find(Request("mary")).AsTask());
    }

    public void Dispose() => _key.Dispose();

    private static KnownGrant Grant(string id, string caller, string place, DateTimeOffset from, DateTimeOffset until) =>
        new(id, caller, [Right.StockRead.Name()], place, from, until);

    private async Task<Caller> Found(HttpContext request) => (await _callers.Find(request))!;

    private void Take(params KnownGrant[] grants) => _list.Take(new AccessKeys(++_version, [], grants));

    private DefaultHttpContext Request(string subject, string keyId = Documents.KeyId)
    {
        var key = new ECDsaSecurityKey(_key) { KeyId = keyId };
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            TokenType = "at+jwt",
            Expires = (_clock.GetUtcNow() + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["groups"] = new[] { "stores" } },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });
        return new DefaultHttpContext { Request = { Headers = { Authorization = $"Bearer {token}" } } };
    }

    private sealed class Documents(ECDsa key) : IDocumentRetriever
    {
        public const string KeyId = "one";

        public int Metadata { get; private set; }

        public bool Fails { get; set; }

        public string Says { get; set; } = JsonSerializer.Serialize(new { issuer = Issuer, jwks_uri = $"{Issuer}/keys" });

        public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            if (Fails) throw new HttpRequestException("away", null, HttpStatusCode.BadGateway);
            if (address.EndsWith("/none", StringComparison.Ordinal)) return Task.FromResult("""{"keys": []}""");
            if (address.EndsWith("/keys", StringComparison.Ordinal))
            {
                var point = key.ExportParameters(false).Q;
                var (x, y) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
                return Task.FromResult(JsonSerializer.Serialize(
                    new { keys = new[] { new { kty = "EC", crv = "P-256", kid = KeyId, use = "sig", x, y } } }));
            }

            Assert.Equal($"{Issuer}/.well-known/openid-configuration", address);
            Metadata++;
            return Task.FromResult(Says);
        }
    }
}
