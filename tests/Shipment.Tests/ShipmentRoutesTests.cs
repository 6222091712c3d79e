using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Platform.Hosting;
using Distribution.Platform.Messaging;
using Distribution.Platform.Storage;
using Distribution.Platform.Web;
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
        _app = ServiceHost.Build(["--urls", "http://127.0.0.1:0", "--data", _data], [new ShipmentModule()], [new EmbeddedStores()]);
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
        Assert.Equal(first.ToJsonString(), answer.ToJsonString());
        Assert.Equal(409, (await Post("shipments", request.Replace("100", "101", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task Doses_are_in_transit_from_dispatch_to_receipt_however_often_each_is_said()
    {
        await Post("shipments", Request("s1", "\"origin\":\"maker\"", "\"toFacilityId\":\"store\"", 100));
        await Post("shipments", Request("s2", "\"fromFacilityId\":\"store\"", "\"destination\":\"ally\"", 7));
        await Tell(new ShipmentAllocated("s2", [new("v1", "A", null, 7)]));
        foreach (var id in new[] { "s1", "s2", "s1" })
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
        Assert.Equal("""["v1 lot A is RECALLED from 2021-01-01"]""", answer["warnings"]!.ToJsonString());
    }

    [Fact]
    public async Task A_bulk_body_is_answered_by_line_and_a_repeat_of_it_changes_nothing()
    {
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

    private async Task<(int Code, JsonNode Body)> Post(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    private async Task<JsonNode> Get(string path) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken))!;

    private Task Tell(IEvent told) => _app.Services.GetRequiredService<IEventSink>().Publish(
        new OutboxEvent(1, Guid.CreateVersion7(), WireNames.Of(told),
            JsonSerializer.SerializeToUtf8Bytes(told, told.GetType(), StoreJson.Options), default),
        TestContext.Current.CancellationToken);
}
