using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Distribution.Shipment.Tests;

/// <summary>The example files of others get the answers that their index names.</summary>
public sealed class EpcisExamplesTests : IAsyncLifetime
{
    private const string Missing = "the folder of example files is not beside the repository";
    private static readonly Lazy<JsonSchema> Schema = new(
        () => JsonSchema.FromText(File.ReadAllText(Path.Combine(EpcisHost.Examples!, "gs1-EPCIS-JSON-Schema.json"))));

    private EpcisHost _host = null!;

    public static TheoryData<string> Documents => Files("doc-", "ours-");

    public static TheoryData<string> Events => Files("event-");

    public static TheoryData<string> Invalid => Files("invalid-");

    public async ValueTask InitializeAsync() => _host = await EpcisHost.Start();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_document_is_kept_and_every_event_comes_back_as_it_came(string file)
    {
        var text = Read(file);
        for (var time = 0; time < 2; time++)
        {
            var job = await _host.Capture(text);
            Assert.True((bool)job["success"]!, job.ToJsonString());
        }

        var document = JsonNode.Parse(text)!;
        var (sent, back) = (document["epcisBody"]!["eventList"]!.AsArray(), await _host.Events("perPage=2"));
        Assert.Equal(sent.Count, back.Count);
        foreach (var each in sent)
        {
            var same = Assert.Single(back, other => JsonNode.DeepEquals(WithoutRecordTime(other), WithoutRecordTime(each!)));
            Assert.EndsWith("Z", (string)same["recordTime"]!, StringComparison.Ordinal);
        }

        var page = (await _host.Get("/epcis/v2/events?perPage=1000")).Text;
        // OpenEPCIS counts it valid, GS1's schema does not.
        if (!file.Contains("AggregationEvent_with_persistentDisposition", StringComparison.Ordinal)) AssertValid(page);
        Assert.All(back.Where(each => each["eventID"] is not null), each =>
        {
            var one = _host.Get($"/epcis/v2/events/{Uri.EscapeDataString((string)each["eventID"]!)}").GetAwaiter().GetResult();
            Assert.Equal(200, one.Code);
            var alone = WithoutRecordTime(one.Json);
            alone.Remove("@context");
            var expected = WithoutRecordTime(each);
            expected.Remove("@context");
            Assert.True(JsonNode.DeepEquals(expected, alone), one.Text);
            if (!file.Contains("AggregationEvent_with_persistentDisposition", StringComparison.Ordinal)) AssertValid(one.Text);
        });
    }

    [Theory]
    [MemberData(nameof(Events))]
    public async Task An_event_alone_is_created_once(string file)
    {
        var text = Read(file);
        var first = await _host.Post("/epcis/v2/events", text);
        Assert.Equal(201, first.Code);
        Assert.Equal(first, await _host.Post("/epcis/v2/events", text, "application/json"));
        Assert.Equal(200, (await _host.Get(first.Location!)).Code);
        Assert.Single(await _host.Events(""));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task An_invalid_document_is_refused_with_a_pointer_for_each_fault_and_nothing_is_kept(string file)
    {
        var answer = await _host.Post("/epcis/v2/capture", Read(file));
        Assert.Equal((400, "application/problem+json", "epcisException:ValidationException"), (answer.Code, answer.MediaType, answer.Type));
        var pointers = answer.Json["errors"]!.AsObject().Select(error => error.Key).ToList();
        string[] expected = file switch
        {
            "invalid-EPCISDocument_without_context.json" => ["/@context"],
            "invalid-ObjectEvent_with_invalid_action.json" => ["/epcisBody/eventList/0/action"],
            "invalid-ObjectEvent_with_invalid_eventTime_format.json" => ["/epcisBody/eventList/0/eventTime"],
            "invalid-ObjectEvent_with_non_standard_bizStep.json" => ["/epcisBody/eventList/0/bizStep"],
            "invalid-ObjectEvent_with_quantity_as_text.json" => ["/epcisBody/eventList/0/quantityList/0/quantity"],
            "invalid-ObjectEvent_without_identifier_list.json" => ["/epcisBody/eventList/0/epcList"],
            "invalid-Combination_of_events_with_missing_mandatory_fields.json" =>
                ["/epcisBody/eventList/0/action", "/epcisBody/eventList/1/action", "/epcisBody/eventList/1/eventTimeZoneOffset"],
            _ => [.. pointers],
        };
        Assert.NotEmpty(pointers);
        Assert.Equal(expected.Order(StringComparer.Ordinal), pointers.Order(StringComparer.Ordinal));
        Assert.Empty(await _host.Events(""));
    }

    [Fact]
    public async Task A_query_as_the_standard_has_it_is_answered_and_an_unknown_parameter_is_refused()
    {
        Assert.SkipWhen(EpcisHost.Examples is null, Missing);
        var asked = JsonNode.Parse(Read("query-SimpleEventQuery.json"))!.AsObject();
        foreach (var unsupported in new[] { "@context", "GE_quantity", "LT_quantity", "orderBy", "orderDirection", "eventCountLimit" })
            asked.Remove(unsupported);
        Assert.Equal(200, (await _host.Get($"/epcis/v2/events?{Query(asked)}")).Code);
        var unknown = JsonNode.Parse(Read("query-invalid-Query_with_unknown_parameter.json"))!.AsObject();
        unknown.Remove("@context");
        var refused = await _host.Get($"/epcis/v2/events?{Query(unknown)}");
        Assert.Equal((400, "epcisException:QueryParameterException"), (refused.Code, refused.Type));
        Assert.True(refused.Json["errors"]!.AsObject().ContainsKey("GE_eventDate"), refused.Text);
    }

    private static string Query(JsonObject parameters) => string.Join('&', parameters.SelectMany(each => each.Value is JsonArray values
        ? values.Select(value => $"{each.Key}={Uri.EscapeDataString((string)value!)}")
        : [$"{each.Key}={Uri.EscapeDataString((string)each.Value!)}"]));

    private static void AssertValid(string json)
    {
        using var document = JsonDocument.Parse(json);
        var results = Schema.Value.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, string.Join('\n', (results.Details ?? []).Where(detail => detail.Errors is not null).Take(20)
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}")));
    }

    private static JsonObject WithoutRecordTime(JsonNode each)
    {
        var copy = each.DeepClone().AsObject();
        copy.Remove("recordTime");
        return copy;
    }

    private static string Read(string file)
    {
        Assert.SkipWhen(EpcisHost.Examples is null, Missing);
        return File.ReadAllText(Path.Combine(EpcisHost.Examples!, file));
    }

    private static TheoryData<string> Files(params string[] kinds) => EpcisHost.Examples is null
        ? [$"no {kinds[0]} file"]
        : [.. Directory.GetFiles(EpcisHost.Examples, "*.json").Select(path => Path.GetFileName(path)!)
            .Where(name => kinds.Any(kind => name.StartsWith(kind, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
}
