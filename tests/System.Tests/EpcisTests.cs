using System.Globalization;
using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneEpcisTests(Standalone system) : EpcisTests(system);

public sealed class DistributedEpcisTests(Distributed system) : EpcisTests(system);

/// <summary>What events of EPCIS move shows in the ledger of doses, in every hosting.</summary>
public abstract class EpcisTests(RunningSystem system) : SystemSuite(system)
{
    private const string Capture = "/epcis/v2/capture";
    private const string Events = "/epcis/v2/events";

    private static int _numbers;

    [Fact]
    public async Task A_consignment_leaves_one_stock_and_comes_into_the_other_once_in_any_order()
    {
        var world = await NewWorld();
        var identified = await Identify(world);
        await world.Supply(world.Store, 500, "AB-123");
        await Take(identified.Receiving("S-1"));
        await Api.Drained();
        Assert.Equal((500, 0), await OnHand(world));
        Assert.Equal(404, (await Api.Get($"shipments/{identified.Shipment("S-1")}")).Code);

        await Take(identified.Shipping("S-1"), identified.Shipping("S-2"));
        await Take(identified.Shipping("S-1"), identified.Receiving("S-1"));
        await Api.Drained();
        Assert.Equal((300, 100), await OnHand(world));
        Assert.Equal(100, (long)(await world.Balance())["inTransit"]!);
        var shipment = (await Api.Get($"shipments/{identified.Shipment("S-1")}")).Body;
        Assert.Equal(("received", "2026-03-03T04:30:00+00:00"), ((string)shipment["state"]!, (string)shipment["dispatchedAt"]!));

        await Take(identified.Receiving("S-2"));
        await Api.Drained();
        Assert.Equal((300, 200), await OnHand(world));
        var kept = (await Api.SendTo(HttpMethod.Get, $"{Events}?EQ_bizLocation={Uri.EscapeDataString(identified.From)}&perPage=1000")).Body;
        Assert.All(List(kept), each => Assert.Equal("-05:00", (string)each["eventTimeZoneOffset"]!));
        Assert.Equal(2, List(kept).Count);
    }

    [Fact]
    public async Task What_names_an_unknown_GTIN_is_held_until_a_vaccine_has_it()
    {
        var world = await NewWorld();
        var identified = await Identify(world, withGtin: false);
        await world.Supply(world.Store, 100, "AB-123");
        var location = await Take(identified.Shipping("S-1"), identified.Receiving("S-1"));
        var held = (await Api.SendTo(HttpMethod.Get, location)).Body["held"]!.AsArray();
        Assert.Contains(held, each => (string)each!["missing"]![0]! == $"gtin:{identified.Gtin}");
        await Api.Drained();
        Assert.Equal((100, 0), await OnHand(world));
        await PutVaccine(world, identified.Gtin);
        await Api.Drained();
        Assert.Equal((0, 100), await OnHand(world));
        Assert.Empty((await Api.SendTo(HttpMethod.Get, location)).Body["held"]!.AsArray());
    }

    [Fact]
    public async Task What_is_refused_is_refused_in_the_words_of_EPCIS()
    {
        var world = await NewWorld();
        var identified = await Identify(world);
        var document = Document(identified.Shipping("S-1"));
        var many = Document([.. Enumerable.Range(0, 1_001).Select(_ => identified.Shipping("S-1"))]);
        (HttpMethod Method, string Path, string? Body, string Type, int Code, string Problem)[] cases =
        [
            (HttpMethod.Post, Capture, "<epcis/>", "application/xml", 415, "UnsupportedMediaType"),
            (HttpMethod.Post, Capture, "{", "application/json", 400, "Validation"),
            (HttpMethod.Post, Capture, "", "application/json", 400, "Validation"),
            (HttpMethod.Post, Capture, """{"a":"\ud800"}""", "application/json", 400, "Validation"),
            (HttpMethod.Post, Capture, many, "application/json", 413, "CaptureLimitExceeded"),
            (HttpMethod.Post, Capture, new string(' ', (5 * 1024 * 1024) + 1), "application/json", 413, "CaptureLimitExceeded"),
            (HttpMethod.Post, Events, document, "application/json", 400, "Validation"),
            (HttpMethod.Put, Capture, document, "application/json", 405, "Implementation"),
            (HttpMethod.Get, Capture, null, "", 501, "Implementation"),
            (HttpMethod.Post, "/epcis/v2/queries", "{}", "application/json", 501, "Implementation"),
            (HttpMethod.Get, "/epcis/v2/queries/x/subscriptions", null, "", 501, "Implementation"),
            (HttpMethod.Get, "/epcis/v2/epcs/urn:x:y/events", null, "", 501, "Implementation"),
            (HttpMethod.Get, "/epcis/v2/capture/unknown", null, "", 404, "NoSuchResource"),
            (HttpMethod.Get, "/epcis/v2/events/unknown", null, "", 404, "NoSuchResource"),
            (HttpMethod.Get, "/epcis/v2/nothing", null, "", 404, "NoSuchResource"),
            (HttpMethod.Get, $"{Events}?EQ_colour=red", null, "", 400, "QueryParameter"),
            (HttpMethod.Get, $"{Events}?GE_eventTime=yesterday", null, "", 400, "QueryParameter"),
            (HttpMethod.Get, $"{Events}?perPage=0", null, "", 400, "QueryParameter"),
            (HttpMethod.Get, $"{Events}?nextPageToken=%00", null, "", 400, "QueryParameter"),
            (HttpMethod.Get, $"{Events}?MATCH_epc={new string('x', 5_000)}", null, "", 414, "URITooLong"),
        ];
        foreach (var (method, path, body, type, code, problem) in cases)
        {
            var answer = await Api.SendTo(method, path, body, type);
            Assert.True((code, "application/problem+json", $"epcisException:{problem}Exception")
                == (answer.Code, answer.MediaType, (string?)answer.Json?["type"]), $"{method} {path}: {answer.Code} {answer.Text}");
        }

        foreach (var (name, value) in new[] { ("Accept", "application/xml"), ("GS1-EPCIS-Version", "1.2.0") })
        {
            var answer = await Api.SendTo(HttpMethod.Get, Events, null, "", (name, value));
            Assert.Equal((406, "epcisException:NotAcceptableException"), (answer.Code, (string?)answer.Json?["type"]));
        }
    }

