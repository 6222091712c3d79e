using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>People whom a provider of their own signs in, and what they have been granted.</summary>
public abstract class PeopleTests(PeopleSystem system)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _tag = $"{Guid.NewGuid():N}"[..8];

    private ApiClient Administrator => system.Administrator;

    private OpenIdProvider Provider => system.Provider;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_no_grant_is_signed_in_and_may_do_nothing()
    {
        var person = PeopleSystem.NewPerson();
        using var api = system.With(Provider.Token(person, "staff"));
        var me = (await api.Get("me")).Body;
        Assert.Equal(system.NameOf(person), (string?)me["subject"]);
        Assert.Empty(me["grants"]!.AsArray());
        Assert.False((bool)me["session"]!);
        foreach (var path in new[] { "facilities", "stock", "coverage", "shipments", "administrations/held", "access/keys" })
            Assert.Equal(403, (await api.Get(path)).Code);
        Assert.Equal(403, (await api.Put($"access/grants/{_tag}", PeopleSystem.GrantOf(system.NameOf(person), "viewer", null))).Code);
    }

    [Fact]
    public async Task A_person_sees_the_place_of_the_grant_and_nothing_else()
    {
        var (mine, other) = await TwoCountries();
        var person = PeopleSystem.NewPerson();
        using var api = system.With(Provider.Token(person));
        await system.Grant(system.NameOf(person), "logistics", mine.Region);
        await PeopleSystem.Has(api, 1);
        Assert.Equal([mine.Clinic, mine.Region, mine.Store], await Places(api));
        Assert.Equal(200, (await api.Get($"ledger/balance?facilityId={mine.Clinic}")).Code);
        Assert.Equal(404, (await api.Get($"ledger/balance?facilityId={other.Clinic}")).Code);
        Assert.Equal(404, (await api.Get($"facilities/{other.Clinic}")).Code);
        var coverage = await api.WholeCoverage($"level=facility&vaccineId={mine.Vaccine}");
        Assert.Equal([mine.Clinic, mine.Store], coverage["rows"]!.AsArray().Select(row => (string)row!["facilityId"]!).Order());

        // What was counted says who did.
        Assert.Equal(200, (await api.Post("stock/counts", World.StockCommand(mine.Clinic, mine.Line(50)))).Code);
        Assert.Equal(404, (await api.Post("stock/counts", World.StockCommand(other.Clinic, other.Line(50)))).Code);
        await Administrator.Drained();
        var entries = (await Administrator.Get($"ledger/entries?facilityId={mine.Clinic}")).Body["items"]!.AsArray();
        Assert.All(entries, entry => Assert.Equal(system.NameOf(person), (string?)entry!["recordedBy"]));
        Assert.NotEmpty(entries);
    }

    [Fact]
    public async Task Grants_at_two_places_work_together_and_give_at_each_what_they_are_for()
    {
        var (mine, other) = await TwoCountries();
        var person = PeopleSystem.NewPerson();
        using var api = system.With(Provider.Token(person));
        await system.Grant(system.NameOf(person), "viewer", mine.Region);
        await system.Grant(system.NameOf(person), "clinic", other.Clinic);
        await PeopleSystem.Has(api, 2);
        Assert.Equal([mine.Clinic, mine.Region, mine.Store, other.Clinic], await Places(api));
        var me = (await api.Get("me")).Body["grants"]!.AsArray();
        Assert.Equal([mine.Region, other.Clinic], me.Select(grant => (string?)grant!["placeId"]).Order());
        Assert.Equal(200, (await api.Post("stock/counts", World.StockCommand(other.Clinic, other.Line(5)))).Code);
        var refused = await api.Post("stock/counts", World.StockCommand(mine.Clinic, mine.Line(5)));
        Assert.Equal(403, refused.Code);
        Assert.Contains("stock.write", refused.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await api.Post("stock/counts", World.StockCommand(other.Region, other.Line(5)))).Code);
    }

    [Fact]
    public async Task A_groups_grant_is_of_all_whose_token_names_it_and_of_nobody_who_is_called_so()
    {
        var (mine, _) = await TwoCountries();
        var group = $"stores-{_tag}";
        await system.Grant(system.NameOfGroup(group), "viewer", mine.Region);
        using var first = system.With(Provider.Token(PeopleSystem.NewPerson(), "staff", group));
        using var second = system.With(Provider.Token(PeopleSystem.NewPerson(), group));
        await PeopleSystem.Has(first, 1);
        Assert.Equal([mine.Clinic, mine.Region, mine.Store], await Places(second));
        var claims = Provider.Claims(PeopleSystem.NewPerson());
        claims[OpenIdProvider.GroupsClaim] = group;
        using var alone = system.With(Provider.Sign(claims));
        Assert.Equal(200, (await alone.Get("facilities")).Code);
        foreach (var sub in new[] { group, $"group:{group}", system.NameOfGroup(group), $"|{group}" })
        {
            using var called = system.With(Provider.Token(sub, "staff", $"{group}x", $"group:{group}"));
            Assert.Equal(403, (await called.Get("facilities")).Code);
        }
    }

    [Fact]
    public async Task An_ended_grant_gives_nothing_within_a_second_and_does_not_come_back()
    {
        var (mine, other) = await TwoCountries();
        var person = PeopleSystem.NewPerson();
        using var api = system.With(Provider.Token(person));
        var grantId = await system.Grant(system.NameOf(person), "viewer", mine.Region);
        var stays = await system.Grant(system.NameOf(person), "viewer", other.Clinic);
        await PeopleSystem.Has(api, 2);
        Assert.Equal(200, (await api.Get($"facilities/{mine.Clinic}")).Code);
        await system.End(grantId);
        await Task.Delay(EndLimit, Cancel);
        Assert.Equal(404, (await api.Get($"facilities/{mine.Clinic}")).Code);
        Assert.Equal([other.Clinic], await Places(api));

        var again = await Administrator.Put(
            $"access/grants/{grantId}", PeopleSystem.GrantOf(system.NameOf(person), "viewer", mine.Region));
        Assert.Equal(200, again.Code);
        Assert.Equal("has other work", (string?)again.Body["endReason"]);
        await system.End(stays);
        await Task.Delay(EndLimit, Cancel);
        Assert.Equal(403, (await api.Get("facilities")).Code);
    }

    [Fact]
    public async Task An_open_stream_ends_with_a_grant_and_not_with_anothers()
    {
        var (mine, other) = await TwoCountries();
        var (person, group) = (PeopleSystem.NewPerson(), $"stream-{_tag}");
        using var api = system.With(Provider.Token(person, group));
        var grantId = await system.Grant(system.NameOfGroup(group), "viewer", mine.Region);
        await PeopleSystem.Has(api, 1);
        using var stream = new StreamReader(await api.Http.GetStreamAsync("api/v1/coverage/stream", Cancel));
        Assert.Equal("event: hello", await stream.ReadLineAsync(Cancel));
        var read = Task.Run(async () =>
        {
            while (await stream.ReadLineAsync(Cancel) is not null)
            {
            }
        }, Cancel);
        await system.End(await system.Grant(system.NameOf(PeopleSystem.NewPerson()), "viewer", other.Region));
        await Task.Delay(2 * EndLimit, Cancel);
        Assert.False(read.IsCompleted);
        await system.End(grantId);
        await read.WaitAsync(Patience, Cancel);
    }

    [Fact]
    public async Task A_grant_begins_and_ends_when_it_says()
    {
        var person = PeopleSystem.NewPerson();
        using var api = system.With(Provider.Token(person));
        var grant = PeopleSystem.GrantOf(system.NameOf(person), "viewer", null);
        var (from, until) = (DateTimeOffset.UtcNow.AddSeconds(4), DateTimeOffset.UtcNow.AddSeconds(10));
        (grant["from"], grant["until"]) = (from, until);
        Assert.Equal(from, (DateTimeOffset)(await Administrator.Put($"access/grants/{_tag}", grant)).Body["from"]!);
        // Known to the gateway by now, and not begun; however slow the machine, nothing is let in before its time or after it.
        await Task.Delay(EndLimit, Cancel);
        while (true)
        {
            var before = DateTimeOffset.UtcNow;
            var code = (await api.Get("vaccines")).Code;
            var after = DateTimeOffset.UtcNow;
            if (code == 200) Assert.True(after >= from && before < until, $"let in at {before:O}, from {from:O} until {until:O}");
            else if (before > from + EndLimit && after < until) Assert.Fail($"not let in at {before:O}, from {from:O} until {until:O}");
            if (before >= until) break;
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        }
    }

    [Fact]
    public async Task Tokens_that_hold_are_taken_however_they_are_signed_and_written()
    {
        var person = PeopleSystem.NewPerson();
        await system.Grant(system.NameOf(person), "viewer", null);
        using (var first = system.With(Provider.Token(person))) await PeopleSystem.Has(first, 1);
        var now = DateTimeOffset.UtcNow;
        foreach (var (what, token) in new[]
        {
            ("PS256", Provider.Sign(Provider.Claims(person), "PS256")),
            ("ES256", Provider.Sign(Provider.Claims(person), "ES256")),
            ("in capitals", Provider.Sign(Provider.Claims(person), type: "AT+JWT")),
            ("with its registry", Provider.Sign(Provider.Claims(person), type: "application/at+jwt")),
            ("for several", Provider.Sign(With("aud", new JsonArray("another", Provider.Audience)))),
            ("of a clock ahead", Provider.Sign(With("nbf", (now + TimeSpan.FromSeconds(40)).ToUnixTimeSeconds()))),
            ("of a clock behind", Provider.Sign(With("exp", (now - TimeSpan.FromSeconds(40)).ToUnixTimeSeconds(), "nbf"))),
        })
        {
            using var api = system.With(token);
            Assert.Equal((200, what), ((await api.Get("vaccines")).Code, what));
        }

        JsonObject With(string claim, JsonNode value, string? without = null)
        {
            var claims = Provider.Claims(person);
            claims[claim] = value;
            if (without is not null) claims.Remove(without);
            return claims;
        }
    }

    [Fact]
    public async Task A_token_that_was_taken_is_not_when_it_has_ended()
    {
        var person = PeopleSystem.NewPerson();
        var claims = Provider.Claims(person);
        // A minute of skew is allowed, and this is near its end.
        claims["exp"] = (DateTimeOffset.UtcNow - TimeSpan.FromSeconds(50)).ToUnixTimeSeconds();
        claims.Remove("nbf");
        using var api = system.With(Provider.Sign(claims));
        Assert.Equal(200, (await api.Get("me")).Code);
        await Condition.Until("it has ended", Patience, async () => await api.Get("me") is { Code: not 401 } answer ? answer.Text : null);
    }

    [Fact]
    public async Task Tokens_that_do_not_hold_get_the_same_answer_as_keys_that_do_not()
    {
        var person = PeopleSystem.NewPerson();
        await system.Grant(system.NameOf(person), "viewer", null);
        using (var holds = system.With(Provider.Token(person))) await PeopleSystem.Has(holds, 1);
        using var stranger = system.With("dk_administrator_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        var same = (await stranger.Get("vaccines")).Json!["detail"]!.ToString();
        foreach (var (what, token) in BadTokens.Of(Provider, person))
        {
            using var api = system.With(token);
            var answer = await api.Get("vaccines");
            Assert.Equal((401, what), (answer.Code, what));
            Assert.Equal(same, answer.Json!["detail"]!.ToString());
            Assert.Equal(401, (await api.Get("me")).Code);
        }
    }

    [Fact]
    public async Task Keys_are_read_again_once_for_a_key_that_is_not_known_and_a_new_one_is_taken_at_once()
    {
        var person = PeopleSystem.NewPerson();
        using var before = system.With(Provider.Token(person));
        Assert.Equal(200, (await before.Get("me")).Code);
        Provider.Rotate();
        var token = Provider.Token(person);
        // Whoever sent an unknown key a moment ago keeps it from being read again so soon.
        await Condition.Until("the new key is taken", Patience, async () =>
        {
            using var after = system.With(token);
            return await after.Get("me") is { Code: not 200 } answer ? answer.Text : null;
        });
        var reads = Provider.KeyReads;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            using var guess = system.With(Provider.Sign(Provider.Claims(person), keyId: $"guess-{number}"));
            Assert.Equal(401, (await guess.Get("me")).Code);
        }));
        Assert.InRange(Provider.KeyReads, reads, reads + 1);
        Assert.Equal(200, (await before.Get("me")).Code);
    }

    [Fact]
    public async Task A_provider_that_is_away_keeps_nobody_out_whose_key_is_known_and_503_says_that_none_is()
    {
        using (var first = system.With(Provider.Token(PeopleSystem.NewPerson()))) Assert.Equal(200, (await first.Get("me")).Code);
        await Provider.Stop();
        try
        {
            using var api = system.With(Provider.Token(PeopleSystem.NewPerson()));
            Assert.Equal(200, (await api.Get("me")).Code);
        }
        finally
        {
            await Provider.Listen();
        }

        var person = PeopleSystem.NewPerson();
        using var later = system.With(system.Silent.Token(person));
        using (var response = await later.Http.GetAsync("api/v1/me", Cancel))
        {
            Assert.Equal(503, (int)response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        await system.Silent.Listen();
        await Condition.Until("its keys are known", Patience, async () =>
            await later.Get("me") is { Code: not 200 } answer ? answer.Text : null);
        Assert.Equal($"{system.Silent.Issuer}|{person}", (string?)(await later.Get("me")).Body["subject"]);

        // Of the same name there, and of nothing of what the other has here.
        await system.Grant(system.NameOf(person), "viewer", null);
        await system.Grant(system.NameOfGroup(_tag), "viewer", null);
        using (var namesake = system.With(Provider.Token(person, _tag))) await PeopleSystem.Has(namesake, 2);
        using var other = system.With(system.Silent.Token(person, _tag));
        Assert.Equal(403, (await other.Get("vaccines")).Code);
    }

    [Fact]
    public async Task What_a_request_or_a_token_says_of_rights_and_names_changes_nothing()
    {
        var (mine, other) = await TwoCountries();
        var (person, boss) = (PeopleSystem.NewPerson(), PeopleSystem.NewPerson());
        await system.Grant(system.NameOf(person), "clinic", mine.Clinic);
        await system.Grant(system.NameOf(boss), "nationalLogistics", null);
        var claims = Provider.Claims(person);
        claims["grants"] = new JsonArray($"|{string.Join(' ', SharedKernel.Access.Rights.Names)}");
        claims["session"] = "administrator";
        claims["rights"] = new JsonArray("access.write");
        claims["email"] = boss;
        claims["preferred_username"] = boss;
        using var api = system.With(Provider.Sign(claims));
        foreach (var header in new[] { "X-Forwarded-User", "X-Caller", "X-Remote-User", "From" })
            api.Http.DefaultRequestHeaders.TryAddWithoutValidation(header, system.NameOf(boss));
        await PeopleSystem.Has(api, 1);
        Assert.Equal(system.NameOf(person), (string?)(await api.Get("me")).Body["subject"]);
        Assert.Equal([mine.Clinic], await Places(api));
        Assert.Equal(403, (await api.Get("access/keys")).Code);
        Assert.Equal(400, (await api.Get($"facilities?caller={Uri.EscapeDataString(system.NameOf(boss))}")).Code);
        var command = World.StockCommand(mine.Clinic, mine.Line(7));
        command["recordedBy"] = system.NameOf(boss);
        Assert.InRange((await api.Post("stock/counts", command)).Code, 400, 422);
        command.Remove("recordedBy");
        Assert.Equal(200, (await api.Post("stock/counts", command)).Code);
        await Administrator.Drained();
        var entries = (await Administrator.Get($"ledger/entries?facilityId={mine.Clinic}")).Body["items"]!.AsArray();
        Assert.All(entries, entry => Assert.Equal(system.NameOf(person), (string?)entry!["recordedBy"]));
        Assert.Equal(404, (await api.Get($"facilities/{other.Clinic}")).Code);
    }

    [Fact]
    public async Task Only_who_gives_access_gives_grants_and_ends_them()
    {
        var person = PeopleSystem.NewPerson();
        var grant = PeopleSystem.GrantOf(system.NameOf(person), "operator", null);
        var end = new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "try" };
        var given = await system.Grant(system.NameOf(person), "viewer", null);
        using var self = system.With(Provider.Token(person));
        await PeopleSystem.Has(self, 1);
        var others = new List<ApiClient> { self };
        foreach (var role in new[] { "nationalLogistics", "operator", "clinic" }) others.Add((await system.NewKey(role)).Api);
        foreach (var api in others)
        {
            Assert.Equal(403, (await api.Put($"access/grants/{_tag}", grant)).Code);
            Assert.Equal(403, (await api.Post($"access/grants/{given}/end", end)).Code);
            Assert.Equal(403, (await api.Get("access/grants")).Code);
        }

        foreach (var api in others.Skip(1)) api.Dispose();
        var admin = PeopleSystem.NewPerson();
        using var boss = system.With(Provider.Token(admin));
        await system.Grant(system.NameOf(admin), "accessAdmin", null);
        await PeopleSystem.Has(boss, 1);
        Assert.Equal(system.NameOf(admin), (string?)(await boss.Put($"access/grants/{_tag}", grant)).Body["grantedBy"]);
        Assert.Equal(system.NameOf(admin), (string?)(await boss.Post($"access/grants/{given}/end", end)).Body["endedBy"]);
    }

    [Fact]
    public async Task A_grant_is_given_once_listed_and_never_another()
    {
        var caller = system.NameOf(PeopleSystem.NewPerson());
        var grant = PeopleSystem.GrantOf(caller, "clinic", "XA-1");
        var first = await Administrator.Put($"access/grants/{_tag}", grant);
        Assert.Equal(201, first.Code);
        Assert.Equal("key:administrator", (string?)first.Body["grantedBy"]);
        var again = await Administrator.Put($"access/grants/{_tag}", grant);
        Assert.Equal(200, again.Code);
        Assert.True((bool)again.Body["repeated"]!);
        Assert.Equal(first.Text, again.FirstText);
        foreach (var (field, value) in new (string, JsonNode?)[]
        {
            ("caller", $"{caller}x"), ("role", "viewer"), ("placeId", "XA-2"), ("placeId", null), ("reason", "another"),
            ("until", DateTimeOffset.UtcNow.AddDays(3)), ("role", "king"),
        })
        {
            var other = grant.DeepClone();
            other[field] = value;
            Assert.Equal(409, (await Administrator.Put($"access/grants/{_tag}", other)).Code);
        }

        var listed = new List<JsonNode?>();
        for (string? next = ""; next is not null;)
        {
            var page = (await Administrator.Get($"access/grants?limit=2{(next.Length > 0 ? $"&after={next}" : "")}")).Body;
            listed.AddRange(page["items"]!.AsArray());
            next = (string?)page["next"];
        }

        Assert.True(JsonNode.DeepEquals(first.Json, Assert.Single(listed, item => (string?)item!["grantId"] == _tag)));
        var end = new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "moved" };
        Assert.Equal(404, (await Administrator.Post("access/grants/no-such-grant/end", end)).Code);
        Assert.Equal("moved", (string?)(await Administrator.Post($"access/grants/{_tag}/end", end)).Body["endReason"]);
        Assert.True((bool)(await Administrator.Post($"access/grants/{_tag}/end", end)).Body["repeated"]!);
        end["requestId"] = $"{Guid.NewGuid():N}";
        Assert.Equal(409, (await Administrator.Post($"access/grants/{_tag}/end", end)).Code);
        Assert.NotNull((await Administrator.Put($"access/grants/{_tag}", grant)).Body["endedAt"]);
    }

    [Theory]
    [InlineData("""{"caller": null}""", "caller")]
    [InlineData("""{"caller": "4711"}""", "caller")]
    [InlineData("""{"caller": "key:tablet"}""", "caller")]
    [InlineData("""{"caller": "https://login.example.org"}""", "caller")]
    [InlineData("""{"caller": "https://login.example.org|"}""", "caller")]
    [InlineData("""{"caller": "https://login.example.org| 4711"}""", "caller")]
    [InlineData("""{"caller": "https://login.example.org|47\u000011"}""", "caller")]
    [InlineData("""{"caller": "http://login.example.org|4711"}""", "caller")]
    [InlineData("""{"caller": "HTTPS://login.example.org|4711"}""", "caller")]
    [InlineData("""{"caller": "https://login.example.org?x|4711"}""", "caller")]
    [InlineData("""{"caller": "group:group:https://login.example.org|4711"}""", "caller")]
    [InlineData("""{"role": "king"}""", "role")]
    [InlineData("""{"role": "administrator"}""", "role")]
    [InlineData("""{"role": "integration"}""", "rights")]
    [InlineData("""{"role": "integration", "rights": ["stock.read", "access.write"]}""", "rights")]
    [InlineData("""{"rights": ["stock.write"]}""", "rights")]
    [InlineData("""{"placeId": "-"}""", "placeId")]
    [InlineData("""{"placeId": "a b"}""", "placeId")]
    [InlineData("""{"role": "operator", "placeId": "XA"}""", "placeId")]
    [InlineData("""{"role": "integration", "rights": ["product.write"], "placeId": "XA"}""", "placeId")]
    [InlineData("""{"from": "2999-01-01T00:00:00Z"}""", "from")]
    [InlineData("""{"until": "2021-01-01T00:00:00Z"}""", "until")]
    [InlineData("""{"until": "2999-01-01T00:00:00Z"}""", "until")]
    [InlineData("""{"reason": null}""", "reason")]
    [InlineData("""{"reason": "\u202Egnp"}""", "reason")]
    public async Task A_grant_that_makes_no_sense_is_refused_by_field(string change, string field)
    {
        var grant = PeopleSystem.GrantOf("https://login.example.org|4711", "viewer", "XA");
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) grant[name] = value?.DeepClone();
        // Not said at all.
        if (field == "placeId" && (string?)grant["placeId"] == "-") grant.Remove("placeId");
        var answer = await Administrator.Put($"access/grants/{_tag}", grant);
        Assert.Equal(422, answer.Code);
        Assert.NotNull(answer.Json!["errors"]![field]);
    }

    [Fact]
    public async Task A_session_is_begun_with_a_key_and_not_with_a_token()
    {
        var person = PeopleSystem.NewPerson();
        await system.Grant(system.NameOf(person), "viewer", null);
        using var api = system.With(Provider.Token(person));
        await PeopleSystem.Has(api, 1);
        var answer = await api.Post("session", new JsonObject());
        Assert.Equal(401, answer.Code);
        Assert.Contains("access key", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>Two countries, each with a region and two places in it.</summary>
    private async Task<(World Mine, World Other)> TwoCountries()
    {
        var worlds = new[] { new World(Administrator, $"A{_tag}"), new World(Administrator, $"B{_tag}") };
        foreach (var world in worlds)
        {
            await world.PutPlace(world.Country, "country", null);
            await world.PutPlace(world.Region, "region", world.Country);
            await world.PutPlace(world.Clinic, "facility", world.Region);
            await world.PutPlace(world.Store, "facility", world.Region);
            await world.PutVaccine(world.Vaccine, "1", "2");
        }

        await Administrator.Drained();
        return (worlds[0], worlds[1]);
    }

    /// <summary>The places that somebody is shown, besides the countries, whose names everybody is.</summary>
    private static async Task<IEnumerable<string>> Places(ApiClient api) =>
        (await api.Get("facilities?limit=1000")).Body["items"]!.AsArray().Where(place => (string?)place!["level"] != "country")
            .Select(place => (string)place!["facilityId"]!).Order();
}

/// <summary>In one process.</summary>
public sealed class StandalonePeopleTests(PeopleStandalone system) : PeopleTests(system), IClassFixture<PeopleStandalone>
{
    private const int OfCaller = 10;

    [Fact]
    public async Task The_log_says_why_a_token_does_not_hold_and_nothing_of_what_it_says()
    {
        var person = PeopleSystem.NewPerson();
        var process = (StandaloneProcess)system.Hosting!;
        foreach (var (what, token) in BadTokens.Of(system.Provider, person))
        {
            var from = PeopleSystem.NewAddress();
            using var api = new ApiClient(process.Address, token, from);
            Assert.Equal((401, what), ((await api.Get("stock")).Code, what));
            await Condition.Until($"the log says: {what}", TimeSpan.FromSeconds(10), () =>
            {
                var said = process.Output.Split('\n').LastOrDefault(line => line.EndsWith($" from {from}", StringComparison.Ordinal));
                return Task.FromResult(
                    said?.Trim() == $"refused: {what}; nobody, GET /api/v1/stock from {from}" ? null : said ?? "nothing");
            });
        }

        Assert.DoesNotContain(person, process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_may_ask_for_as_much_as_a_key_may()
    {
        await using var fresh = await StandaloneProcess.StartSigningIn(
            [.. PeopleSystem.SettingsOf(system.Provider).SelectMany(setting => (string[])[$"--{setting.Key}", setting.Value]),
                "--Limits:RequestsPerSecond", $"{OfCaller}"]);
        // Of one person, with whatever token.
        var tokens = Enumerable.Range(0, 4).Select(_ => new ApiClient(fresh.Address, system.Provider.Token("one"))).ToList();
        var asked = Enumerable.Range(0, 40 * OfCaller).Select(async number => (await tokens[number % tokens.Count].Get("me")).Code);
        var codes = await Task.WhenAll(asked);
        Assert.Equal([200, 429], codes.Distinct().Order());
        using var other = new ApiClient(fresh.Address, system.Provider.Token("other"));
        Assert.Equal(200, (await other.Get("me")).Code);
        tokens.ForEach(api => api.Dispose());
    }

    [Fact]
    public async Task Whoever_gives_access_last_cannot_end_that_and_can_when_somebody_else_does()
    {
        await using var fresh = await StandaloneProcess.StartSigningIn(
            [.. PeopleSystem.SettingsOf(system.Provider).SelectMany(setting => (string[])[$"--{setting.Key}", setting.Value])]);
        var person = PeopleSystem.NewPerson();
        using var first = new ApiClient(fresh.Address, fresh.AdministratorKey);
        using var api = new ApiClient(fresh.Address, system.Provider.Token(person));
        Assert.Equal(201, (await first.Put(
            "access/grants/boss", PeopleSystem.GrantOf(system.NameOf(person), "accessAdmin", null))).Code);
        await PeopleSystem.Has(api, 1);
        Assert.Equal(200, (await End("keys/administrator")).Code);
        var refused = await End("grants/boss");
        Assert.Equal(409, refused.Code);
        Assert.Contains("The grant 'boss' is the last", (string)refused.Json!["detail"]!, StringComparison.Ordinal);
        var deputy = new JsonObject { ["keyId"] = "deputy", ["name"] = "a deputy", ["role"] = "accessAdmin" };
        Assert.Equal(201, (await api.Post("access/keys", deputy)).Code);
        Assert.Equal(200, (await End("grants/boss")).Code);

        Task<Answer> End(string what) => api.Post(
            $"access/{what}/end", new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "has left" });
    }

    [Theory]
    [InlineData("http://login.example.org", "distribution", "https")]
    [InlineData("login.example.org", "distribution", "https")]
    [InlineData("https://login.example.org", "", "Audience")]
    public async Task A_provider_that_cannot_be_believed_keeps_the_program_from_starting(string issuer, string audience, string said)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var fresh = await StandaloneProcess.StartSigningIn(
                "--SignIn:Issuers:0:Issuer", issuer, $"--SignIn:Issuers:0:Audience={audience}");
        });
        Assert.Contains("SignIn:Issuers:0", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }
}

/// <summary>Through the gateway to processes of their own.</summary>
public sealed class DistributedPeopleTests(PeopleDistributed system) : PeopleTests(system), IClassFixture<PeopleDistributed>
{
    [Fact]
    public async Task A_token_of_a_provider_is_nothing_at_a_services_own_port()
    {
        var person = PeopleSystem.NewPerson();
        await system.Grant(system.NameOf(person), "viewer", null);
        var token = system.Provider.Token(person);
        using (var gateway = system.With(token)) await PeopleSystem.Has(gateway, 1);
        foreach (var (service, path) in new[]
        {
            ("inventory", "vaccines"), ("shipment", "shipments"), ("administration", "target-populations"), ("access", "me"),
        })
        {
            using var api = new ApiClient(((LocalSystem)system.Hosting!).AddressOf(service), token, PeopleSystem.NewAddress());
            Assert.Equal(401, (await api.Get(path)).Code);
        }
    }
}
