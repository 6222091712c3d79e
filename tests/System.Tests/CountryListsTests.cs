using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneCountryListsTests(Standalone system) : CountryListsTests(system);

public sealed class DistributedCountryListsTests(Distributed system) : CountryListsTests(system);

/// <summary>The lists of a country, and what looks wrong of what is taken.</summary>
public abstract class CountryListsTests(RunningSystem system) : SystemSuite(system)
{
    [Fact]
    public async Task What_is_not_in_a_list_is_held_with_the_nearest_and_counts_when_it_is()
    {
        var world = await NewWorld();
        await Set(world, """{"sexes":["female","male"],"ageBands":["0-4","5+"],"priorityGroups":["health-workers"]}""");
        var document = world.Submission(With(world.Dose(), "sex", "femal"), With(world.Dose(), "sex", "male"), world.Dose());
        var answer = (await Api.Post("administrations", document)).Body;
        Assert.Equal((2, 1), ((int)answer["accepted"]!, (int)answer["held"]!));
        Assert.Equal($"waits for the sex 'femal' in the list of {world.Country}: perhaps 'female' was meant",
            (string)answer["heldLines"]!.AsArray().Single()!["reason"]!);
        var lines = (await Api.PostNdjson($"administrations?submissionId={Guid.NewGuid():N}",
        [
            Tally(world, 3, "ageBand", "5 +"), Tally(world, 4, "priorityGroup", "health workers"), Tally(world, 5, "ageBand", "0-4"),
        ])).Body;
        Assert.Equal((5, 7), ((int)lines["accepted"]!, (int)lines["held"]!));
        var held = (await Api.Get($"administrations/held?facilityId={world.Clinic}")).Body["items"]!.AsArray();
        Assert.Equal(
            [
                ($"age-band:{world.Country}:5 +", "5+"), ($"priority-group:{world.Country}:health workers", "health-workers"),
                ($"sex:{world.Country}:femal", "female"),
            ],
            held.Select(line => ((string)line!["missing"]!, (string)line["perhaps"]!)).Order());

        await Set(world, """{"sexes":["femal"],"ageBands":null}""");
        held = (await Api.Get($"administrations/held?facilityId={world.Clinic}")).Body["items"]!.AsArray();
        Assert.Equal([$"priority-group:{world.Country}:health workers"], held.Select(line => (string)line!["missing"]!));
        _ = (await Api.Post($"administrations/held/{held[0]!["heldId"]}/discard", Reason("typed wrong"))).Body;
        Assert.Equal(2 + 1 + 5 + 3, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task A_retraction_for_a_reason_that_is_not_in_the_list_is_refused_with_the_nearest()
    {
        var world = await NewWorld();
        var submission = world.Submission(world.Dose(), world.Dose());
        _ = (await Api.Post("administrations", submission)).Body;
        string[] doses = [.. submission["doses"]!.AsArray().Select(dose => (string)dose!["doseId"]!)];
        await Set(world, """{"retractionReasons":["entered twice","wrong person"]}""");

        var refused = await Api.Post($"administrations/{doses[0]}/retract", Reason("enterd twice"));
        Assert.Equal(422, refused.Code);
        Assert.Contains("perhaps 'entered twice' was meant", (string)refused.Json!["errors"]!["reason"]![0]!, StringComparison.Ordinal);
        var whole = await Api.Post($"administrations/submissions/{submission["submissionId"]}/retract", Reason("no idea"));
        Assert.Equal((422, true), (whole.Code, whole.Text.Contains("choose one of them", StringComparison.Ordinal)));
        var line = Reason("wrong persons");
        line["doseId"] = doses[0];
        var bulk = (await Api.PostNdjson("administrations/retractions", [line])).Body;
        Assert.Contains("perhaps 'wrong person'", (string)bulk["rejected"]!.AsArray().Single()!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(2, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);

        var retraction = Reason("entered twice");
        var first = await Api.Post($"administrations/{doses[0]}/retract", retraction);
        Assert.Equal(1, (int)first.Body["doses"]!);
        // A repeat gets its first answer, whatever the list has by now.
        await Set(world, """{"retractionReasons":["wrong person"]}""");
        Assert.Equal(first.Text, (await Api.Post($"administrations/{doses[0]}/retract", retraction)).FirstText);
        whole = await Api.Post($"administrations/submissions/{submission["submissionId"]}/retract", Reason("wrong person"));
        Assert.Equal(1, (int)whole.Body["doses"]!);
    }

    [Fact]
    public async Task Lists_are_shown_as_they_were_set_and_what_they_cannot_be_is_refused_by_field()
    {
        var world = await NewWorld();
        Assert.Equal("""{"sexes":null,"ageBands":null,"priorityGroups":null,"retractionReasons":null}""",
            (await Api.Get($"countries/{world.Country}")).Body["lists"]!.ToJsonString());
        var set = await Set(world, """{"sexes":["female","male"],"ageBands":["5+","0-4"]}""");
        Assert.Equal((1, true), ((int)set["version"]!, set["recordedAt"] is not null));
        set = await Set(world, """{"sexes":null}""");
        Assert.Equal("""{"sexes":null,"ageBands":["5\u002B","0-4"],"priorityGroups":null,"retractionReasons":null}""",
            set["lists"]!.ToJsonString());
        Assert.Equal(set.ToJsonString(), (await Api.Get($"countries/{world.Country}")).Body.ToJsonString());
        Assert.Equal(2, (int)(await Api.Put($"countries/{world.Country}", new JsonObject())).Body["version"]!);
        set = (await Api.Put($"countries/{world.Country}", JsonNode.Parse("""{"lists":null}""")!)).Body;
        Assert.Null(set["lists"]!["ageBands"]);

        foreach (var (lists, field) in new[]
                 {
                     ("""{"sexes":[]}""", "lists.sexes"), ("""{"sexes":["x","y","x"]}""", "lists.sexes[2]"),
                     ("""{"sexes":["12345678901234567"]}""", "lists.sexes[0]"), ("""{"sexes":[null]}""", "lists.sexes[0]"),
                     ("""{"ageBands":[" 0-4"]}""", "lists.ageBands[0]"), ("""{"priorityGroups":["a\u0001b"]}""", "lists.priorityGroups[0]"),
                     ("""{"retractionReasons":[""]}""", "lists.retractionReasons[0]"),
                     ($$"""{"ageBands":[{{string.Join(',', Enumerable.Range(0, 201).Select(band => $"\"{band}\""))}}]}""",
                         "lists.ageBands"),
                     ("""{"colours":["red"]}""", "lists.colours"),
                 })
        {
            var refused = await Api.Put($"countries/{world.Country}", JsonNode.Parse($$"""{"lists":{{lists}}}""")!);
            Assert.Equal((422, true), (refused.Code, refused.Text.Contains($"\"{field}\"", StringComparison.Ordinal)));
        }

        Assert.Equal(404, (await Api.Get($"countries/{world.Country}-none")).Code);
    }

    [Fact]
    public async Task What_looks_wrong_is_taken_and_told_by_line()
    {
        var world = await NewWorld();
        _ = (await Api.Put($"target-populations/{world.Clinic}/{world.Vaccine}", JsonNode.Parse(
            """{"year":2024,"source":"census","cells":[{"sex":"female","population":6},{"sex":"male","population":4}]}""")!)).Body;
        var longAgo = DateTime.UtcNow.AddYears(-6).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var document = world.Submission(world.Dose(), world.Dose(on: longAgo));
        document["tallies"] = new JsonArray(Tally(world, 10));
        var first = await Api.Post("administrations", document);
        Assert.Equal((12, 2), ((int)first.Body["accepted"]!, (int)first.Body["warningsTotal"]!));
        var warnings = first.Body["warnings"]!.AsArray();
        Assert.Equal([1L, 2L], warnings.Select(warning => (long)warning!["line"]!));
        Assert.Contains("than its whole target population", (string)warnings[0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal($"occurredOn: {longAgo} is more than 5 years ago: check the year", (string)warnings[1]!["reason"]!);
        Assert.Equal(first.Text, (await Api.Post("administrations", document)).FirstText);

        // As a stream of several chunks, and tried before.
        var id = Guid.NewGuid().ToString("N");
        JsonNode[] lines =
        [
            Tally(world, 9), .. Enumerable.Range(0, 2_200).Select(_ => With(Tally(world, 1), "occurredOn", longAgo)), Tally(world, 1),
            Tally(world, 1),
        ];
        var tried = (await Api.PostNdjson($"administrations?submissionId={id}&dryRun=true", lines)).Body;
        var answer = await Api.PostNdjson($"administrations?submissionId={id}", lines);
        // All long ago, and on two days too many: the people of the only year that is known hold for the one before it too.
        Assert.Equal((2_202, 2_202), ((int)tried["warningsTotal"]!, (int)answer.Body["warningsTotal"]!));
        Assert.Equal(3, answer.Body["warnings"]!.AsArray().Count);
        Assert.Equal(1L, (long)tried["warnings"]![0]!["line"]!);
        Assert.Equal(answer.Text, (await Api.PostNdjson($"administrations?submissionId={id}", lines)).FirstText);
        Assert.Null((await Api.Post("administrations", world.Submission(world.Dose()))).Body["warnings"]);
    }

    private async Task<JsonNode> Set(World world, string lists) =>
        (await Api.Put($"countries/{world.Country}", JsonNode.Parse($$"""{"lists":{{lists}}}""")!)).Body;

    private static JsonObject Reason(string reason) => new() { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = reason };

    private static JsonObject Tally(World world, int count, string? field = null, string? value = null)
    {
        var tally = With(world.Dose(), "count", count);
        tally.Remove("doseId");
        tally["facilityId"] = world.Clinic;
        return field is null ? tally : With(tally, field, value);
    }

    private static JsonObject With(JsonObject line, string field, JsonNode? value)
    {
        line[field] = value;
        return line;
    }
}
