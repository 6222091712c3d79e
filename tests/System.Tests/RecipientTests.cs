using System.Text;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>Who got a dose goes nowhere as it was sent, and is recognised as long as the country's key is there.</summary>
public sealed class RecipientTests
{
    private static readonly TimeSpan LetGoLimit = TimeSpan.FromSeconds(2);

    // Nothing else in a store or an answer looks like it.
    private readonly string _mark = $"who-{Guid.NewGuid():N}";
    private readonly List<string> _answers = [];

    private string One => _mark + "-1";

    private string Other => _mark + "-2é";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_got_a_dose_is_in_no_file_and_no_answer_and_not_recognised_without_the_key()
    {
        await using var system = await StandaloneProcess.Start();
        using var api = new ApiClient(system.Address);
        var world = await Fill(api);
        var (known, unknown) = (Dose(world, One), Dose(world, One, "W1-later"));

        // As a document, with lines that are rejected in it.
        var wrong = Dose(world, One);
        wrong["occurredOn"] = "2024-02-30";
        var misspelt = Dose(world, null);
        misspelt["RecipientKey"] = One;
        var document = world.Submission(known, wrong, misspelt);
        Assert.Equal((1, 2), await Counts(api.Post("administrations", document), "accepted", "rejectedTotal"));
        var again = await Told(api.Post("administrations", document.DeepClone()));
        Assert.True((bool)again.Body["repeated"]!);
        var other = document.DeepClone();
        other["doses"]![0]!["recipientKey"] = Other;
        Assert.Equal(409, (await Told(api.Post("administrations", other))).Code);

        // And as a stream, of a place that nobody knows yet too, with a line that is no JSON.
        JsonObject[] lines = [Dose(world, Other), unknown];
        var stream = ApiClient.NdjsonOf(lines) + $"\n{{\"recipientKey\": \"{One}\"\n";
        const string Stream = "administrations?submissionId=stream";
        Assert.Equal((1, 1), await Counts(Post(Stream), "accepted", "held"));
        Assert.Equal((1, 1), await Counts(Post(Stream), "accepted", "held"));

        // The same of the same is a repeat, of another it is none, and that is all that is told.
        Assert.Equal((2, 0), await Repeats(api, known, unknown));
        var another = await Told(
            api.PostNdjson($"administrations?submissionId={Guid.NewGuid():N}", [Of(known, Other), Of(unknown, Other)]));
        Assert.Equal(2, (int)another.Body["conflictsTotal"]!);
        Assert.All(another.Body["conflicts"]!.AsArray(), conflict => Assert.Contains(
            "before with another recipientKey; ", (string)conflict!["reason"]!, StringComparison.Ordinal));
        Assert.Equal((0, 2), await Repeats(api, Of(known, null), Of(unknown, null)));
        var shown = await Told(api.Get($"administrations/{(string)known["doseId"]!}"));
        Assert.True((bool)shown.Body["hasRecipient"]!);
        await Told(api.Get($"administrations?facilityId={world.Clinic}&occurredOn=2024-03-01"));
        await Told(api.Get("administrations/held"));

        // It becomes known: its doses are counted, a repeat is still one, and is hashed under the country's key by now.
        await world.PutPlace("W1-later", "facility", world.Region);
        await api.Drained();
        Assert.Equal((1, 1), await Counts(Post(Stream), "accepted", "held"));
        Assert.Equal((2, 0), await Repeats(api, unknown, Of(unknown, Other)));
        Assert.Equal((0, 1), await Repeats(api, Of(known, Other)));

        await NothingIsStored(system);
        Assert.Equal(["recipients--1.key", "recipients-W1-1.key"], Keys(system));

        // The key is destroyed while the program runs: with it what was kept can no longer be compared.
        await Destroy(system, "W1");
        await Condition.Until("another recipient is no difference any more", LetGoLimit, async () =>
            await Repeats(api, Of(known, Other)) is (1, 0) ? null : "it is");
        Assert.DoesNotContain("recipients-W1-1.key", Keys(system));
        Assert.Equal((1, 0), await Repeats(api, known));
        var next = Dose(world, One);
        Assert.Equal((1, 0), await Counts(api.PostNdjson("administrations?submissionId=next", [next]), "accepted", "conflictsTotal"));
        foreach (var restart in new[] { false, true })
        {
            if (restart) await system.Crash("standalone");
            Assert.Equal((1, 0), await Repeats(api, next));
            Assert.Equal((0, 1), await Repeats(api, Of(next, Other)));
        }

        Assert.Equal(["recipients-.destroyed", "recipients-W1-2.key", "recipients-W1.destroyed"], Keys(system));
        await NothingIsStored(system);

        Task<Answer> Post(string path) => Told(api.Send(HttpMethod.Post, path, stream, "application/x-ndjson"));
    }

