using System.Text.Json.Nodes;
using Distribution.Platform.Identity;
using Distribution.SharedKernel.Access;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>A system that asks everybody for an access key, in one process.</summary>
public sealed class SignedInStandalone() : SigningSystem(null, async () =>
{
    var system = await StandaloneProcess.StartSigningIn();
    return (system, system.AdministratorKey);
});

/// <summary>The same with each service a process of its own.</summary>
public sealed class SignedInDistributed() : SigningSystem(LocalSystem.Missing(), async () =>
{
    var system = await LocalSystem.Start(signIn: true);
    return (system, system.AdministratorKey);
});

/// <summary>One system for all tests of a class.</summary>
public abstract class SigningSystem(string? missing, Func<Task<(IHosting, string)>> start) : IAsyncLifetime
{
    private ApiClient? _administrator;

    /// <summary>The running system; tests are skipped where there is none.</summary>
    public IHosting? Hosting { get; private set; }

    /// <summary>A client that signs in as the administrator.</summary>
    public ApiClient Administrator
    {
        get
        {
            Assert.SkipWhen(missing is not null, missing ?? "");
            return _administrator!;
        }
    }

    public virtual async ValueTask InitializeAsync()
    {
        if (missing is not null) return;
        (Hosting, var key) = await start();
        _administrator = new ApiClient(Hosting.Address, key);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _administrator?.Dispose();
        if (Hosting is not null) await Hosting.DisposeAsync();
    }

    /// <summary>A client with a key of its own.</summary>
    public Task<(string KeyId, ApiClient Api)> NewKey(string role, params string[] rights) => NewKeyAt(null, role, rights);

    /// <summary>The same of a place, or of the whole system.</summary>
    public async Task<(string KeyId, ApiClient Api)> NewKeyAt(string? placeId, string role, params string[] rights)
    {
        var body = new JsonObject
        {
            ["keyId"] = $"{Guid.NewGuid():N}",
            ["name"] = $"a test's {role}",
            ["role"] = role,
            ["placeId"] = placeId,
        };
        if (rights.Length > 0) body["rights"] = new JsonArray([.. rights.Select(right => (JsonNode)right)]);
        var made = (await Administrator.Post("access/keys", body)).Body;
        var api = new ApiClient(Hosting!.Address, (string)made["key"]!);
        return ((string)made["keyId"]!, api);
    }
}

/// <summary>Who may do what, where people sign in.</summary>
public abstract class SignInTests(SigningSystem system)
{
    private const string NoBody = "{}";

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    /// <summary>The roles' rights once more, so that a change of the table in the product is seen.</summary>
    private static readonly Dictionary<string, string> Table = new()
    {
        ["viewer"] = "reference.read coverage.read stock.read",
        ["headOfMinistry"] = "reference.read coverage.read stock.read share.write",
        ["nationalLogistics"] = "reference.read coverage.read stock.read reference.write target.write lot.write stock.write stock.reverse "
            + "shipment.send shipment.receive report.retract",
        ["logistics"] = "reference.read coverage.read stock.read reference.write stock.write stock.reverse shipment.send shipment.receive "
            + "report.retract",
        ["clinic"] = "reference.read coverage.read stock.read stock.write shipment.receive report.write report.retract lines.read",
        ["accessAdmin"] = "reference.read access.read access.write",
        ["auditor"] = "reference.read stock.read audit.read",
        ["operator"] = "reference.read operate",
    };

    private ApiClient Administrator => system.Administrator;

    [Fact]
    public async Task Every_call_is_allowed_to_each_role_as_the_table_says_and_to_nobody_who_has_not_signed_in()
    {
        var calls = (await ApiDocument.Read(Administrator)).Calls.ToList();
        var forAll = calls.Where(call => call.Content["x-right"] is null).Select(call => call.Name).Order();
        Assert.Equal(["BeginSession", "EndSession", "ShowMe"], forAll);
        Assert.All(calls.Where(call => call.Content["x-right"] is not null),
            call => Assert.Contains((string)call.Content["x-right"]!, Rights.Names));
        // From one address only so many are answered in a minute.
        foreach (var some in calls.Chunk(50))
        {
            using var stranger = new ApiClient(system.Hosting!.Address, from: PeopleSystem.NewAddress());
            foreach (var call in some) Assert.Equal((401, call.ToString()), (await Code(stranger, call), call.ToString()));
        }

        Assert.Equal(Table.Keys.Append(Role.Integration).Order(), Role.All.Order());
        foreach (var (role, rights) in Table)
        {
            using var api = (await system.NewKey(role)).Api;
            foreach (var call in calls)
            {
                var may = call.Content["x-right"] is not { } right || rights.Split(' ').Contains((string)right!);
                var code = await Code(api, call);
                Assert.True(may ? code is not (401 or 403) : code == 403, $"{role} {call}: {code}");
            }
        }
    }

