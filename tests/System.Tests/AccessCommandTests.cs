using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>The program <c>distribution access</c> as people and scripts call it, against a system that asks them to sign in.</summary>
public sealed class AccessCommandTests(SignedInStandalone system) : IClassFixture<SignedInStandalone>
{
    private const int NotDone = 1;
    private const int Misunderstood = 2;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "distribution.dll");

    private readonly string _tag = $"{Guid.NewGuid():N}"[..8];

    private StandaloneProcess Process => (StandaloneProcess)system.Hosting!;

    private string AdministratorFile => Path.Combine(Process.DataFolder, "administrator.key");

    [Fact]
    public async Task A_key_is_made_into_a_file_used_listed_and_ended()
    {
        using var folder = new Folder();
        var file = folder.File("tablet.key");
        string[] add =
        [
            "keys", "add", $"tablet-{_tag}", "--name", "a [red] tablet", "--role", "clinic", "--place", $"{_tag}-F", "--out", file,
        ];
        var made = await Done(add);
        var key = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim();
        Assert.StartsWith("dk_", key, StringComparison.Ordinal);
        Assert.DoesNotContain(key, made, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        // A file that is there is not written over, and nothing is made.
        await Refused(NotDone, "--out", add);

        var me = await Done("me", "--key-file", file);
        Assert.Contains($"key:tablet-{_tag}", me, StringComparison.Ordinal);
        Assert.Contains("report.write", me, StringComparison.Ordinal);
        await Condition.Until("its use is told", TimeSpan.FromSeconds(10), async () =>
            (await Json("keys", "list")).AsArray().Single(each => (string?)each!["keyId"] == $"tablet-{_tag}")!["lastUsedAt"] is null
                ? "it is not"
                : null);
        var line = Assert.Single((await Done("keys")).Split('\n'), line => line.Contains($"tablet-{_tag}", StringComparison.Ordinal));
        Assert.Contains("a [red] tablet", line, StringComparison.Ordinal);
        Assert.Contains("key:administrator", line, StringComparison.Ordinal);

        await Refused(Misunderstood, "--yes", "keys", "end", $"tablet-{_tag}", "--reason", "lost");
        await Refused(Misunderstood, "reason", "keys", "end", $"tablet-{_tag}", "--yes");
        var ended = await Done("keys", "end", $"tablet-{_tag}", "--reason", "lost", "--yes");
        Assert.Contains("has ended", ended, StringComparison.Ordinal);
        await Refused(NotDone, "Conflict: The access key", "keys", "end", $"tablet-{_tag}", "--reason", "lost", "--yes");
        Assert.DoesNotContain($"tablet-{_tag}", await Done("keys"), StringComparison.Ordinal);
        Assert.Contains("by key:administrator: lost", await Done("keys", "list", "--all"), StringComparison.Ordinal);
        await Condition.Until("it is refused", TimeSpan.FromSeconds(10), async () =>
            await Run(["me", "--key-file", file]) is (NotDone, var said) && said.Contains("Sign in", StringComparison.Ordinal)
                ? null
                : "let in");
    }

    [Fact]
    public async Task A_key_without_a_file_is_shown_once()
    {
        string[] add = ["keys", "add", $"screen-{_tag}", "--name", "a screen", "--role", "viewer", "--everywhere"];
        Assert.StartsWith($"dk_screen-{_tag}_", await Done(add), StringComparison.Ordinal);
        await Refused(NotDone, "was made before", add);
    }

    [Fact]
    public async Task Grants_are_given_listed_and_ended()
    {
        var (grant, caller) = ($"grant-{_tag}", $"https://login.example.org|{_tag}");
        string[] add = ["grants", "add", grant, "--caller", caller, "--role", "logistics", "--place", $"{_tag}-R", "--reason", "runs it"];
        var until = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(30));
        var said = await Done([.. add, "--until", until.ToString("O")]);
        Assert.Contains($"{caller} has the role logistics at {_tag}-R", said, StringComparison.Ordinal);
        // Other content under the same id.
        await Refused(NotDone, "Conflict: The grant", add);
        var given = (await Json("grants")).AsArray().Single(each => (string?)each!["grantId"] == grant)!;
        Assert.Equal(new DateTimeOffset(until.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), (DateTimeOffset)given["until"]!);
        Assert.Equal(caller, (string?)given["caller"]);
        await Done("grants", "end", grant, "--reason", "has left", "-y");
        Assert.DoesNotContain(grant, await Done("grants", "list"), StringComparison.Ordinal);
        Assert.Contains("has left", await Done("grants", "list", "-a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shares_are_listed_and_ended()
    {
        var share = $"share-{_tag}";
        using var head = (await system.NewKeyAt($"{_tag}A", "headOfMinistry")).Api;
        _ = (await head.Put($"shares/{share}", new JsonObject
        {
            ["owner"] = $"{_tag}A",
            ["ally"] = $"{_tag}B",
            ["measures"] = new JsonArray("coverage", "stock"),
            ["depth"] = "region",
            ["vaccineIds"] = null,
            ["reason"] = "a joint campaign",
        })).Body;
        var line = Assert.Single((await Done("shares")).Split('\n'), line => line.Contains(share, StringComparison.Ordinal));
        Assert.Contains("coverage, stock", line, StringComparison.Ordinal);
        await Done("shares", "end", share, "--reason", "it is over", "--yes");
        Assert.DoesNotContain(share, await Done("shares"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_do_what_at_a_place_says_why_and_leaves_out_what_does_not_reach_there()
    {
        var world = new World(system.Administrator, $"W{_tag}");
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutPlace(world.Store, "facility", world.Region);
        var ids = new Dictionary<string, string>();
        foreach (var (name, place, role) in new[]
        {
            ("here", world.Clinic, "clinic"), ("region", world.Region, "logistics"), ("country", world.Country, "viewer"),
            ("beside", world.Store, "clinic"), ("ended", world.Clinic, "clinic"),
        })
        {
            ids[name] = $"{name}-{_tag}";
            await Done("grants", "add", ids[name], "--caller", $"https://login.example.org|{ids[name]}", "--role", role, "--place", place,
                "--reason", "a test");
        }

        await Done("grants", "end", ids["ended"], "--reason", "a test", "--yes");
        var found = (await Json("who", world.Clinic)).AsArray();
        var reasons = found.Where(each => ((string)each!["caller"]!).EndsWith(_tag, StringComparison.Ordinal))
            .Select(each => ((string)each!["caller"]!, (string)each["why"]!));
        Assert.Equal(
        [
            ($"https://login.example.org|{ids["here"]}", "for the place itself"),
            ($"https://login.example.org|{ids["region"]}", $"through {world.Region}"),
            ($"https://login.example.org|{ids["country"]}", $"through {world.Country}"),
        ], reasons);
        var whole = Assert.Single(found, each => (string?)each!["caller"] == "key:administrator")!;
        Assert.Equal(("administrator", "for the whole system", null),
            ((string?)whole["role"], (string?)whole["why"], (string?)whole["placeId"]));

        var writers = await Done("who", world.Clinic, "--right", "stock.write");
        Assert.Contains(ids["region"], writers, StringComparison.Ordinal);
        Assert.DoesNotContain(ids["country"], writers, StringComparison.Ordinal);

        // What was merged into another is a part of it, to the services as well.
        var merge = new JsonObject { ["into"] = world.Clinic, ["requestId"] = $"merge-{_tag}" };
        _ = (await system.Administrator.Post($"facilities/{world.Store}/merge", merge)).Body;
        var merged = (await Json("who", world.Store)).AsArray().Single(
            each => ((string)each!["caller"]!).EndsWith(ids["here"], StringComparison.Ordinal));
        Assert.Equal($"through {world.Clinic}", (string?)merged!["why"]);
        Assert.Contains("is not a place yet", await Done("who", $"{_tag}-nowhere"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_read_to_its_end()
    {
        var ids = Enumerable.Range(0, 1_050).Select(number => $"many-{_tag}-{number:D4}").ToList();
        await Parallel.ForEachAsync(ids, TestContext.Current.CancellationToken, async (id, _) =>
            Assert.Equal(201, (await system.Administrator.Put(
                $"access/grants/{id}", PeopleSystem.GrantOf("https://login.example.org|many", "viewer", "XA"))).Code));
        var listed = (await Json("grants", "list")).AsArray().Select(each => (string)each!["grantId"]!);
        Assert.Equal(ids, listed.Where(id => id.StartsWith($"many-{_tag}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("keys add x --name x --role king --everywhere", NotDone, "Invalid request: role: must be one of")]
    [InlineData("keys add x --name x --role viewer", Misunderstood, "--everywhere")]
    [InlineData("keys add x --name x --role viewer --everywhere --place XA", Misunderstood, "--everywhere")]
    [InlineData("keys add x --name x --role viewer --everywhere --until tomorrow", Misunderstood, "'tomorrow' is no day")]
    [InlineData("keys add x --role viewer --everywhere", Misunderstood, "name")]
    [InlineData("keys lend", Misunderstood, "lend")]
    [InlineData("me --verbose", Misunderstood, "verbose")]
    [InlineData("me --url localhost:8080", Misunderstood, "no address such as")]
    [InlineData("me --url http://192.0.2.1", NotDone, "without TLS")]
    [InlineData("me --key-file nothing.key", NotDone, "--key-file")]
    [InlineData("grants end nothing --reason x --yes", NotDone, "Not found")]
    [InlineData("keys end administrator --reason x --yes", NotDone, "Conflict: The access key 'administrator' is the last")]
    public async Task What_cannot_be_done_is_told_in_a_sentence(string arguments, int code, string says) =>
        await Refused(code, says, arguments.Split(' '));

    [Fact]
    public async Task A_system_that_is_not_there_is_told_with_where_it_was_looked_for()
    {
        var (code, said) = await Run(["me", "--url", "http://127.0.0.1:1"]);
        Assert.Equal(NotDone, code);
        Assert.Contains("http://127.0.0.1:1 does not answer", Assert.Single(said.Split('\n')), StringComparison.Ordinal);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task A_key_that_others_can_read_is_not_used()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows a folder's own rights say who reads in it.");
        using var folder = new Folder();
        var file = folder.File("open.key");
        File.Copy(AdministratorFile, file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await Refused(NotDone, "chmod 600", "me", "--key-file", file);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        Assert.Contains("key:administrator", await Done("me", "--key-file", file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_says_what_there_is_with_examples()
    {
        var help = await Done("keys", "add", "--help");
        Assert.Contains("EXAMPLES", help, StringComparison.Ordinal);
        foreach (var option in new[] { "--url", "--key-file", "--json", "--out", "--until" })
            Assert.Contains(option, help, StringComparison.Ordinal);
    }

    private async Task<string> Done(params string[] arguments)
    {
        var (code, output) = await Run(arguments);
        Assert.True(code == 0, output);
        return output;
    }

    private async Task<JsonNode> Json(params string[] arguments) => JsonNode.Parse(await Done([.. arguments, "--json"]))!;

    private async Task Refused(int code, string says, params string[] arguments)
    {
        var (exit, output) = await Run(arguments);
        Assert.True(exit == code, $"{exit}: {output}");
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.StartsWith("distribution: ", Assert.Single(output.Split('\n')), StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output)> Run(string[] arguments)
    {
        // Skips where there is no system.
        _ = system.Administrator;
        string[] url = arguments.Contains("--url") ? [] : ["--url", Process.Address.ToString()];
        return CommandLine.Run(["dotnet", Program, "access", .. arguments, .. url], TimeSpan.FromMinutes(1),
            new Dictionary<string, string> { ["DISTRIBUTION_KEY_FILE"] = AdministratorFile });
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("distribution-command-");

        public string File(string name) => Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