    [Fact]
    public async Task Without_the_right_key_doses_with_a_recipient_wait_and_others_do_not()
    {
        await using var system = await StandaloneProcess.Start();
        using var api = new ApiClient(system.Address);
        var world = await Fill(api);
        Assert.Equal((1, 0), await Counts(api.Post("administrations", world.Submission(Dose(world, One))), "accepted", "duplicates"));
        var file = Path.Combine(system.DataFolder, "keys", "recipients-W1-1.key");
        File.Move(file, file + ".away");
        var whole = world.Submission(Dose(world, One));
        await Condition.Until("the key is missed", LetGoLimit, async () =>
        {
            var refused = await Told(api.Post("administrations", whole.DeepClone()));
            return refused.Code == 503 && refused.Text.Contains("recipients-W1-1.key, is missing", StringComparison.Ordinal)
                ? null : refused.Text;
        });
        // It was taken, if the key was not missed at once.
        var mixed = world.Submission(Dose(world, One), Dose(world, null));
        JsonNode[] lines = [Dose(world, Other, world.Clinic), Dose(world, null, world.Clinic)];
        const string Stream = "administrations?submissionId=mixed-stream";
        Assert.Equal((1, 1), await Counts(api.Post("administrations", mixed.DeepClone()), "accepted", "rejectedTotal"));
        Assert.Equal((1, 1), await Counts(api.PostNdjson(Stream, lines), "accepted", "rejectedTotal"));
        Assert.Equal((1, 0), await Counts(api.Post("administrations", world.Submission(Dose(world, null))), "accepted", "rejectedTotal"));

        // Nothing of these lines was kept: the same is sent again, and is whole.
        File.Move(file + ".away", file);
        await Condition.Until("the key is there again", LetGoLimit, async () =>
        {
            var answer = await Told(api.Post("administrations", mixed.DeepClone()));
            return (int)answer.Body["rejectedTotal"]! == 0 ? null : answer.Text;
        });
        Assert.Equal((1, 1), await Counts(api.Post("administrations", mixed.DeepClone()), "accepted", "duplicates"));
        Assert.Equal((1, 1), await Counts(api.PostNdjson(Stream, lines), "accepted", "duplicates"));
        Assert.Equal((1, 0), await Repeats(api, Of((JsonObject)lines[0], Other)));
        Assert.Equal((0, 1), await Repeats(api, Of((JsonObject)lines[0], One)));
        await NothingIsStored(system);
    }

    private static async Task<World> Fill(ApiClient api)
    {
        var world = new World(api, "W1");
        await world.PutPlace(world.Country, "country", null);
        await world.PutPlace(world.Region, "region", world.Country);
        await world.PutPlace(world.Clinic, "facility", world.Region);
        await world.PutVaccine(world.Vaccine, "1", "2");
        await api.Drained();
        return world;
    }

    private static JsonObject Dose(World world, string? recipient, string? facility = null) => Of(new JsonObject
    {
        ["doseId"] = $"{Guid.CreateVersion7()}",
        ["facilityId"] = facility ?? world.Clinic,
        ["vaccineId"] = world.Vaccine,
        ["doseNumber"] = "1",
        ["occurredOn"] = "2024-03-01",
    }, recipient);

    private static JsonObject Of(JsonObject dose, string? recipient)
    {
        var copy = (JsonObject)dose.DeepClone();
        copy.Remove("recipientKey");
        if (recipient is not null) copy["recipientKey"] = recipient;
        return copy;
    }

    private static IEnumerable<string> Keys(StandaloneProcess system) =>
        Directory.GetFiles(Path.Combine(system.DataFolder, "keys")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static Task<string> Destroy(StandaloneProcess system, string country) => CommandLine.Require(
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "Distribution.Standalone.dll"), "destroy-recipient-key", country,
            Path.Combine(system.DataFolder, "keys")], TimeSpan.FromMinutes(1));

    /// <summary>Sends lines under another submission's id: how many were recognised, and how many are another's.</summary>
    private Task<(int, int)> Repeats(ApiClient api, params JsonObject[] doses) => Counts(
        api.PostNdjson($"administrations?submissionId={Guid.NewGuid():N}", doses.Select(dose => dose.DeepClone())),
        "duplicates", "conflictsTotal");

    private async Task<(int, int)> Counts(Task<Answer> answer, string one, string other)
    {
        var body = (await Told(answer)).Body;
        return ((int)body[one]!, (int)body[other]!);
    }

    private async Task<Answer> Told(Task<Answer> answer)
    {
        var told = await answer;
        _answers.Add(told.Text);
        return told;
    }

    private async Task NothingIsStored(StandaloneProcess system)
    {
        Assert.NotEmpty(_answers);
        Assert.All(_answers, answer => Assert.DoesNotContain(_mark, answer, StringComparison.Ordinal));
        Assert.DoesNotContain(_mark, system.Output, StringComparison.Ordinal);
        await system.Kill();
        var (bytes, wide) = (Encoding.UTF8.GetBytes(_mark), Encoding.Unicode.GetBytes(_mark));
        var files = Directory.GetFiles(system.DataFolder, "*", SearchOption.AllDirectories);
        Assert.True(files.Length > 5);
        foreach (var file in files)
        {
            var stored = await File.ReadAllBytesAsync(file, Cancel);
            Assert.True(stored.AsSpan().IndexOf(bytes) < 0 && stored.AsSpan().IndexOf(wide) < 0, $"{file} says who got a dose");
        }

        await system.Restart();
    }
}
