using System.Text.Json.Nodes;
using Distribution.Storage.Embedded;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>Who did what is written down with what it did: nothing is missing, nothing is in it twice, and nobody reads what is not
/// theirs.</summary>
public abstract class AuditTests(SigningSystem system)
{
    private static readonly string[] Services = ["inventory", "shipment", "administration", "access"];

    private readonly string _tag = $"{Guid.NewGuid():N}"[..6];

    private ApiClient Administrator => system.Administrator;

    [Fact]
    public async Task What_is_done_is_in_the_audit_once_with_who_did_it_where_and_by_which_right()
    {
        var world = await Fill("A");
        var (keyId, clinic) = await system.NewKeyAt(world.Clinic, "clinic");
        using var _ = clinic;
        var caller = $"key:{keyId}";
        var count = World.StockCommand(world.Clinic, world.Line(7, "L1"));
        Assert.Equal(200, (await clinic.Post("stock/counts", count)).Code);
        Assert.Equal(200, (await clinic.Post("stock/counts", count)).Code);
        var submission = world.Submission(world.Dose(lot: "L1"));
        Assert.Equal(200, (await clinic.Post("administrations", submission)).Code);
        Assert.Equal(200, (await clinic.Post("administrations", submission)).Code);
        // What comes to nothing leaves nothing.
        Assert.Equal(422, (await clinic.Post("administrations", new JsonObject { ["submissionId"] = "not an id" })).Code);
        var other = World.StockCommand(world.Clinic, world.Line(8, "L1"));
        other["requestId"] = (string)count["requestId"]!;
        Assert.Equal(409, (await clinic.Post("stock/counts", other)).Code);
        var ended = new JsonObject { ["requestId"] = $"end-{keyId}", ["reason"] = "a test" };
        Assert.Equal(200, (await Administrator.Post($"access/keys/{keyId}/end", ended)).Code);

        var counted = Assert.Single(await Audit("inventory", $"caller={caller}"));
        Assert.Equal(("CountStock", "stock.write", "done"), Told(counted));
        Assert.Equal([world.Clinic], Places(counted));
        Assert.Contains((string)count["requestId"]!, (string)counted["cause"]!, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", (string)counted["address"]!);
        Assert.Matches("^[0-9a-f]{32}$", (string)counted["traceId"]!);
        var reported = Assert.Single(await Audit("administration", $"caller={caller}"));
        Assert.Equal(("SubmitAdministrations", "report.write", "done"), Told(reported));
        Assert.Equal([world.Clinic], Places(reported));
        Assert.Contains((string)submission["submissionId"]!, (string)reported["cause"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("L1", reported.ToJsonString(), StringComparison.Ordinal);

        var made = await Audit("access", $"action=MakeAccessKey&placeId={world.Clinic}");
        Assert.Contains(made, record => ((string)record["cause"]!).Contains(keyId, StringComparison.Ordinal));
        var end = Assert.Single(await Audit("access", "action=EndAccessKey"), record => (string?)record["ids"]?["keyId"] == keyId);
        Assert.Equal([world.Clinic], Places(end));
        Assert.Equal("key:administrator", (string)end["caller"]!);
    }

    [Fact]
    public async Task Who_is_refused_and_who_reads_lines_is_in_the_audit_too()
    {
        var world = await Fill("B");
        var (viewerId, viewer) = await system.NewKeyAt(world.Region, "viewer");
        var (clinicId, clinic) = await system.NewKeyAt(world.Clinic, "clinic");
        using var _ = viewer;
        using var __ = clinic;
        var count = World.StockCommand(world.Clinic, world.Line(7, "L1"));
        Assert.Equal(403, (await viewer.Post("stock/counts", count)).Code);
        await Condition.Until("the refusal is told of", TimeSpan.FromSeconds(20), async () =>
            (await Audit("inventory", $"caller=key:{viewerId}")).Count == 0 ? "not yet" : null);
        Assert.Equal(("CountStock", "stock.write", "refused"), Told(Assert.Single(await Audit("inventory", $"caller=key:{viewerId}"))));

        Assert.Equal(200, (await clinic.Get($"administrations?facilityId={world.Clinic}&occurredOn=2024-03-01")).Code);
        Assert.Equal(("ListAdministrations", "lines.read", "read"),
            Told(Assert.Single(await Audit("administration", $"caller=key:{clinicId}"))));
        // What shows no lines is nobody's concern.
        Assert.Equal(200, (await clinic.Get($"stock?facilityId={world.Clinic}")).Code);
        Assert.Empty(await Audit("inventory", $"caller=key:{clinicId}"));
    }

    [Fact]
    public async Task An_auditor_reads_what_was_about_places_of_theirs_and_nobody_else_reads_any()
    {
        var (mine, other) = (await Fill("C"), await Fill("D"));
        foreach (var role in new[] { "viewer", "nationalLogistics", "clinic", "accessAdmin", "operator" })
        {
            using var api = (await system.NewKey(role)).Api;
            foreach (var service in Services) Assert.Equal(403, (await api.Get($"audit/{service}")).Code);
        }

        using var auditor = (await system.NewKeyAt(mine.Country, "auditor")).Api;
        foreach (var service in Services)
        {
            var seen = await Audit(service, "", auditor);
            Assert.All(seen, record => Assert.Contains(Places(record), place => place.StartsWith(mine.Country, StringComparison.Ordinal)));
            Assert.DoesNotContain(other.Country, string.Concat(seen.Select(record => record.ToJsonString())), StringComparison.Ordinal);
        }

        // The same, narrowed by a look at all.
        foreach (var service in Services.Except(["access"]))
        {
            var all = (await Audit(service, "")).Where(
                record => Places(record).Any(place => place.StartsWith(mine.Country, StringComparison.Ordinal)));
            var seen = await Audit(service, "limit=2", auditor);
            Assert.Equal(all.Select(record => record.ToJsonString()), seen.Select(record => record.ToJsonString()));
        }

        // All services together, in the order of time.
        var parts = new List<string>();
        foreach (var service in Services) parts.AddRange((await Audit(service, "", auditor)).Select(record => record.ToJsonString()));
        var whole = await Audit("", "limit=3", auditor);
        Assert.Equal(parts.Order(), whole.Select(record => record.ToJsonString()).Order());
        Assert.Equal(whole.Select(record => (DateTimeOffset)record["at"]!).Order(), whole.Select(record => (DateTimeOffset)record["at"]!));
        var from = (DateTimeOffset)whole[3]["at"]!;
        var late = await Audit("", $"limit=2&from={from.UtcDateTime:O}", auditor);
        Assert.Equal(whole.Count(record => (DateTimeOffset)record["at"]! >= from), late.Count);

        Assert.NotEmpty(await Audit("inventory", $"placeId={mine.Region}", auditor));
        Assert.Empty(await Audit("inventory", $"placeId={other.Region}", auditor));
        Assert.Empty(await Audit("inventory", "placeId=no-such-place", auditor));
        foreach (var (query, field) in new[]
        {
            ("outcome=nothing", "outcome"), ("limit=0", "limit"), ("after=0", "after"), ("after=0.1_0.2", "after"),
            ("placeId=%20", "placeId"),
        })
        {
            var refused = await auditor.Get($"audit/inventory?{query}");
            Assert.Equal((422, query), (refused.Code, query));
            Assert.Contains(field, refused.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>A country with stock.</summary>
    protected async Task<World> Fill(string name)
    {
        var world = new World(Administrator, $"{_tag}{name}");
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await world.Supply(world.Clinic, 100, "L1", "2030-01-01");
        return world;
    }

    /// <summary>All records that a query finds, page by page.</summary>
    protected async Task<List<JsonNode>> Audit(string service, string query, ApiClient? by = null)
    {
        var records = new List<JsonNode>();
        for (string? after = null; ;)
        {
            var path = service.Length == 0 ? "audit" : $"audit/{service}";
            var page = (await (by ?? Administrator).Get($"{path}?{query}{(after is null ? "" : $"&after={after}")}")).Body;
            records.AddRange(page["items"]!.AsArray().Select(item => item!["record"]!.DeepClone()));
            if ((after = (string?)page["next"]) is null) return records;
        }
    }

    private static (string Action, string? Right, string Outcome) Told(JsonNode record) =>
        ((string)record["action"]!, (string?)record["right"], (string)record["outcome"]!);

    private static string[] Places(JsonNode record) => [.. record["places"]?.AsArray().Select(place => (string)place!) ?? []];
}

public sealed class StandaloneAuditTests(SignedInStandalone system) : AuditTests(system), IClassFixture<SignedInStandalone>
{
    private const int Posts = 400;
    private const int Kills = 4;

    [Fact]
    public async Task Every_accepted_write_is_in_the_audit_once_also_across_kills_and_a_record_that_is_changed_is_named()
    {
        await using var standalone = await StandaloneProcess.Start();
        using var api = new ApiClient(standalone.Address);
        var world = new World(api, "K");
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Clinic, "facility", world.Country);
        await world.PutVaccine(world.Vaccine, "1");
        var submissions = Enumerable.Range(0, Posts).Select(_ => world.Submission(world.Dose())).ToList();
        var sent = 0;
        var accepted = new HashSet<string>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            var until = Posts * kill / Kills;
            var posting = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                for (int next; (next = Interlocked.Increment(ref sent) - 1) < until;)
                {
                    try
                    {
                        if ((await api.Post("administrations", submissions[next])).Code != 200) continue;
                        lock (accepted) accepted.Add((string)submissions[next]["submissionId"]!);
                    }
                    catch (HttpRequestException)
                    {
                        // Cut off; nobody knows whether it was taken.
                    }
                }
            })).ToList();
            await Condition.Until("half of them are sent", TimeSpan.FromSeconds(60), () =>
                Task.FromResult(Volatile.Read(ref sent) < until - (Posts / Kills / 2) ? $"{sent}" : null));
            await standalone.Crash("standalone");
            await Task.WhenAll(posting);
            sent = until;
        }

        var causes = (await Records(api)).Select(record => (string)record["cause"]!).ToList();
        Assert.Equal(causes.Count, causes.Distinct().Count());
        Assert.All(accepted, id => Assert.Contains(causes, cause => cause.Contains(id, StringComparison.Ordinal)));
        Assert.NotEmpty(accepted);
        // Those that were cut off are sent again: taken before or now, each is there once.
        foreach (var submission in submissions) Assert.Equal(200, (await api.Post("administrations", submission)).Code);
        causes = (await Records(api)).ConvertAll(record => (string)record["cause"]!);
        Assert.Equal(Posts, causes.Count);
        Assert.Equal(Posts, causes.Distinct().Count());

        var (running, says) = await Verify(standalone.DataFolder);
        Assert.Equal((1, true), (running, says.Contains("another process", StringComparison.OrdinalIgnoreCase)));
        await standalone.Kill();
        var (code, whole) = await Verify(standalone.DataFolder);
        Assert.Equal((0, whole), (code, whole));
        Assert.Contains($"administration, chain 0: {Posts} records", whole, StringComparison.Ordinal);

        // Somebody who has the folder gives what they did to another caller.
        await using (var store = await new EmbeddedStores().Open(standalone.DataFolder, "administration"))
            await Tampering.GiveToAnother(store, 123);
        (code, var broken) = await Verify(standalone.DataFolder);
        Assert.Equal((1, broken), (code, broken));
        Assert.Contains("administration, chain 0: record 123 is not what was recorded", broken, StringComparison.Ordinal);
    }

    private static async Task<List<JsonNode>> Records(ApiClient api)
    {
        var records = new List<JsonNode>();
        for (string? after = null; ;)
        {
            var query = $"audit/administration?action=SubmitAdministrations&limit=300{(after is null ? "" : $"&after={after}")}";
            var page = (await api.Get(query)).Body;
            records.AddRange(page["items"]!.AsArray().Select(item => item!["record"]!.DeepClone()));
            if ((after = (string?)page["next"]) is null) return records;
        }
    }

    private static Task<(int ExitCode, string Output)> Verify(string folder) => CommandLine.Run(
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll"), "audit", "verify", folder],
        TimeSpan.FromMinutes(1));
}

public sealed class DistributedAuditTests(SignedInDistributed system) : AuditTests(system), IClassFixture<SignedInDistributed>;
