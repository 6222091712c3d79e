using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Distribution.Interop.Fhir;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneFhirTests(Standalone system) : FhirTests(system);

public sealed class DistributedFhirTests(Distributed system) : FhirTests(system);

/// <summary>Doses as Immunizations of FHIR R4: the examples with their answers, and what must hold beyond them.</summary>
public abstract class FhirTests(RunningSystem system) : CoverageSuite(system)
{
    private const string Cvx = "http://hl7.org/fhir/sid/cvx";

    [Fact]
    public async Task A_dose_is_told_again_corrected_and_taken_back_and_counts_as_it_is_now()
    {
        var (world, code) = await NewClinic();
        var said = Example("ours-plain.json", world, code);
        var made = await Send(HttpMethod.Post, "Immunization", said);
        Assert.Equal((201, "W/\"1\""), (made.Code, made.ETag));
        var id = made.Location!.Split('/')[^3];
        var again = await Send(HttpMethod.Post, "Immunization", said);
        Assert.Equal((200, made.Location), (again.Code, again.Location));

        var other = await Send(HttpMethod.Post, "Immunization", Example("ours-same-identifier-other-lot.json", world, code));
        Assert.Equal((409, "conflict"), (other.Code, other.IssueCode));
        Assert.Contains("lotNumber", other.Text, StringComparison.Ordinal);
        await Expect(1, ("L7", 9), ("L8", 10));

        var correction = Example("ours-correction.json", world, code);
        var corrected = await Send(HttpMethod.Put, $"Immunization/{id}", correction, ("If-Match", "W/\"1\""));
        Assert.Equal((200, "W/\"2\""), (corrected.Code, corrected.ETag));
        Assert.Equal(412, (await Send(HttpMethod.Put, $"Immunization/{id}", said, ("If-Match", "W/\"1\""))).Code);
        Assert.Equal(200, (await Send(HttpMethod.Post, "Immunization", said)).Code);
        await Expect(1, ("L7", 10), ("L8", 9));

        // What comes out is read by the same reader, and changes nothing where it is put back.
        var shown = await Send(HttpMethod.Get, $"Immunization/{id}");
        Assert.Equal((200, "L8", "W/\"2\""), (shown.Code, (string)shown.Body!["lotNumber"]!, shown.ETag));
        Assert.Empty(FhirJson.Read(Encoding.UTF8.GetBytes(shown.Text)).Faults);
        Assert.DoesNotContain("p-0017", shown.Text, StringComparison.Ordinal);
        var put = await Send(HttpMethod.Put, $"Immunization/{id}", shown.Body, ("If-Match", "W/\"2\""));
        Assert.Equal((200, "W/\"2\""), (put.Code, put.ETag));

        var inError = Example("ours-entered-in-error.json", world, code);
        for (var turn = 0; turn < 2; turn++)
        {
            var gone = await Send(HttpMethod.Put, $"Immunization/{id}", inError);
            Assert.Equal((200, "W/\"3\""), (gone.Code, gone.ETag));
        }

        Assert.Equal("entered-in-error", (string)(await Send(HttpMethod.Get, $"Immunization/{id}")).Body!["status"]!);
        Assert.Equal(409, (await Send(HttpMethod.Put, $"Immunization/{id}", correction)).Code);
        Assert.Equal(404, (await Send(HttpMethod.Put, $"Immunization/{Guid.NewGuid()}", inError)).Code);
        await Expect(0, ("L7", 10), ("L8", 10));

        async Task Expect(int doses, params (string Lot, int OnHand)[] lots)
        {
            Assert.Equal(doses, Doses(await world.CoverageOf(world.Clinic, "facility")));
            var stock = (await Api.Get($"stock?facilityId={world.Clinic}")).Body["items"]!.AsArray();
            foreach (var (lot, onHand) in lots)
                Assert.Equal(onHand, stock.Where(each => (string?)each!["lotNumber"] == lot).Sum(each => (int)each!["onHand"]!));
        }
    }