    [Fact]
    public async Task It_says_what_it_can()
    {
        foreach (var path in new[] { Capture, Events, $"{Capture}/1", $"{Events}/1", "/epcis/v2" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, path);
            using var answer = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(204, (int)answer.StatusCode);
            Assert.Equal(["2.0.0"], answer.Headers.GetValues("GS1-EPCIS-Version"));
            Assert.Equal(["1000"], answer.Headers.GetValues("GS1-EPCIS-Capture-Limit"));
            Assert.Equal(["5242880"], answer.Headers.GetValues("GS1-EPCIS-Capture-File-Size-Limit"));
            Assert.Contains("OPTIONS", answer.Content.Headers.Allow);
        }
    }

    private static List<JsonNode> List(JsonNode document) =>
        [.. document["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Select(each => each!)];

    private async Task<string> Take(params JsonObject[] events)
    {
        var taken = await Api.SendTo(HttpMethod.Post, Capture, Document(events), "application/ld+json");
        Assert.True(taken.Code == 202, taken.Text);
        var job = (await Api.SendTo(HttpMethod.Get, taken.Location!)).Body;
        Assert.Equal((false, true), ((bool)job["running"]!, (bool)job["success"]!));
        return taken.Location!;
    }

    private static async Task<(long Store, long Clinic)> OnHand(World world) =>
        ((long)(await world.Balance(world.Store))["onHand"]!, (long)(await world.Balance(world.Clinic))["onHand"]!);

    private async Task<Identified> Identify(World world, bool withGtin = true)
    {
        var identified = new Identified(world.Country, Interlocked.Increment(ref _numbers));
        foreach (var (place, gln) in new[] { (world.Store, identified.Glns[0]), (world.Clinic, identified.Glns[1]) })
        {
            _ = (await Api.Put($"facilities/{place}", new JsonObject
            {
                ["name"] = place,
                ["level"] = "facility",
                ["parentId"] = world.Region,
                ["country"] = world.Country,
                ["gln"] = gln,
            })).Body;
        }

        await PutVaccine(world, withGtin ? identified.Gtin : null);
        await Api.Drained();
        return identified;
    }

    private async Task PutVaccine(World world, string? gtin) => _ = (await Api.Put($"vaccines/{world.Vaccine}", new JsonObject
    {
        ["name"] = world.Vaccine,
        ["antigens"] = new JsonArray("x"),
        ["dosesPerVial"] = 5,
        ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1" }),
        ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
        ["gtin"] = gtin,
    })).Body;

    private static string Document(params JsonObject[] events) => new JsonObject
    {
        ["@context"] = new JsonArray("https://ref.gs1.org/standards/epcis/epcis-context.jsonld"),
        ["type"] = "EPCISDocument",
        ["schemaVersion"] = "2.0",
        ["creationDate"] = "2026-03-05T10:00:00Z",
        ["epcisBody"] = new JsonObject { ["eventList"] = new JsonArray([.. events.Select(each => each.DeepClone())]) },
    }.ToJsonString();

    /// <summary>The GS1 keys of a world, and events that name them.</summary>
    private sealed record Identified(string Country, int Number)
    {
        public string[] Glns => [Checked($"95211{Number:D6}0"), Checked($"95211{Number:D6}1")];

        public string Gtin => Checked($"09521{Number:D8}");

        public string From => $"https://id.gs1.org/414/{Glns[0]}";

        public JsonObject Shipping(string delivery) => Event(delivery, "shipping", "2026-03-02T23:30:00-05:00", "-05:00", From);

        public JsonObject Receiving(string delivery) =>
            Event(delivery, "receiving", "2026-03-04T09:00:00+01:00", "+01:00", $"https://id.gs1.org/414/{Glns[1]}");

        public string Shipment(string delivery) => $"{Country}-{delivery}";

        // Of the same delivery it is the same event.
        private JsonObject Event(string delivery, string step, string time, string offset, string place) => new()
        {
            ["type"] = "ObjectEvent",
            ["eventID"] = $"urn:example:{Country}:{delivery}:{step}",
            ["eventTime"] = time,
            ["eventTimeZoneOffset"] = offset,
            ["action"] = "OBSERVE",
            ["bizStep"] = step,
            ["bizLocation"] = new JsonObject { ["id"] = place },
            ["quantityList"] = new JsonArray(new JsonObject
            {
                ["epcClass"] = $"https://id.gs1.org/01/{Gtin}/10/AB-123",
                ["quantity"] = 20,
            }),
            ["bizTransactionList"] = new JsonArray(new JsonObject
            {
                ["type"] = "desadv",
                ["bizTransaction"] = $"urn:epcglobal:cbv:bt:{Glns[0]}:{Shipment(delivery)}",
            }),
            ["destinationList"] = new JsonArray(new JsonObject
            {
                ["type"] = "possessing_party",
                ["destination"] = $"https://id.gs1.org/417/{Glns[1]}",
            }),
        };

        private static string Checked(string digits)
        {
            var sum = digits.Reverse().Index().Sum(digit => (digit.Item - '0') * (digit.Index % 2 == 0 ? 3 : 1));
            return digits + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
        }
    }
}
