using System.Text.Json.Nodes;
using Distribution.Platform.Web;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneOpenApiTests(Standalone system) : OpenApiTests(system)
{
    private const string Golden = "Golden/openapi-v1.json";

    [Fact]
    public async Task The_description_changes_only_with_its_golden_file()
    {
        var golden = Path.Combine(AppContext.BaseDirectory, Golden);
        var now = Path.Combine(AppContext.BaseDirectory, "openapi-v1.json");
        var described = (await ApiDocument.Read(Api)).ToString();
        var (expected, actual) = (File.Exists(golden) ? await Lines(golden) : [], described.Split('\n'));
        var same = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same == expected.Length && same == actual.Length) return;
        await File.WriteAllTextAsync(now, described, TestContext.Current.CancellationToken);
        Assert.Fail($"line {same + 1} was\n{expected.ElementAtOrDefault(same)}\nand is\n{actual.ElementAtOrDefault(same)}\n"
            + $"If that is wanted: cp {now} tests/System.Tests/{Golden}");
    }

    private static async Task<string[]> Lines(string file) => (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
        .Split('\n');
}

public sealed class DistributedOpenApiTests(Distributed system) : OpenApiTests(system);

/// <summary>The description of the API explains all of it, and shows requests that work.</summary>
public abstract class OpenApiTests(RunningSystem system) : SystemSuite(system)
{
    // There is nothing of it to show.
    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const string Sheet = "text/csv";

    // A system that is well has no event that went astray, so what is decided of one finds none; the rest of the request is taken.
    private static readonly string[] OfEventsThatWentAstray =
        ["ReplayParkedEvent-", "DiscardParkedEvent-", "ReplayErroredEvent-", "DiscardErroredEvent-"];

    [Fact]
    public async Task Every_call_parameter_and_field_is_explained_and_every_body_has_an_example()
    {
        var document = await ApiDocument.Read(Api);
        var missing = new List<string>();
        foreach (var call in document.Calls)
        {
            if (IsBlank(call.Content["summary"])) missing.Add($"{call}: a summary");
            missing.AddRange(call.Parameters.Where(parameter => IsBlank(parameter["description"]))
                .Select(parameter => $"{call}: a description of {parameter["name"]}"));
            missing.AddRange(call.Bodies.Where(body => body.Key != Workbook && body.Value!["example"] is null).Select(
                body => $"{call}: an example of {body.Key}"));
        }

        foreach (var (name, schema) in document.Schemas) missing.AddRange(FieldsWithoutDescription(schema, name));
        Assert.True(missing.Count == 0, $"the description of the API lacks\n{string.Join('\n', missing)}");
    }

    [Fact]
    public async Task Every_example_is_taken_as_it_is_shown_and_refused_without_what_is_required()
    {
        var document = await ApiDocument.Read(Api);
        var examples = document.Calls
            .SelectMany(call =>
                call.Bodies.Where(body => body.Key != Workbook).Select(
                    body => new Example(call, body.Key, body.Value!["example"]!, [.. document.Required(body.Value!)])))
            .ToDictionary(example => example.Name);

        await Send("MakeAccessKey");
        await Send("EndAccessKey");
        await Send("PutGrant");
        await Send("EndGrant");
        await Send("PutShare");
        await Send("EndShare");
        Assert.True(examples.Remove("BeginSession", out var session));
        Assert.Equal(204, (await session.Send(Api)).Code);
        foreach (var import in new[] { "Facilities", "Shipments", "Administrations", "TargetPopulations" })
            await Send($"Put{import}Import");
        await Send("PutFacilitiesInBulk");
        await Send("PutFacilitiesInBulk of a sheet");
        await Send("PutFacility");
        await Send("PutOrganisationUnits");
        await Send("PutOrganisationUnits of a sheet");
        await Send("PutVaccine");
        await Send("PutLot");
        await Send("ReadScan");
        await Send("SetTargetPopulation");
        await Send("SetTargetPopulations");
        await Send("SetTargetPopulations of a sheet");
        await Api.Drained();

        await Send("RecordPastConsignments");
        await Send("RecordPastConsignments of a sheet");
        var (requested, dispatched) = (examples["RequestShipment"].Json, examples["DispatchShipment"].Json);
        await Send("RequestShipment");
        await Send("DispatchShipment");
        await Send("ReceiveShipment");
        requested["shipmentId"] = examples["CancelShipment"].Told("shipmentId");
        _ = (await Api.Post("shipments", requested)).Body;
        await Send("CancelShipment");
        await Api.Drained();

        var adjusted = await Send("AdjustStock");
        await Send("ReverseEntry", ("entryId", (string)adjusted["entries"]![0]!));
        await Send("RecordWastage");
        await Send("QuarantineStock");
        await Send("ReleaseStock");
        await Send("CountStock");

        var elsewhere = examples["SubmitAdministrations"].Json;
        await Send("SubmitAdministrations");
        await Send("SubmitAdministrations of many lines");
        await Send("SubmitAdministrations of a sheet", ("submissionId", "IT-LAZ-2021-04-14"));
        await Send("CorrectAdministration");
        await Send("PutSender");
        await Send("PutCountry");
        await Send("SendDhis2Metadata");
        await Send("PutDhis2Mapping");
        await Send("RetractAdministration");
        await Send("RetractAdministrations");
        await Send("RetractSubmission");

        elsewhere["submissionId"] = "elsewhere";
        elsewhere["facilityId"] = "IT-LAZ-0999";
        elsewhere["doses"]![0]!["doseId"] = examples["DiscardHeld"].Told("id");
        _ = (await Api.Post("administrations", elsewhere)).Body;
        await Send("DiscardHeld");

        requested["shipmentId"] = "elsewhere";
        requested["toFacilityId"] = "IT-LAZ-0999";
        _ = (await Api.Post("shipments", requested)).Body;
        _ = (await Api.Post("shipments/elsewhere/dispatch", dispatched)).Body;
        await Api.Drained();
        var held = (await Api.Get("inventory/held")).Body["items"]!.AsArray().Single(item => (string?)item!["shipmentId"] == "elsewhere")!;
        await Send("DiscardHeldFact", ("heldId", (string)held["heldId"]!));

        await Send("MarkShipmentEnteredInError");

        foreach (var (name, code) in new[] { ("CaptureEvents", 202), ("CaptureEvent", 201) })
        {
            Assert.True(examples.Remove(name, out var captured));
            Assert.Equal(code, (await captured.Send(Api)).Code);
        }

        _ = (await Api.Put($"facilities/{examples["MergeFacility"].Told("facilityId")}", new JsonObject
        {
            ["name"] = "Centro vaccinale Stazione, Roma",
            ["level"] = "facility",
            ["parentId"] = "IT-LAZ",
            ["country"] = "IT",
        })).Body;
        await Send("MergeFacility");

        foreach (var name in examples.Keys.Where(name => OfEventsThatWentAstray.Any(name.StartsWith)).ToList())
        {
            examples.Remove(name, out var example);
            Assert.Equal(404, (await example!.Send(Api)).Code);
        }

        Assert.Empty(examples.Keys);

        async Task<JsonNode> Send(string name, params (string Parameter, string Value)[] known)
        {
            Assert.True(examples.Remove(name, out var example), $"there is no {name}");
            foreach (var lacking in example.WithoutWhatIsRequired()) Assert.Equal(422, (await lacking.Send(Api, known)).Code);
            var answer = await example.Send(Api, known);
            Assert.True(answer.Code is 200 or 201, $"{name}: {answer.Code} {answer.Text}");
            // A bulk body is answered line by line.
            foreach (var count in (string[])["rejectedTotal", "conflictsTotal", "held"])
                Assert.True((long?)answer.Body[count] is null or 0, $"{name}: {answer.Text}");
            return answer.Body;
        }
    }