    [Fact]
    public async Task Of_two_who_change_the_same_version_at_once_one_is_refused()
    {
        var (world, code) = await NewClinic();
        var said = Example("ours-plain.json", world, code);
        var id = (await Send(HttpMethod.Post, "Immunization", said)).Location!.Split('/')[^3];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(at =>
        {
            var changed = said.DeepClone();
            changed["lotNumber"] = $"L{at}0";
            return Send(HttpMethod.Put, $"Immunization/{id}", changed, ("If-Match", "W/\"1\""));
        }));
        Assert.Equal([200, .. Enumerable.Repeat(412, 7)], answers.Select(answer => answer.Code).Order());
        Assert.Equal(1, Doses(await world.CoverageOf(world.Clinic, "facility")));
    }

    [Fact]
    public async Task A_transaction_is_taken_whole_or_not_at_all_and_a_batch_entry_by_entry()
    {
        var (world, code) = await NewClinic();
        var bundle = Example("ours-transaction.json", world, code);
        var broken = bundle.DeepClone();
        broken["entry"]![1]!["resource"]!["occurrenceDateTime"] = "2026-03";
        var refused = await Send(HttpMethod.Post, "", broken);
        Assert.Equal((422, "value"), (refused.Code, refused.IssueCode));
        Assert.StartsWith("Bundle.entry[1].resource", (string)refused.Body!["issue"]![0]!["expression"]![0]!, StringComparison.Ordinal);
        Assert.Equal(0, Doses(await world.CoverageOf(world.Clinic, "facility")));

        Assert.Equal(["201 Created", "201 Created"], Statuses(await Send(HttpMethod.Post, "", bundle)));
        Assert.Equal(["200 OK", "200 OK"], Statuses(await Send(HttpMethod.Post, "", bundle)));
        Assert.Equal(2, Doses(await world.CoverageOf(world.Clinic, "facility")));

        // A conflict is found only in the commit, which takes back what was before it.
        var third = bundle.DeepClone();
        third["entry"]![0]!["resource"]!["identifier"]![0]!["value"] = $"{world.Country}-T-3";
        third["entry"]![1]!["resource"]!["lotNumber"] = "L8";
        Assert.Equal(409, (await Send(HttpMethod.Post, "", third)).Code);
        Assert.Equal(2, Doses(await world.CoverageOf(world.Clinic, "facility")));
        third["type"] = "batch";
        Assert.Equal(["201 Created", "409 Conflict"], Statuses(await Send(HttpMethod.Post, "", third)));
        Assert.Equal(3, Doses(await world.CoverageOf(world.Clinic, "facility")));

        var twice = bundle.DeepClone();
        twice["entry"]![1]!["resource"]!["identifier"] = twice["entry"]![0]!["resource"]!["identifier"]!.DeepClone();
        twice["entry"]![1]!["request"]!.AsObject().Remove("ifNoneExist");
        Assert.Equal(400, (await Send(HttpMethod.Post, "", twice)).Code);

        string[] Statuses(FhirReply answer)
        {
            Assert.Equal(200, answer.Code);
            return [.. answer.Body!["entry"]!.AsArray().Select(entry => (string)entry!["response"]!["status"]!)];
        }
    }

    [Fact]
    public async Task Kinds_places_and_people_of_a_bundle_are_understood_and_no_person_is_kept()
    {
        var (world, code) = await NewClinic();
        var bundle = Example("ours-transaction.json", world, code);
        var (first, second) = (bundle["entry"]![0]!["resource"]!, bundle["entry"]![1]!["resource"]!);
        first["primarySource"] = false;
        second["isSubpotent"] = true;
        second["patient"] = new JsonObject { ["reference"] = "urn:uuid:0198c0de-0000-7000-8000-000000000999" };
        bundle["entry"]!.AsArray().Add(JsonNode.Parse("""
            {"fullUrl": "urn:uuid:0198c0de-0000-7000-8000-000000000999", "request": {"method": "POST", "url": "Patient"},
             "resource": {"resourceType": "Patient", "identifier": [{"system": "urn:example:pseudonym", "value": "p-0018"}],
               "name": [{"family": "Chalmers"}], "gender": "female", "birthDate": "1974-12-25"}}
            """)!);
        var taken = await Send(HttpMethod.Post, "", bundle);
        Assert.Equal(200, taken.Code);
        var outcome = taken.Body!["entry"]![2]!["response"]!["outcome"]!;
        Assert.Contains("not kept", (string)outcome["issue"]![0]!["diagnostics"]!, StringComparison.Ordinal);
        var row = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal((1, 1), (Doses(row), Doses(row, "subpotent")));
        var found = await Send(HttpMethod.Get, $"Immunization?location=Location/{world.Clinic}&date=2026-03-03");
        var shown = found.Body!["entry"]!.AsArray().Single()!["resource"]!;
        Assert.Equal("female", (string)shown["contained"]![0]!["gender"]!);
        Assert.DoesNotContain("Chalmers", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("p-0018", found.Text, StringComparison.Ordinal);

        bundle["entry"]![2]!["fullUrl"] = "urn:uuid:0198c0de-0000-7000-8000-000000000998";
        Assert.Equal((422, "not-supported"), await CodeOf(Send(HttpMethod.Post, "", bundle)));
    }

    [Fact]
    public async Task What_is_not_known_is_held_and_what_is_not_said_is_refused()
    {
        var (world, code) = await NewClinic();
        var held = await Send(HttpMethod.Post, "Immunization", Example("ours-plain.json", world, code + "9"));
        Assert.Equal((202, "informational"), (held.Code, held.IssueCode));
        Assert.NotNull(held.Location);
        Assert.Equal((422, "required"), await CodeOf(Send(HttpMethod.Post, "Immunization", Example("ours-no-location.json", world, code))));
        var historical = File.ReadAllText(Path("hl7-Immunization-historical.json"));
        Assert.Equal((422, "value"), await CodeOf(Send(HttpMethod.Post, "Immunization", JsonNode.Parse(historical))));
    }

    [Fact]
    public async Task Every_other_example_has_the_answer_of_its_index()
    {
        Assert.Equal(422, (await Send(HttpMethod.Post, "", Raw("who-transaction-put.json"))).Code);
        foreach (var name in new[] { "hl7-Bundle-bundle-transaction", "ms-Bundle-InvalidBundleType", "ms-Bundle-MissingIdentifier",
            "ms-Bundle-TransactionForRollBack", "ms-Bundle-TransactionWithForeignReferenceInResourceBody",
            "ms-Bundle-TransactionWithInvalidProcessingRoutes", "ms-Bundle-TransactionWithMultipleEntriesModifyingSameResource" })
            Assert.InRange((await Outcome(Send(HttpMethod.Post, "", Raw(name + ".json")))).Code, 400, 499);
        foreach (var name in new[] { "shc-bundle-immunization-covid", "shc-Scenario1Bundle-jws-payload-expanded",
            "shc-Scenario3Bundle-jws-payload-expanded" })
            Assert.Equal(400, (await Outcome(Send(HttpMethod.Post, "", Raw(name + ".json")))).Code);
        foreach (var name in new[] { "SupplyRequest-simpleorder", "SupplyDelivery-simpledelivery" })
            Assert.Equal((404, "not-supported"), await CodeOf(Send(HttpMethod.Post, name.Split('-')[0], Raw($"hl7-{name}.json"))));
        // Without a place: what was not given is refused for that alone.
        Assert.Equal((422, "required"), await CodeOf(Send(HttpMethod.Post, "Immunization", Raw("hl7-Immunization-notGiven.json"))));
        var example = await Send(HttpMethod.Post, "Immunization", Raw("hl7-Immunization-example.json"));
        Assert.Contains(example.Code, new[] { 200, 201, 202 });
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_the_words_of_the_standard()
    {
        var (world, code) = await NewClinic();
        var id = (await Send(HttpMethod.Post, "Immunization", Example("ours-plain.json", world, code))).Location!.Split('/')[^3];
        Assert.Equal((405, "not-supported"), await CodeOf(Send(HttpMethod.Delete, $"Immunization/{id}")));
        Assert.Equal((405, "not-supported"), await CodeOf(Send(HttpMethod.Get, $"Immunization/{id}/_history")));
        Assert.Equal((404, "not-found"), await CodeOf(Send(HttpMethod.Get, $"Immunization/{Guid.NewGuid()}")));
        Assert.Equal((400, "not-supported"), await CodeOf(Send(HttpMethod.Get, "Immunization?patient=1")));
        Assert.Equal((400, "not-supported"), await CodeOf(Send(HttpMethod.Get, "Immunization?_include=x")));
        Assert.Equal((405, "not-supported"), await CodeOf(Send(HttpMethod.Post, "Location", new JsonObject())));
        Assert.Equal((406, "not-supported"), await CodeOf(Send(HttpMethod.Get, $"Immunization/{id}?_format=xml")));
        Assert.Equal((400, "structure"), await CodeOf(Send(HttpMethod.Post, "Immunization", (JsonNode?)"no object")));
        var lenient = await Send(HttpMethod.Get, $"Immunization?_id={id}&patient=1", null, ("Prefer", "handling=lenient"));
        Assert.Equal(["match", "outcome"], lenient.Body!["entry"]!.AsArray().Select(entry => (string)entry!["search"]!["mode"]!));

        using var xml = new StringContent("<a/>", Encoding.UTF8, "application/fhir+xml");
        var cancel = TestContext.Current.CancellationToken;
        using var refused = await Api.Http.PostAsync(new Uri("fhir/Immunization", UriKind.Relative), xml, cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        Assert.Equal("application/fhir+json", refused.Content.Headers.ContentType!.MediaType);

        var identifier = Uri.EscapeDataString($"urn:example:clinic|{world.Country}-A-1");
        var found = (await Send(HttpMethod.Get, $"Immunization?identifier={identifier}")).Body!;
        Assert.Equal(id, (string)found["entry"]![0]!["resource"]!["id"]!);
        var location = await Send(HttpMethod.Get, $"Location/{world.Clinic}");
        Assert.Equal($"Location/{world.Region}", (string)location.Body!["partOf"]!["reference"]!);
        var parts = await Send(HttpMethod.Get, $"Location?partof=Location/{world.Region}&_count=1");
        Assert.Equal((2, 1), ((int)parts.Body!["total"]!, parts.Body["entry"]!.AsArray().Count));
        Assert.Contains(parts.Body["link"]!.AsArray(), link => (string)link!["relation"]! == "next");
        var metadata = await Send(HttpMethod.Get, "metadata");
        foreach (var text in new[] { found.ToJsonString(), location.Text, parts.Text, metadata.Text, lenient.Text })
            Assert.Empty(FhirJson.Read(Encoding.UTF8.GetBytes(text)).Faults);
        var types = metadata.Body!["rest"]![0]!["resource"]!.AsArray().Select(each => (string)each!["type"]!);
        Assert.Equal(["Immunization", "Location"], types);
    }

    private async Task<(World World, string Code)> NewClinic()
    {
        var world = await NewWorld();
        var code = $"{world.Country}3";
        _ = (await Api.Put($"vaccines/{world.Vaccine}", new JsonObject
        {
            ["name"] = world.Vaccine,
            ["dosesPerVial"] = 5,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1" }, new JsonObject { ["doseNumber"] = "2" }),
            ["codes"] = new JsonArray(new JsonObject { ["system"] = Cvx, ["code"] = code }),
        })).Body;
        await world.Supply(world.Clinic, 10, "L7", "2028-03-31");
        await world.Supply(world.Clinic, 10, "L8", "2028-03-31");
        await Api.Drained();
        return (world, code);
    }

    private static string Path(string name)
    {
        var path = Examples.Find("fhir/" + name);
        Assert.SkipWhen(path is null, Examples.Missing);
        return path!;
    }

    private static string Raw(string name) => File.ReadAllText(Path(name));

    /// <summary>An example of ours, of this world: its place, its vaccine's code, and keys that no other test has.</summary>
    private static JsonNode Example(string name, World world, string code) => JsonNode.Parse(Raw(name)
        .Replace("ATL-1", world.Clinic, StringComparison.Ordinal)
        .Replace("\"03\"", $"\"{code}\"", StringComparison.Ordinal)
        .Replace("\"A-", $"\"{world.Country}-A-", StringComparison.Ordinal)
        .Replace("\"T-", $"\"{world.Country}-T-", StringComparison.Ordinal)
        .Replace("|T-", $"|{world.Country}-T-", StringComparison.Ordinal))!;

    private static async Task<FhirReply> Outcome(Task<FhirReply> asked)
    {
        var answer = await asked;
        Assert.Equal("OperationOutcome", (string?)answer.Body?["resourceType"]);
        return answer;
    }

    private static async Task<(int Code, string? IssueCode)> CodeOf(Task<FhirReply> asked)
    {
        var answer = await Outcome(asked);
        return (answer.Code, answer.IssueCode);
    }

    private Task<FhirReply> Send(HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        Send(method, path, body?.ToJsonString(), headers);

    private async Task<FhirReply> Send(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.Length == 0 ? "fhir" : $"fhir/{path}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, FhirJson.MediaType);
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (text.Length > 0) Assert.Equal(FhirJson.MediaType, response.Content.Headers.ContentType!.MediaType);
        return new((int)response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), text,
            response.Headers.ETag?.ToString(), response.Headers.Location?.ToString());
    }

    private sealed record FhirReply(int Code, JsonNode? Body, string Text, string? ETag, string? Location)
    {
        public string? IssueCode => (string?)Body?["issue"]?[0]?["code"];
    }
}