    [Theory]
    [InlineData("hl7v2", "application/hl7-v2", "MSH|^~\\&|A", "clinic", "viewer")]
    public async Task The_doors_of_other_systems_are_open_to_those_who_may_report(
        string path, string mediaType, string body, string may, string mayNot)
    {
        foreach (var (role, code) in new[] { (may, 200), (mayNot, 403) })
        {
            using var api = (await system.NewKey(role)).Api;
            Assert.Equal((role, code), (role, await Send(api)));
        }

        using var stranger = new ApiClient(system.Hosting!.Address);
        Assert.Equal(401, await Send(stranger));

        async Task<int> Send(ApiClient api)
        {
            using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(mediaType));
            using var response = await api.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task An_integration_has_the_rights_that_it_is_given_and_no_others()
    {
        using var api = (await system.NewKey("integration", "reference.read", "report.write")).Api;
        Assert.Equal(200, (await api.Get("vaccines")).Code);
        var refused = await api.Get("stock");
        Assert.Equal(403, refused.Code);
        Assert.Contains("stock.read", (string)refused.Json!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_ended_is_refused_within_a_second()
    {
        var (keyId, api) = await system.NewKey("viewer");
        using var used = api;
        Assert.Equal(200, (await api.Get("vaccines")).Code);
        var end = new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "the device was lost" };
        var ended = (await Administrator.Post($"access/keys/{keyId}/end", end)).Body;
        Assert.Equal("the device was lost", (string?)ended["reason"]);
        await Task.Delay(EndLimit, TestContext.Current.CancellationToken);
        Assert.Equal(401, (await api.Get("vaccines")).Code);
        Assert.True((bool)(await Administrator.Post($"access/keys/{keyId}/end", end)).Body["repeated"]!);
        end["requestId"] = $"{Guid.NewGuid():N}";
        Assert.Equal(409, (await Administrator.Post($"access/keys/{keyId}/end", end)).Code);
    }

    [Fact]
    public async Task An_open_stream_ends_with_its_key()
    {
        var (keyId, api) = await system.NewKey("viewer");
        using var used = api;
        using var stream = new StreamReader(
            await used.Http.GetStreamAsync("api/v1/coverage/stream", TestContext.Current.CancellationToken));
        Assert.Equal("event: hello", await stream.ReadLineAsync(TestContext.Current.CancellationToken));
        _ = (await Administrator.Post(
            $"access/keys/{keyId}/end", new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "lost" })).Body;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (await stream.ReadLineAsync(limit.Token) is not null)
        {
        }
    }

    [Fact]
    public async Task A_key_is_shown_once_and_kept_nowhere()
    {
        var body = new JsonObject { ["keyId"] = $"{Guid.NewGuid():N}", ["name"] = "a scanner", ["role"] = "logistics", ["placeId"] = "XA" };
        var first = await Administrator.Post("access/keys", body);
        Assert.Equal(201, first.Code);
        var key = (string)first.Body["key"]!;
        var again = (await Administrator.Post("access/keys", body)).Body;
        Assert.True((bool)again["repeated"]!);
        Assert.Null(again["key"]);
        var listed = (await Administrator.Get("access/keys?limit=1000")).Text;
        Assert.Contains((string)body["keyId"]!, listed, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed, StringComparison.Ordinal);
        body["name"] = "another";
        Assert.Equal(409, (await Administrator.Post("access/keys", body)).Code);
    }

    [Theory]
    [InlineData("""{"keyId": "a b", "name": "x", "role": "viewer"}""", "keyId")]
    [InlineData("""{"keyId": "a", "name": "", "role": "viewer"}""", "name")]
    [InlineData("""{"keyId": "a", "name": "\u202Egnp", "role": "viewer"}""", "name")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "king"}""", "role")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "integration"}""", "rights")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "integration", "rights": ["stock.eat"]}""", "rights")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "integration", "rights": ["stock.read", "access.write"]}""", "rights")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "administrator"}""", "role")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "viewer", "rights": ["stock.write"]}""", "rights")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "viewer"}""", "placeId")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "viewer", "placeId": "a b"}""", "placeId")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "operator", "placeId": "XA"}""", "placeId")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "integration", "rights": ["product.write"], "placeId": "XA"}""", "placeId")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "viewer", "until": "2021-01-01T00:00:00Z"}""", "until")]
    [InlineData("""{"keyId": "a", "name": "x", "role": "viewer", "until": "2999-01-01T00:00:00Z"}""", "until")]
    public async Task A_key_that_makes_no_sense_is_refused_by_field(string body, string field)
    {
        var answer = await Administrator.Send(HttpMethod.Post, "access/keys", body);
        Assert.Equal(422, answer.Code);
        Assert.NotNull(answer.Json!["errors"]![field]);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer dk_administrator_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwicmlnaHRzIjpbIm9wZXJhdGUiXX0.")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task What_is_no_key_is_refused_and_told_how_to_sign_in(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/vaccines");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var stranger = new ApiClient(system.Administrator.Http.BaseAddress!);
        using var response = await stranger.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_browser_signs_in_once_and_its_session_ends_with_it_and_with_its_key()
    {
        var (keyId, api) = await system.NewKey("viewer");
        using var used = api;
        using var first = await Browser(api);
        Assert.Equal($"key:{keyId}", (string?)(await first.Get("me")).Body["subject"]);
        Assert.Equal(200, (await first.Get("stock")).Code);
        Assert.Equal(403, (await first.Get("administrations/held")).Code);
        Assert.Equal(204, (await first.Send(HttpMethod.Delete, "session")).Code);
        await Refused(first);

        using var third = await Browser(api);
        Assert.Equal(401, (await third.Send(HttpMethod.Post, "session", NoBody)).Code);

        using var second = await Browser(api);
        _ = (await Administrator.Post(
            $"access/keys/{keyId}/end", new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "lost" })).Body;
        await Refused(second);

        async Task Refused(ApiClient browser)
        {
            await Task.Delay(EndLimit, TestContext.Current.CancellationToken);
            Assert.Equal(401, (await browser.Get("stock")).Code);
        }
    }

    [Fact]
    public async Task A_sessions_cookie_is_for_this_host_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/session");
        request.Content = new StringContent(NoBody, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await Administrator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie")).ToLowerInvariant();
        Assert.StartsWith("__host-distribution=", cookie, StringComparison.Ordinal);
        Assert.All(["; path=/", "; secure", "; httponly", "; samesite=strict"],
            part => Assert.Contains(part, cookie, StringComparison.Ordinal));
        Assert.DoesNotContain("domain", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_learn_whether_it_is_well_and_nothing_more()
    {
        using var stranger = new ApiClient(system.Administrator.Http.BaseAddress!);
        var health = JsonNode.Parse(await stranger.Http.GetStringAsync("health/ready", TestContext.Current.CancellationToken))!;
        Assert.Equal("Healthy", (string?)health["status"]);
        Assert.Empty(health["checks"]!.AsObject());
        Assert.NotEmpty(JsonNode.Parse(await Administrator.Http.GetStringAsync(
            "health/ready", TestContext.Current.CancellationToken))!["checks"]!.AsObject());
    }

    [Fact]
    public async Task When_a_key_was_used_last_is_told_to_the_minute()
    {
        // Two, so that one of them is on a page after the first.
        var keys = new[] { await system.NewKey("viewer"), await system.NewKey("clinic") };
        foreach (var (keyId, api) in keys)
        {
            using var used = api;
            Assert.Null((await Listed(keyId))["lastUsedAt"]);
            // To the minute, and by the clock of the service.
            var before = DateTimeOffset.UtcNow.AddMinutes(-2);
            Assert.Equal(200, (await api.Get("vaccines")).Code);
            JsonNode? told = null;
            await Condition.Until("the use is told", TimeSpan.FromSeconds(10), async () =>
                (told = (await Listed(keyId))["lastUsedAt"]) is null ? "it is not" : null);
            var at = (DateTimeOffset)told!;
            Assert.Equal((0, 0), (at.Second, at.Millisecond));
            Assert.InRange(at, before, DateTimeOffset.UtcNow.AddMinutes(1));
            var end = new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "no more" };
            Assert.Equal(at, (DateTimeOffset)(await Administrator.Post($"access/keys/{keyId}/end", end)).Body["lastUsedAt"]!);
        }

        async Task<JsonNode> Listed(string keyId)
        {
            for (string? next = ""; next is not null;)
            {
                var page = (await Administrator.Get($"access/keys?limit=1{(next.Length > 0 ? $"&after={next}" : "")}")).Body;
                if (page["items"]!.AsArray().FirstOrDefault(key => (string?)key!["keyId"] == keyId) is { } found) return found;
                next = (string?)page["next"];
            }

            throw new InvalidOperationException($"{keyId} is not listed");
        }
    }

    [Fact]
    public async Task An_access_administrator_gives_every_role_that_can_be_given_and_nobody_else_gives_any()
    {
        foreach (var role in Table.Keys)
        {
            using var api = (await system.NewKey(role)).Api;
            foreach (var given in Role.All.Append(Role.Administrator))
            {
                var place = given is "accessAdmin" or "operator" ? null : "XA-1";
                var key = new JsonObject
                {
                    ["keyId"] = $"{Guid.NewGuid():N}",
                    ["name"] = "x",
                    ["role"] = given,
                    ["placeId"] = place,
                };
                var grant = new JsonObject
                {
                    ["caller"] = "https://login.example.org|4711",
                    ["role"] = given,
                    ["placeId"] = place,
                    ["reason"] = "x",
                };
                if (given == Role.Integration) key["rights"] = new JsonArray("stock.read");
                if (given == Role.Integration) grant["rights"] = new JsonArray("stock.read");
                foreach (var answer in new[]
                {
                    await api.Post("access/keys", key), await api.Put($"access/grants/{Guid.NewGuid():N}", grant),
                })
                {
                    var expected = role != Role.AccessAdmin ? 403 : given == Role.Administrator ? 422 : 201;
                    Assert.True(answer.Code == expected, $"{role} gives {given}: {answer.Code} {answer.Text}");
                    if (expected == 403) Assert.Contains("access.write", (string)answer.Json!["detail"]!, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task The_work_of_a_system_is_done_signed_in_and_says_who_did_it()
    {
        var world = new World(Administrator, $"S{Guid.NewGuid():N}"[..8]);
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await Administrator.Drained();
        var (keyId, api) = await system.NewKey("clinic");
        using var clinic = api;
        Assert.Equal(200, (await clinic.Post("administrations", world.Submission(world.Dose(), world.Dose()))).Code);
        Assert.Equal(200, (await clinic.Post("stock/counts", World.StockCommand(world.Clinic, world.Line(50)))).Code);
        await Administrator.Drained();
        Assert.Equal(2, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        var entries = (await Administrator.Get($"ledger/entries?facilityId={world.Clinic}")).Body["items"]!.AsArray();
        Assert.Contains(entries, entry => (string?)entry!["recordedBy"] == $"key:{keyId}");
    }

    /// <summary>A client that has the cookie of a session and no key.</summary>
    private static async Task<ApiClient> Browser(ApiClient signedIn)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/session");
        request.Content = new StringContent(NoBody, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await signedIn.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)response.StatusCode);
        var browser = new ApiClient(signedIn.Http.BaseAddress!);
        browser.Http.DefaultRequestHeaders.Add("Cookie", response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        return browser;
    }

    private static async Task<int> Code(ApiClient api, DescribedCall call)
    {
        var path = call.Path[1..];
        foreach (var parameter in call.Parameters.Where(parameter => (string?)parameter["in"] == "path"))
        {
            var value = (string?)parameter["schema"]!["format"] switch { null => "nothing-here", "uuid" => $"{Guid.Empty}", _ => "0" };
            path = path.Replace($"{{{parameter["name"]}}}", value, StringComparison.Ordinal);
        }

        using var request = new HttpRequestMessage(new HttpMethod(call.Method.ToUpperInvariant()), path);
        if (call.Bodies.FirstOrDefault().Key is { } mediaType)
            request.Content = new StringContent(NoBody, new System.Net.Http.Headers.MediaTypeHeaderValue(mediaType));
        // A stream has no end; its beginning says whether it is given.
        using var response = await api.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}

/// <summary>In one process.</summary>
public sealed class StandaloneSignInTests(SignedInStandalone system) : SignInTests(system), IClassFixture<SignedInStandalone>
{
    [Fact]
    public async Task Who_is_let_in_and_who_is_not_goes_to_the_log_and_no_key_does()
    {
        await using var fresh = await StandaloneProcess.StartSigningIn();
        using var administrator = new ApiClient(fresh.Address, fresh.AdministratorKey);
        var made = (await administrator.Post("access/keys", new JsonObject
        {
            ["keyId"] = "tablet",
            ["name"] = "a tablet",
            ["role"] = "clinic",
            ["placeId"] = "XA-1",
        })).Body;
        var key = (string)made["key"]!;
        using var clinic = new ApiClient(fresh.Address, key);
        Assert.Equal(403, (await clinic.Get("access/keys")).Code);
        Assert.Equal(204, (await clinic.Post("session", new JsonObject())).Code);
        using var stranger = new ApiClient(fresh.Address, $"{key[..^4]}AAAA");
        Assert.Equal(401, (await stranger.Get("stock")).Code);
        _ = (await administrator.Post("access/keys/tablet/end", new JsonObject { ["requestId"] = "end", ["reason"] = "lost" })).Body;
        await Condition.Until("the end is in the log", TimeSpan.FromSeconds(10), () =>
            Task.FromResult(fresh.Output.Contains("key ended", StringComparison.Ordinal) ? null : fresh.Output));
        var told = fresh.Output.Split('\n').Select(line => line.Trim())
            .Where(line => line.EndsWith(" from 127.0.0.1", StringComparison.Ordinal)).Select(line => line[..^" from 127.0.0.1".Length]);
        Assert.Equal(
        [
            "key made: tablet; key:administrator, POST /api/v1/access/keys",
            "refused: This needs the right access.read, which key:tablet does not have; key:tablet, GET /api/v1/access/keys",
            "session begun: tablet; key:tablet, POST /api/v1/session",
            "refused: no key that holds; nobody, GET /api/v1/stock",
            "key ended: tablet; key:administrator, POST /api/v1/access/keys/tablet/end",
        ], told);
        Assert.DoesNotContain(key[^8..], fresh.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_who_gives_access_cannot_be_ended_before_there_is_another()
    {
        await using var fresh = await StandaloneProcess.StartSigningIn();
        using var first = new ApiClient(fresh.Address, fresh.AdministratorKey);
        var refused = await End(first, "keys/administrator");
        Assert.Equal(409, refused.Code);
        Assert.Contains("accessAdmin", (string)refused.Json!["detail"]!, StringComparison.Ordinal);
        using var chief = new ApiClient(fresh.Address, (string)(await first.Post("access/keys", new JsonObject
        {
            ["keyId"] = "chief",
            ["name"] = "a chief",
            ["role"] = "accessAdmin",
        })).Body["key"]!);
        Assert.Equal(200, (await End(chief, "keys/administrator")).Code);
        Assert.Equal(409, (await End(chief, "keys/chief")).Code);

        // It is still there, and gives access.
        var grant = PeopleSystem.GrantOf("https://login.example.org|4711", "accessAdmin", null);
        Assert.Equal(201, (await chief.Put("access/grants/boss", grant)).Code);
        Assert.Equal(200, (await End(chief, "grants/boss")).Code);
        Assert.Equal(201, (await chief.Put("access/grants/boss-again", grant)).Code);
        Assert.Equal(200, (await End(chief, "keys/chief")).Code);

        static Task<Answer> End(ApiClient by, string what) => by.Post(
            $"access/{what}/end", new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "by mistake" });
    }

    [Fact]
    public async Task The_link_that_is_printed_signs_in_once()
    {
        await using var fresh = await StandaloneProcess.StartSigningIn();
        await Condition.Until("the link is printed", TimeSpan.FromSeconds(10), () =>
            Task.FromResult(fresh.Output.Contains("#code=", StringComparison.Ordinal) ? null : fresh.Output));
        var code = fresh.Output.Split("#code=")[1].Split('\n')[0].Trim();
        using var api = new ApiClient(fresh.Address);
        var body = new JsonObject { ["code"] = code };
        Assert.Equal(204, (await api.Post("session", body)).Code);
        Assert.Equal(401, (await api.Post("session", body)).Code);
    }
}

/// <summary>Through the gateway to processes of their own.</summary>
public sealed class DistributedSignInTests(SignedInDistributed system) : SignInTests(system), IClassFixture<SignedInDistributed>
{
    [Theory]
    [InlineData("inventory", "vaccines")]
    [InlineData("shipment", "shipments")]
    [InlineData("administration", "target-populations")]
    [InlineData("access", "access/keys")]
    public async Task A_service_believes_the_gateway_and_nobody_else(string service, string path)
    {
        var administrator = system.Administrator;
        var local = (LocalSystem)system.Hosting!;
        foreach (var key in new[] { null, local.AdministratorKey })
        {
            using var api = new ApiClient(local.AddressOf(service), key);
            Assert.Equal(401, (await api.Get(path)).Code);
        }

        Assert.Equal(200, (await administrator.Get(path)).Code);

        // What the gateway says to one is nothing to another.
        using var gateway = new CallerTokens(new SignInSettings(true, local.SigningKey, null), [], TimeProvider.System);
        foreach (var told in new[] { "inventory", "shipment", "administration", "access" })
        {
            using var api = new ApiClient(local.AddressOf(service), gateway.Of(Caller.Local, told));
            Assert.Equal(told == service ? 200 : 401, (await api.Get(path)).Code);
        }
    }
}
