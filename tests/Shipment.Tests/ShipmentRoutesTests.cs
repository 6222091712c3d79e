using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Hosting;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
using Distribution.Shipment.Domain;
using Distribution.Storage.Embedded;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Shipment.Tests;

/// <summary>The service alone, through HTTP and events, on its own store.</summary>
public sealed class ShipmentRoutesTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("shipment-").FullName;
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = ServiceHost.Build(
            ["--open", "--urls", "http://127.0.0.1:0", "--data", _data], [new ShipmentModule()], [new EmbeddedStores()]);
        await _app.StartAsync();
        _http.BaseAddress = new Uri($"{_app.Urls.First()}/api/v1/");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_request_repeated_gets_the_first_answer_and_with_other_content_a_conflict()
    {
        var request = Request("s1", "\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 100);
        var (code, first) = await Post("shipments", request);
        Assert.Equal((201, "allocated"), (code, (string)first["state"]!));
        await Post("shipments/s1/dispatch", At("2021-01-02T08:00:00Z"));

        var (again, answer) = await Post("shipments", request.Replace("08:00:00Z", "09:00:00+01:00", StringComparison.Ordinal));
        Assert.Equal(201, again);
        Assert.True((bool)answer["repeated"]!);
        answer.AsObject().Remove("repeated");
        Assert.Equal(first.ToJsonString(), answer.ToJsonString());
        Assert.Equal(409, (await Post("shipments", request.Replace("100", "101", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task Doses_are_in_transit_from_dispatch_to_receipt_however_often_each_is_said()
    {
        await Post("shipments", Request("s1", "\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 100));
        await Post("shipments", Request("s2", "\"fromFacilityId\":\"store\"", "\"destination\":\"ally\"", 7));
        await Tell(new ShipmentAllocated("s2", [new("v1", "A", null, 7)]));
        foreach (var id in new[] { "s1", "s1" })
            Assert.Equal(200, (await Post($"shipments/{id}/dispatch", At("2021-01-02T08:00:00Z"))).Code);
        Assert.Equal(409, (await Post("shipments/s1/dispatch", At("2021-01-02T08:00:01Z"))).Code);
        Assert.Equal("""[{"toFacilityId":"store","doses":100}]""", (await Get("shipments/summary?vaccineId=v1"))["rows"]!.ToJsonString());

        var receipt = """{"occurredAt":"2021-01-03T08:00:00Z","lines":[{"vaccineId":"v1","accepted":90,"rejected":10,"reason":"frozen"}]}""";
        for (var time = 0; time < 2; time++)
        {
            var (code, answer) = await Post("shipments/s1/receive", receipt);
            Assert.Equal((200, "partlyReceived"), (code, (string)answer["state"]!));
        }

        Assert.Equal(409, (await Post("shipments/s1/receive", receipt.Replace("frozen", "broken", StringComparison.Ordinal))).Code);
        Assert.Empty((await Get("shipments/summary?vaccineId=v1"))["rows"]!.AsArray());
        Assert.Empty((await Get("shipments/summary?vaccineId=unknown"))["rows"]!.AsArray());
    }

    [Fact]
    public async Task From_a_facility_a_shipment_leaves_when_inventory_says_so_and_stays_when_it_does_not()
    {
        await Post("shipments", Request("s1", "\"fromFacilityId\":\"store\"", "\"toFacilityId\":\"clinic\"", 100));
        await Tell(new ShipmentAllocated("s1", [new("v1", "A", null, 100)]));
        var leave = At("2021-01-02T08:00:00Z");
        var (code, answer) = await Post("shipments/s1/dispatch", leave, prefer: "respond-async");
        Assert.Equal((202, "allocated", "2021-01-02T08:00:00+00:00"),
            (code, (string)answer["state"]!, (string)answer["dispatchAskedAt"]!));
        Assert.Equal(409, (await Post("shipments/s1/dispatch", At("2021-01-02T09:00:00Z"))).Code);
        Assert.Equal(409, (await Post("shipments/s1/cancel", """{"reason":"no car"}""")).Code);

        await Tell(new ShipmentDispatchAnswered("s1", 1, "not now"));
        Assert.Equal("not now", (string)(await Get("shipments/s1"))["dispatchRefusal"]!);
        var waiting = Post("shipments/s1/dispatch", leave);
        while ((await Get("shipments/s1"))["dispatchAskedAt"] is null) await Task.Delay(5, TestContext.Current.CancellationToken);
        await Tell(new ShipmentDispatchAnswered("s1", 2, "v1 lot A is recalled"));
        (code, answer) = await waiting;
        Assert.Equal(409, code);
        Assert.Contains("v1 lot A is recalled", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("v1 lot A is recalled", (string)(await Get("shipments/s1"))["dispatchRefusal"]!);

        // Asked again, the old answer is old news.
        Assert.Equal(202, (await Post("shipments/s1/dispatch", leave, prefer: "respond-async")).Code);
        await Tell(new ShipmentDispatchAnswered("s1", 2, null));
        Assert.Equal("allocated", (string)(await Get("shipments/s1"))["state"]!);
        await Tell(new ShipmentDispatchAnswered("s1", 3, null));
        Assert.Equal((200, "dispatched"), await State(Post("shipments/s1/dispatch", leave)));
        Assert.Equal("""[{"toFacilityId":"clinic","doses":100}]""", (await Get("shipments/summary?vaccineId=v1"))["rows"]!.ToJsonString());
    }

    [Fact]
    public async Task The_pipeline_counts_all_and_lists_what_waits_longest_and_what_is_newest()
    {
        foreach (var (id, at) in new[] { ("p1", "2021-01-05"), ("p2", "2021-01-03"), ("p3", "2021-01-04"), ("p4", "2021-01-02") })
        {
            await Post("shipments", Request(id, "\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 10));
            await Post($"shipments/{id}/dispatch", At($"{at}T08:00:00Z"));
        }

        foreach (var (id, at) in new[] { ("p3", "2021-01-06"), ("p4", "2021-01-07") })
            await Post($"shipments/{id}/receive", $$"""{"occurredAt":"{{at}}T08:00:00Z","lines":[{"vaccineId":"v1","accepted":10}]}""");
        foreach (var query in new[] { "?limit=1", "?limit=1&facilityId=store" })
        {
            var pipeline = await Get($"shipments/pipeline{query}");
            Assert.True((bool)pipeline["complete"]!);
            Assert.Equal(Enum.GetValues<ShipmentState>().Length, pipeline["states"]!.AsArray().Count);
            Assert.Equal("2 20 p2 2021-01-03T08:00:00+00:00", Of("dispatched"));
            Assert.Equal("2 20 p4 2021-01-07T08:00:00+00:00", Of("received"));
            string Of(string state)
            {
                var column = pipeline["states"]!.AsArray().Single(known => (string?)known!["state"] == state)!;
                var item = column["items"]!.AsArray().Single()!;
                return $"{column["count"]} {column["doses"]} {item["shipmentId"]} {item["lastStepAt"]}";
            }
        }

        var nowhere = await Get("shipments/pipeline?facilityId=nowhere");
        Assert.All(nowhere["states"]!.AsArray(), state => Assert.Equal(0, (int)state!["count"]!));
        var refused = await Post("shipments", Request("pipeline", "\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 10));
        Assert.Equal(422, refused.Code);
    }

    [Fact]
    public async Task A_shipment_that_was_entered_in_error_stays_readable_and_counts_nowhere()
    {
        await Post("shipments", Request("s1", "\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 100));
        await Post("shipments/s1/dispatch", At("2021-01-02T08:00:00Z"));
        var right = Request("s2", "\"corrects\":\"s1\",\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 10);
        Assert.Equal(409, (await Post("shipments", right)).Code);
        foreach (var time in new[] { 1, 2 })
        {
            var (code, answer) = await Post("shipments/s1/entered-in-error", """{"requestId":"e1","reason":"10, not 100"}""");
            Assert.Equal((200, "enteredInError", "10, not 100"), (code, (string)answer["state"]!, (string)answer["reason"]!));
        }

        Assert.Equal(409, (await Post("shipments/s1/entered-in-error", """{"requestId":"e1","reason":"another"}""")).Code);
        Assert.Equal(409, (await Post("shipments/s1/entered-in-error", """{"requestId":"e2","reason":"10, not 100"}""")).Code);
        Assert.Equal(409, (await Post("shipments/s1/dispatch", At("2021-01-02T08:00:00Z"))).Code);
        Assert.Empty((await Get("shipments/summary?vaccineId=v1"))["rows"]!.AsArray());
        Assert.Equal((201, "allocated"), await State(Post("shipments", right)));
        Assert.Equal("s1", (string)(await Get("shipments/s2"))["corrects"]!);
        Assert.Equal(422, (await Post("shipments", right.Replace("s2", "s3", StringComparison.Ordinal)
            .Replace("\"s1\"", "\"nothing\"", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task What_was_missing_is_received_later_and_no_more_than_that()
    {
        await Post("shipments", Request("s1", "\"fromFacilityId\":\"store\"", "\"toFacilityId\":\"clinic\"", 100));
        await Tell(new ShipmentAllocated("s1", [new("v1", "A", null, 100)]));
        await Post("shipments/s1/dispatch", At("2021-01-02T08:00:00Z"), prefer: "respond-async");
        await Tell(new ShipmentDispatchAnswered("s1", 1, null));
        Assert.Equal((200, "partlyReceived"), await State(Post("shipments/s1/receive", Receipt("2021-01-03", 90, "\"missing\":10"))));
        var (code, answer) = await Post("shipments/s1/receive", Receipt("2021-01-05", 11));
        Assert.Equal(409, code);
        Assert.Contains("10 of 100 doses missing", answer.ToJsonString(), StringComparison.Ordinal);
        foreach (var wrong in new[] { Receipt("2021-01-02", 4), Receipt("2021-01-05", long.MaxValue, "\"rejected\":1,\"reason\":\"x\""),
            Receipt("2021-01-05", -1), Receipt("2021-01-05", 4, "\"extra\":1"), Receipt("2021-01-05", 0) })
            Assert.Equal(409, (await Post("shipments/s1/receive", wrong)).Code);
        foreach (var time in new[] { 1, 2 })
            Assert.Equal((200, "partlyReceived"), await State(Post("shipments/s1/receive", Receipt("2021-01-05", 4))));
        foreach (var time in new[] { 1, 2 })
            Assert.Equal((200, "received"), await State(Post("shipments/s1/receive", Receipt("2021-01-06", 6))));
        var view = await Get("shipments/s1");
        Assert.Equal((90, 10, 0), ((int)view["lines"]![0]!["accepted"]!, (int)view["lines"]![0]!["missing"]!,
            (int)view["lines"]![0]!["stillMissing"]!));
        Assert.Equal([4, 6], view["receivedLater"]!.AsArray().Select(later => (int)later!["lines"]![0]!["accepted"]!));
        Assert.Equal(409, (await Post("shipments/s1/receive", Receipt("2021-01-07", 1))).Code);
    }

    [Fact]
    public async Task A_shipment_arrives_elsewhere_with_more_than_was_sent_or_is_turned_back()
    {
        foreach (var id in new[] { "s1", "s2" })
        {
            await Post("shipments", Request(id, "\"fromFacilityId\":\"store\"", "\"toFacilityId\":\"clinic\"", 100));
            await Tell(new ShipmentAllocated(id, [new("v1", "A", null, 100)]));
            await Post($"shipments/{id}/dispatch", At("2021-01-02T08:00:00Z"), prefer: "respond-async");
            await Tell(new ShipmentDispatchAnswered(id, 1, null));
        }

        Assert.Equal(422, (await Post("shipments/s1/receive", Receipt("2021-01-03", 100, "\"extra\":5"))).Code);
        var receipt = Receipt("2021-01-03", 100, "\"extra\":5,\"reason\":\"a box more\"")
            .Replace("{\"occ", "{\"facilityId\":\"other\",\"occ", StringComparison.Ordinal);
        Assert.Equal((200, "received"), await State(Post("shipments/s1/receive", receipt)));
        Assert.Equal("other", (string)(await Get("shipments/s1"))["receivedAtFacilityId"]!);
        Assert.Equal(["s1"], await All("facilityId=other"));
        var back = Receipt("2021-01-03", 100).Replace("{\"occ", "{\"returned\":true,\"occ", StringComparison.Ordinal);
        Assert.Equal((200, "returned"), await State(Post("shipments/s2/receive", back)));
        Assert.Empty((await Get("shipments/summary?vaccineId=v1"))["rows"]!.AsArray());
    }

    [Fact]
    public async Task A_consignment_that_names_something_unknown_is_held_and_once_discarded_its_id_is_free()
    {
        await Tell(new FacilityChanged("r1", 1, "One", "region", null, "AA"));
        await Tell(new VaccineChanged("v1", 1, "V", ["v"], 1, [new("1", true)]));
        var wrong = Past("b1", "rl", 5);
        var (_, answer) = await Post("shipments/bulk", $"{wrong}\n{Past("b2", "r1", 5)}", Ndjson.MediaType);
        Assert.Equal((1, 1), ((int)answer["accepted"]!, (int)answer["held"]!));
        Assert.Contains("'rl'", (string)answer["heldLines"]![0]!["reason"]!, StringComparison.Ordinal);

        await Tell(new ShipmentDiscarded("b1", "mistyped", "ada"));
        var discarded = await Get("shipments/b1");
        Assert.Equal(("discarded", "mistyped"), ((string)discarded["state"]!, (string)discarded["reason"]!));
        (_, answer) = await Post("shipments/bulk", wrong, Ndjson.MediaType);
        Assert.Contains("was discarded", (string)answer["conflicts"]![0]!["reason"]!, StringComparison.Ordinal);
        (_, answer) = await Post("shipments/bulk", Past("b1", "r1", 5), Ndjson.MediaType);
        Assert.Equal(1, (int)answer["accepted"]!);
        Assert.Equal("received", (string)(await Get("shipments/b1"))["state"]!);
        Assert.Equal(["b1", "b2"], await All("facilityId=r1"));
        Assert.Empty(await All("facilityId=rl"));

        // What is told late of the one before does not touch it.
        await Tell(new ShipmentDiscarded("b1", "mistyped", "ada"));
        Assert.Equal("received", (string)(await Get("shipments/b1"))["state"]!);
    }

    [Fact]
    public async Task A_shipment_from_a_facility_waits_for_its_allocation_and_may_be_cancelled_before_it_leaves()
    {
        await Post("shipments", Request("s1", "\"fromFacilityId\":\"store\"", "\"toFacilityId\":\"clinic\"", 100));
        Assert.Equal(409, (await Post("shipments/s1/dispatch", At("2021-01-02T08:00:00Z"))).Code);
        await Tell(new ShipmentAllocated("s1", [new("v1", "A", null, 60), new("v1", "B", null, 40)]));
        var allocated = await Get("shipments/s1");
        Assert.Equal("allocated", (string)allocated["state"]!);
        Assert.Equal(["A", "B"], allocated["lines"]!.AsArray().Select(line => (string)line!["lotNumber"]!));

        foreach (var reason in new[] { "no car", "still no car" })
        {
            var (code, answer) = await Post("shipments/s1/cancel", $$"""{"reason":"{{reason}}"}""");
            Assert.Equal((200, "no car"), (code, (string)answer["reason"]!));
        }

        await Tell(new ShipmentAllocationRefused("s1", "too late"));
        Assert.Equal(["requested", "allocated", "cancelled"], (await Get("shipments/s1"))["history"]!.AsArray()
            .Select(step => (string)step!["state"]!));
        await Assert.ThrowsAnyAsync<Exception>(() => Tell(new ShipmentAllocated("unknown", [])));
    }

    [Fact]
    public async Task Of_a_lot_that_is_recalled_the_newest_news_is_warned_of()
    {
        await Tell(new LotChanged("v1", "A", 2, null, null, null, "RECALLED", new DateOnly(2021, 1, 1)));
        await Tell(new LotChanged("v1", "A", 1, null, null, null, "APPROVED", null));
        var (_, answer) = await Post("shipments", Request("s1", "\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 1, "A"));
        Assert.Equal(
            ["v1 lot A is RECALLED from 2021-01-01", "waits for the facility 'store': send it, or correct the id"],
            answer["warnings"]!.AsArray().Select(warning => (string)warning!));
    }

    [Fact]
    public async Task A_bulk_body_is_answered_by_line_and_a_repeat_of_it_changes_nothing()
    {
        for (var place = 0; place < 3; place++) await Tell(new FacilityChanged($"r{place}", 1, "A region", "region", null, "AA"));
        await Tell(new VaccineChanged("v1", 1, "V", ["v"], 1, [new("1", true)]));
        var body = new StringBuilder();
        for (var number = 0; number < 1200; number++) body.AppendLine(Past($"b{number}", $"r{number % 3}", number));
        body.AppendLine("{").AppendLine(new string('x', 10_000_000)).AppendLine().AppendLine(Past("b0", "r0", 5))
            .AppendLine(Past("b1", "r1", -1));
        foreach (var (accepted, duplicates) in new[] { (1200, 0), (0, 1200) })
        {
            var (code, answer) = await Post("shipments/bulk", body.ToString(), Ndjson.MediaType);
            Assert.Equal(200, code);
            Assert.Equal((accepted, duplicates), ((int)answer["accepted"]!, (int)answer["duplicates"]!));
            Assert.Equal([1204], answer["conflicts"]!.AsArray().Select(problem => (int)problem!["line"]!));
            Assert.Equal([1201, 1202, 1205], answer["rejected"]!.AsArray().Select(problem => (int)problem!["line"]!));
            Assert.Equal((1, 3), ((int)answer["conflictsTotal"]!, (int)answer["rejectedTotal"]!));
        }

        Assert.Equal("received", (string)(await Get("shipments/b7"))["state"]!);
        Assert.Equal(409, (await Post("shipments", Request("b7", "\"origin\":\"maker\"", "\"toFacilityId\":\"r1\"", 7))).Code);
    }

    [Fact]
    public async Task Lists_go_by_id_in_pages_and_by_facility_country_and_state()
    {
        await Tell(new FacilityChanged("r1", 1, "One", "region", null, "AA"));
        await Tell(new FacilityChanged("r2", 1, "Two", "region", null, "BB"));
        var body = string.Join('\n', Enumerable.Range(0, 600).Select(number => Past($"b{number:D3}", $"r{number % 3}", 1)));
        await Post("shipments/bulk", body, Ndjson.MediaType);
        await Post("shipments", Request("s1", "\"fromFacilityId\":\"r1\"", "\"toFacilityId\":\"r2\"", 1));

        Assert.Equal(601, (await All("limit=250")).Count);
        Assert.Equal(201, (await All("facilityId=r1&limit=67")).Count);
        Assert.Equal(201, (await All("country=BB&limit=1000")).Count);
        Assert.Equal(["s1"], await All("state=Requested&limit=7"));
        Assert.Empty(await All("country=AA&state=cancelled"));
    }

    private async Task<List<string>> All(string filter)
    {
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = await Get($"shipments?{filter}&after={after}");
            ids.AddRange(page["items"]!.AsArray().Select(item => (string)item!["shipmentId"]!));
            after = (string?)page["next"];
        }
        while (after is not null);
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        return ids;
    }

    private static string Request(string id, string from, string to, long doses, string? lot = null) =>
        $$"""{"shipmentId":"{{id}}",{{from}},{{to}},"requestedAt":"2021-01-01T08:00:00Z","lines":[{"vaccineId":"v1","lotNumber":{{JsonSerializer.Serialize(lot)}},"doses":{{doses}}}]}""";

    private static string Past(string id, string to, long doses) =>
        $$"""{"shipmentId":"{{id}}","origin":"maker","toFacilityId":"{{to}}","dispatchedAt":"2021-01-01T08:00:00Z","receivedAt":"2021-01-02","lines":[{"vaccineId":"v1","doses":{{doses}}}]}""";

    private static string At(string time) => $$"""{"occurredAt":"{{time}}"}""";

    private static string Receipt(string on, long accepted, string more = "\"rejected\":0") =>
        $$"""{"occurredAt":"{{on}}T08:00:00Z","lines":[{"vaccineId":"v1","accepted":{{accepted}},{{more}}}]}""";

    private static async Task<(int Code, string State)> State(Task<(int Code, JsonNode Body)> posted)
    {
        var (code, body) = await posted;
        return (code, (string?)body["state"] ?? body.ToJsonString());
    }

    private async Task<(int Code, JsonNode Body)> Post(
        string path, string body, string type = "application/json", string? prefer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = new StringContent(body, Encoding.UTF8, type);
        if (prefer is not null) request.Headers.Add("Prefer", prefer);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    private async Task<JsonNode> Get(string path) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken))!;

    private Task Tell(IEvent told) => _app.Services.GetRequiredService<IEventSink>().Publish(
        new OutboxEvent(1, Guid.CreateVersion7(), WireNames.Of(told),
            JsonSerializer.SerializeToUtf8Bytes(told, told.GetType(), StoreJson.Options), default),
        TestContext.Current.CancellationToken);
}
