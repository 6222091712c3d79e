using System.Text;
using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneAdministrationTests(Standalone system) : AdministrationTests(system);

public sealed class DistributedAdministrationTests(Distributed system) : AdministrationTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoAdministrationTests(OnMongo system) : AdministrationTests(system);

public abstract class AdministrationTests(RunningSystem system) : SystemSuite(system)
{
    [Fact]
    public async Task A_repeated_submission_gets_the_first_answer_and_counts_once()
    {
        var world = await NewWorld();
        var submission = world.Submission(world.Dose(), world.Dose());
        var first = await Api.Post("administrations", submission);
        var again = await Api.Post("administrations", submission);
        Assert.Equal(2, (int)first.Body["accepted"]!);
        Assert.Equal(first.Text, again.FirstText);
        Assert.Null(first.Body["repeated"]);
        Assert.True((bool)again.Body["repeated"]!);
        Assert.Equal(2, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task The_same_dose_in_another_submission_is_a_duplicate_and_with_other_content_a_conflict()
    {
        var world = await NewWorld();
        var id = Guid.CreateVersion7();
        _ = (await Api.Post("administrations", world.Submission(world.Dose(id)))).Body;
        var duplicate = (await Api.Post("administrations", world.Submission(world.Dose(id), world.Dose()))).Body;
        var conflict = (await Api.Post("administrations", world.Submission(world.Dose(id, "2"), world.Dose()))).Body;
        Assert.Equal((1, 1), ((int)duplicate["accepted"]!, (int)duplicate["duplicates"]!));
        Assert.Equal(1, (int)conflict["accepted"]!);
        var line = conflict["conflicts"]!.AsArray().Single()!;
        Assert.Equal((1, id.ToString()), ((int)line["line"]!, (string)line["id"]!));
        Assert.Contains("doseNumber", (string)line["reason"]!, StringComparison.Ordinal);
        Assert.Equal(3, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task The_lines_of_a_facility_and_a_day_are_listed_page_by_page()
    {
        var world = await NewWorld();
        var doses = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        var submission = world.Submission([.. doses.Select(id => world.Dose(id))]);
        var tally = world.Dose();
        tally.Remove("doseId");
        tally["count"] = 7;
        submission["tallies"] = new JsonArray(tally);
        Assert.Equal(12, (int)(await Api.Post("administrations", submission)).Body["accepted"]!);
        await Api.Post($"administrations/{doses[1]}/retract",
            new JsonObject { ["requestId"] = Guid.NewGuid().ToString(), ["reason"] = "entered twice" });

        var day = (string)world.Dose()["occurredOn"]!;
        var listed = new List<(string, string, int)>();
        for (string? next = ""; next is not null;)
        {
            var page = (await Api.Get(
                $"administrations?facilityId={world.Clinic}&occurredOn={day}&limit=5{(next.Length > 0 ? "&after=" + next : "")}")).Body;
            listed.AddRange(page["items"]!.AsArray().Select(line => ((string)line!["id"]!, (string)line["state"]!, (int)line["doses"]!)));
            next = (string?)page["next"];
        }

        Assert.Equal(
            [.. doses.Select((id, index) => (id.ToString(), index == 1 ? "retracted" : "counted", 1)),
                ($"{(string)submission["submissionId"]!}:6", "counted", 7)],
            listed);
        Assert.Empty((await Api.Get($"administrations?facilityId={world.Clinic}&occurredOn=2001-01-01")).Body["items"]!.AsArray());
        foreach (var wrong in new[] { "", $"?facilityId={world.Clinic}", $"?facilityId={world.Clinic}&occurredOn={day}&after=doses:x",
            $"?facilityId={world.Clinic}&occurredOn={day}&limit=0" })
            Assert.Equal(422, (await Api.Get($"administrations{wrong}")).Code);
    }

    [Fact]
    public async Task A_submission_id_with_other_content_is_refused_and_counts_nothing()
    {
        var world = await NewWorld();
        var first = world.Submission(world.Dose());
        _ = (await Api.Post("administrations", first)).Body;
        var other = world.Submission(world.Dose());
        other["submissionId"] = (string)first["submissionId"]!;
        Assert.Equal(409, (await Api.Post("administrations", other)).Code);
        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task One_bad_line_never_sinks_the_others()
    {
        var world = await NewWorld();
        JsonNode[] bad =
        [
            With(world.Dose(), "doseId", "not-a-uuid"), With(world.Dose(), "occurredOn", "2999-01-01"),
            With(world.Dose(), "occurredOn", "1899-12-31"), With(world.Dose(), "occurredOn", "yesterday"),
            With(world.Dose(), "vaccineId", null), With(world.Dose(), "doseNumber", ""),
            With(Tally(world, 4), "status", "not-done"), Tally(world, -3),
        ];
        var lines = bad.Select(line => With(line, "facilityId", world.Clinic).ToJsonString()).ToList();
        lines.Insert(0, With(world.Dose(), "facilityId", world.Clinic).ToJsonString());
        lines.Add("{\"doseId\": ");
        lines.Add("[1,2]");
        lines.Add("\"" + new string('x', 10_000_000) + "\"");
        lines.Add(With(Tally(world, 5), "facilityId", world.Clinic).ToJsonString());
        var answer = (await Api.Send(
            HttpMethod.Post, $"administrations?submissionId={Guid.NewGuid():N}", string.Join('\n', lines), "application/x-ndjson")).Body;

        Assert.Equal(6, (int)answer["accepted"]!);
        var rejected = answer["rejected"]!.AsArray();
        Assert.Equal(Enumerable.Range(2, 11), rejected.Select(line => (int)line!["line"]!));
        foreach (var (index, field) in new[] { "doseId", "occurredOn", "occurredOn", "occurredOn", "vaccineId", "doseNumber", "status",
            "count" }.Index())
            Assert.Contains(field, (string)rejected[index]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(6, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Theory]
    [InlineData("facility")]
    [InlineData("vaccine")]
    [InlineData("doseNumber")]
    [InlineData("all")]
    public async Task A_report_before_its_reference_data_is_held_and_settles_by_itself(string missing)
    {
        var world = await NewWorld();
        var (facility, vaccine, doseNumber) = missing switch
        {
            "facility" => ($"{world.Country}-late", world.Vaccine, "1"),
            "vaccine" => (world.Clinic, $"{world.Country}-lateV", "1"),
            "doseNumber" => (world.Clinic, world.Vaccine, "B1"),
            _ => ($"{world.Country}-late", $"{world.Country}-lateV", "B1"),
        };
        var dose = With(With(world.Dose(doseNumber: doseNumber), "vaccineId", vaccine), "facilityId", facility);
        var tally = With(With(Tally(world, 4), "vaccineId", vaccine), "facilityId", facility);
        tally["doseNumber"] = doseNumber;
        var answer = (await Api.PostNdjson($"administrations?submissionId={Guid.NewGuid():N}", [dose, tally])).Body;
        Assert.Equal((0, 5), ((int)answer["accepted"]!, (int)answer["held"]!));
        var held = (await Api.Get($"administrations/held?facilityId={facility}")).Body["items"]!.AsArray();
        Assert.Equal(2, held.Count);

        if (vaccine != world.Vaccine) await world.PutVaccine(vaccine, "1", "2");
        await Api.Drained();
        if (facility != world.Clinic) await world.PutPlace(facility, "facility", world.Region);
        await Api.Drained();
        if (doseNumber != "1") await world.PutVaccine(vaccine, "1", "2", "B1");
        await Api.Drained();

        Assert.Empty((await Api.Get($"administrations/held?facilityId={facility}")).Body["items"]!.AsArray());
        var row = (await Api.WholeCoverage($"country={world.Country}&level=region&vaccineId={vaccine}"))["rows"]!.AsArray().Single()!;
        Assert.Equal(5, (long)row["doses"]!);
        var again = (await Api.PostNdjson($"administrations?submissionId={Guid.NewGuid():N}", [dose.DeepClone()])).Body;
        Assert.Equal(1, (int)again["duplicates"]!);
    }

    [Fact]
    public async Task A_retraction_takes_the_dose_back_once()
    {
        var world = await NewWorld();
        var id = Guid.CreateVersion7();
        _ = (await Api.Post("administrations", world.Submission(world.Dose(id), world.Dose()))).Body;
        var request = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "entered in error" };
        for (var i = 0; i < 3; i++) _ = (await Api.Post($"administrations/{id}/retract", request)).Body;
        request["requestId"] = Guid.NewGuid().ToString("N");
        _ = (await Api.Post($"administrations/{id}/retract", request)).Body;

        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        var balance = await world.Balance();
        Assert.Equal((1, 1), ((long)balance["administered"]!, (long)balance["discrepancy"]!));
        Assert.Equal(409, (await Api.Post($"administrations/{Guid.NewGuid()}/retract", request)).Code);
        request["requestId"] = Guid.NewGuid().ToString("N");
        Assert.Equal(404, (await Api.Post("administrations/no-dose/retract", request)).Code);
        var corrections = (await Api.Get($"administrations/{id}")).Body["corrections"]!.AsArray();
        Assert.Equal(("entered in error", 1), ((string)corrections.Single()!["reason"]!, (int)corrections.Single()!["doses"]!));
    }

    [Fact]
    public async Task A_report_that_none_were_given_is_taken_and_a_byte_order_mark_is_passed_over()
    {
        var world = await NewWorld();
        var none = With(Tally(world, 0), "facilityId", world.Clinic).ToJsonString();
        var answer = (await Api.Send(HttpMethod.Post, $"administrations?submissionId={Guid.NewGuid():N}",
            $"\uFEFF{none}\r\n{With(world.Dose(), "facilityId", world.Clinic).ToJsonString()}", "application/x-ndjson")).Body;
        Assert.Equal((1, 0), ((int)answer["accepted"]!, (int)answer["rejectedTotal"]!));
        var document = world.Submission(world.Dose());
        var taken = (await Api.Send(HttpMethod.Post, "administrations", "\uFEFF" + document.ToJsonString(), "application/json")).Body;
        Assert.Equal(1, (int)taken["accepted"]!);
        Assert.Equal(2, (int)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task A_stream_that_is_no_NDJSON_ends()
    {
        var world = await NewWorld();
        var stream = string.Join('\n', Enumerable.Repeat("dose;1", 1_000).Append(world.Dose().ToJsonString()));
        var answer = await Api.Send(HttpMethod.Post, $"administrations?submissionId={Guid.NewGuid():N}", stream, "application/x-ndjson");
        Assert.Equal(400, answer.Code);
        Assert.Contains("1000 lines", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_request_does_not_have_is_refused_by_name()
    {
        var world = await NewWorld();
        var submission = world.Submission(world.Dose());
        submission["status"] = "not-done";
        foreach (var (answer, field) in new[]
        {
            (await Api.Post("administrations", submission), "status"),
            (await Api.Post($"administrations/{Guid.NewGuid()}/retract", Request(("dose", 5))), "dose"),
            (await Api.Put($"vaccines/{world.Vaccine}", new JsonObject { ["name"] = "V", ["antigen"] = "measles" }), "antigen"),
            (await Api.Put($"target-populations/{world.Clinic}/{world.Vaccine}", JsonNode.Parse(
                """{"year":2024,"source":"s","cells":[{"population":8,"ages":"0-4"}]}""")!), "cells[0].ages"),
            (await Api.Post("shipments", new JsonObject { ["shipmentId"] = "s", ["lot"] = "L1" }), "lot"),
        })
        {
            Assert.Equal(422, answer.Code);
            Assert.Equal(field, JsonNode.Parse(answer.Text)!["errors"]!.AsObject().Single().Key);
        }

        foreach (var path in new[] { "coverage?vaccine=V", "stock?facility=F", "shipments?stat=sent", "administrations/held?facility=F",
            "administrations/summary?vaccineId=V&to=2024-01-01" })
        {
            var answer = await Api.Get(path);
            Assert.Equal(400, answer.Code);
            Assert.Contains(path.Split('?', '&')[^1].Split('=')[0], answer.Text, StringComparison.Ordinal);
        }

        var bulk = (await Api.PostNdjson("administrations/retractions", [Request(("doseId", $"{Guid.NewGuid()}"), ("count", 5))])).Body;
        Assert.Contains("count: is no field", (string)bulk["rejected"]![0]!["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Some_doses_of_a_tally_are_taken_back_also_before_it_comes_and_go_back_to_their_lot()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100, "L1", "2030-01-31");
        var tally = Tally(world, 40);
        tally["lotNumber"] = "L1";
        var submission = world.Submission();
        submission["tallies"] = new JsonArray(tally);
        var line = $"{submission["submissionId"]}:1";
        var early = (await Api.Post($"administrations/{line}/retract", Request(("doses", 5)))).Body;
        Assert.Equal((0, true), ((int)early["doses"]!, (bool)early["awaited"]!));
        _ = (await Api.Post("administrations", submission)).Body;
        var request = Request(("doses", 25));
        for (var repeat = 0; repeat < 2; repeat++)
            Assert.Equal(25, (int)(await Api.Post($"administrations/{line}/retract", request)).Body["doses"]!);
        foreach (var (doses, status) in new[] { (11, 422), (0, 422), (10, 200) })
            Assert.Equal(status, (await Api.Post($"administrations/{line}/retract", Request(("doses", doses)))).Code);

        var kept = (await Api.Get($"administrations/{line}")).Body;
        Assert.Equal((40, 40, "retracted"), ((int)kept["doses"]!, (int)kept["retracted"]!, (string)kept["state"]!));
        Assert.Equal([5, 10, 25], kept["corrections"]!.AsArray().Select(correction => (int)correction!["doses"]!).Order());
        Assert.Equal(0, (int)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        var lot = (await Api.Get($"stock?facilityId={world.Clinic}")).Body["items"]!.AsArray()
            .Single(item => (string?)item!["lotNumber"] == "L1")!;
        Assert.Equal(100, (int)lot["onHand"]!);
    }

    [Fact]
    public async Task Many_lines_are_taken_back_in_bulk_and_a_repeat_gets_the_same_answer()
    {
        var world = await NewWorld();
        var (dose, late) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var submission = world.Submission(world.Dose(dose), world.Dose());
        submission["tallies"] = new JsonArray(Tally(world, 40));
        _ = (await Api.Post("administrations", submission)).Body;
        JsonNode[] lines =
        [
            Request(("doseId", $"{dose}")), Request(("doseId", $"{late}")),
            Request(("doseId", $"{submission["submissionId"]}:3"), ("doses", 30)),
            Request(("doseId", $"{submission["submissionId"]}:3"), ("doses", 41)), Request(("doseId", "neither")),
        ];
        for (var repeat = 0; repeat < 2; repeat++)
        {
            var answer = (await Api.PostNdjson("administrations/retractions", lines)).Body;
            Assert.Equal((2, 31, 1, 0, 2), ((int)answer["accepted"]!, (int)answer["doses"]!, (int)answer["held"]!,
                (int)answer["unchanged"]!, (int)answer["rejectedTotal"]!));
            Assert.Equal([4, 5], answer["rejected"]!.AsArray().Select(rejected => (int)rejected!["line"]!).Order());
        }

        _ = (await Api.Post("administrations", world.Submission(world.Dose(late)))).Body;
        Assert.Equal(11, (int)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        var balance = await world.Balance();
        Assert.Equal(11, (int)balance["administered"]!);
    }

    [Fact]
    public async Task A_submission_is_taken_back_as_a_whole_and_doses_that_another_brought_stay()
    {
        var world = await NewWorld();
        var shared = Guid.CreateVersion7();
        _ = (await Api.Post("administrations", world.Submission(world.Dose(shared)))).Body;
        var (json, stream) = (world.Submission(world.Dose(shared), world.Dose()), Guid.NewGuid().ToString("N"));
        json["tallies"] = new JsonArray(Tally(world, 40));
        _ = (await Api.Post("administrations", json)).Body;
        JsonNode[] lines =
        [
            With(world.Dose(on: "2024-04-01"), "facilityId", world.Store), With(world.Dose(), "facilityId", world.Clinic),
            With(Tally(world, 7), "facilityId", "nowhere"),
        ];
        _ = (await Api.PostNdjson($"administrations?submissionId={stream}", lines)).Body;

        var request = Request();
        Assert.Equal(404, (await Api.Post("administrations/submissions/none/retract", request)).Code);
        for (var repeat = 0; repeat < 2; repeat++)
        {
            var answer = (await Api.Post($"administrations/submissions/{json["submissionId"]}/retract", request)).Body;
            Assert.Equal((2, 41), ((int)answer["lines"]!, (int)answer["doses"]!));
        }

        Assert.Equal(409, (await Api.Post($"administrations/submissions/{stream}/retract", request)).Code);
        var streamed = (await Api.Post($"administrations/submissions/{stream}/retract", Request())).Body;
        Assert.Equal((3, 2), ((int)streamed["lines"]!, (int)streamed["doses"]!));
        Assert.Equal(1, (int)(await world.CoverageOf(world.Country, "country"))["doses"]!);
        var balance = await world.Balance();
        Assert.Equal(1, (int)balance["administered"]!);
    }

    private static JsonObject Request(params (string Field, JsonNode Value)[] more)
    {
        var request = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "entered in error" };
        foreach (var (field, value) in more) request[field] = value;
        return request;
    }

    [Fact]
    public async Task A_discarded_held_line_is_counted_nowhere()
    {
        var world = await NewWorld();
        var dose = world.Dose(doseNumber: "X9");
        _ = (await Api.Post("administrations", world.Submission(dose))).Body;
        var held = (await Api.Get($"administrations/held?facilityId={world.Clinic}")).Body["items"]!.AsArray().Single()!;
        var request = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "a slip" };
        _ = (await Api.Post($"administrations/held/{held["heldId"]}/discard", request)).Body;
        await world.PutVaccine(world.Vaccine, "1", "2", "X9");
        Assert.Equal(0, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task Malformed_and_oversized_bodies_are_clear_problems()
    {
        var world = await NewWorld();
        var malformed = await Api.Send(HttpMethod.Post, "administrations", "{\"submissionId\": \"x\", \"doses\": [{]}");
        Assert.Equal(400, malformed.Code);
        Assert.Equal("application/problem+json", malformed.MediaType);
        var huge = await Api.Send(HttpMethod.Post, "administrations", $"{{\"submissionId\": \"{new string('x', 9_000_000)}\"}}");
        Assert.Equal(413, huge.Code);
        var bigCommand = await Api.Send(HttpMethod.Put, $"facilities/{world.Clinic}", $"{{\"name\": \"{new string('x', 2_000_000)}\"}}");
        Assert.Equal(413, bigCommand.Code);
        Assert.Equal(422, (await Api.Post("administrations", With(world.Submission(world.Dose()), "submissionId", "no spaces!"))).Code);
    }

    [Fact]
    public async Task A_stream_longer_than_any_ordinary_limit_is_taken_line_by_line()
    {
        const int Lines = 250_000;
        var world = await NewWorld();
        var line = Encoding.UTF8.GetBytes(With(Tally(world, 2), "facilityId", world.Clinic).ToJsonString() + new string(' ', 64) + "\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/administrations?submissionId={Guid.NewGuid():N}")
        {
            Content = new Repeated(line, Lines, "application/x-ndjson"),
        };
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((200, 2L * Lines), ((int)response.StatusCode, (long)answer["accepted"]!));
        Assert.Equal(2L * Lines, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Theory]
    [InlineData("POST", "administrations")]
    [InlineData("PUT", "facilities/huge")]
    [InlineData("POST", "shipments")]
    public async Task A_client_that_does_not_say_how_much_it_sends_is_answered_when_it_is_too_much(string method, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), $"api/v1/{path}")
        {
            Content = new Repeated(Encoding.UTF8.GetBytes(new string(' ', 64 * 1024)), 512, "application/json"),
        };
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((413, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    private static JsonObject Tally(World world, int count) => new()
    {
        ["vaccineId"] = world.Vaccine,
        ["doseNumber"] = "1",
        ["occurredOn"] = "2024-03-01",
        ["count"] = count,
    };

    private static JsonNode With(JsonNode node, string field, string? value)
    {
        node[field] = value;
        return node;
    }
}