    private static IEnumerable<string> FieldsWithoutDescription(JsonNode schema, string name)
    {
        foreach (var (field, content) in schema["properties"]?.AsObject() ?? [])
        {
            if (IsBlank(content!["description"])) yield return $"{name}: a description of {field}";
            foreach (var within in FieldsWithoutDescription(content, $"{name}.{field}")) yield return within;
        }

        foreach (var part in (JsonNode?[])[schema["items"], schema["additionalProperties"], .. schema["oneOf"]?.AsArray() ?? []])
        {
            if (part is not JsonObject) continue;
            foreach (var within in FieldsWithoutDescription(part, name)) yield return within;
        }
    }

    private static bool IsBlank(JsonNode? text) => string.IsNullOrWhiteSpace((string?)text);

    /// <summary>A request as the description shows it.</summary>
    private sealed record Example(DescribedCall Call, string MediaType, JsonNode Body, IReadOnlyList<string> Required)
    {
        public string Name => MediaType == Sheet ? $"{Call.Name} of a sheet"
            : IsLines && Call.Bodies.Any(body => body.Key == "application/json") ? $"{Call.Name} of many lines"
            : Call.Name!;

        private bool IsLines => MediaType is Ndjson.MediaType or Sheet;

        /// <summary>The body, to be sent with changes.</summary>
        public JsonNode Json => Body.DeepClone();

        /// <summary>For each field that is required, the request without it. Lines are answered one by one, and not here.</summary>
        public IEnumerable<Example> WithoutWhatIsRequired()
        {
            foreach (var field in IsLines ? [] : Required)
            {
                var lacking = Json;
                lacking.AsObject().Remove(field);
                yield return this with { Body = lacking };
            }
        }

        /// <summary>The value that is shown for a parameter, or null.</summary>
        public string? Told(string parameter) => Call.Parameters.Single(each => (string)each["name"]! == parameter)["example"]?.ToString();

        /// <summary>Sends it.</summary>
        /// <param name="api">The API.</param>
        /// <param name="known">Values that only the system can tell, instead of those that are shown.</param>
        public Task<Answer> Send(ApiClient api, params (string Parameter, string Value)[] known)
        {
            var (path, query) = (Call.Path, new List<string>());
            foreach (var parameter in Call.Parameters.Select(parameter => (string)parameter["name"]!))
            {
                if ((known.FirstOrDefault(each => each.Parameter == parameter).Value ?? Told(parameter)) is not { } value) continue;
                if (path.Contains($"{{{parameter}}}", StringComparison.Ordinal))
                    path = path.Replace($"{{{parameter}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
                else query.Add($"{parameter}={Uri.EscapeDataString(value)}");
            }

            return api.SendTo(new HttpMethod(Call.Method.ToUpperInvariant()), $"{path}?{string.Join('&', query)}",
                IsLines ? (string)Body! : Body.ToJsonString(), MediaType);
        }
    }
}
