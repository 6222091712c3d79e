using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>Who may capture events, and who sees them, where people sign in.</summary>
public sealed class EpcisRightsTests(SignedInStandalone system) : IClassFixture<SignedInStandalone>
{
    private const string Events = "/epcis/v2/events";
    private const string From = "9521141123454";
    private const string To = "9506000134352";

    [Fact]
    public async Task Events_are_captured_and_seen_at_places_in_reach_and_nowhere_else()
    {
        var administrator = system.Administrator;
        await PutPlace("N", "country", null, null);
        await PutPlace("N1", "region", "N", null);
        await PutPlace("N2", "region", "N", null);
        await PutPlace("N1-F", "facility", "N1", From);
        await PutPlace("N2-F", "facility", "N2", To);
        await administrator.Drained();
        using var sender = (await system.NewKeyAt("N1", "integration", "shipment.send", "shipment.receive", "stock.read")).Api;
        using var other = (await system.NewKeyAt("N2", "integration", "shipment.send", "shipment.receive", "stock.read")).Api;
        using var elsewhere = (await system.NewKeyAt("X", "integration", "shipment.send", "stock.read")).Api;
        using var viewer = (await system.NewKeyAt("N", "viewer")).Api;
        using var stranger = new ApiClient(administrator.Http.BaseAddress!);

        var (left, came) = (Event("left", "shipping", From), Event("came", "receiving", To));
        await Expect(stranger, left, 401, "Security");
        await Expect(viewer, left, 403, "Security");
        await Expect(other, left, 403, "Security");
        await Expect(sender, came, 403, "Security");
        await Expect(sender, left, 201, null);
        await Expect(sender, left, 201, null);
        await Expect(other, came, 201, null);
        await Expect(other, Declared(left), 403, "Security");

        // Who sent it sees what left, and not what is told of its arrival.
        foreach (var (api, seen) in new[] { (sender, 1), (other, 2), (viewer, 2), (elsewhere, 0) })
        {
            var page = (await api.SendTo(HttpMethod.Get, Events)).Body;
            Assert.Equal(seen, page["epcisBody"]!["queryResults"]!["resultsBody"]!["eventList"]!.AsArray().Count);
            Assert.Equal(seen == 0 ? 404 : 200, (await api.SendTo(HttpMethod.Get, $"{Events}/urn:example:left")).Code);
            Assert.Equal(seen, (await api.Get("epcis/held")).Body["items"]!.AsArray().Count);
        }

        var taken = await sender.SendTo(HttpMethod.Post, "/epcis/v2/capture", new JsonObject
        {
            ["@context"] = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
            ["type"] = "EPCISDocument",
            ["schemaVersion"] = "2.0",
            ["creationDate"] = "2026-03-05T10:00:00Z",
            ["epcisBody"] = new JsonObject { ["eventList"] = new JsonArray(Event("more", "receiving", To)) },
        }.ToJsonString());
        Assert.Equal(202, taken.Code);
        var job = (await sender.SendTo(HttpMethod.Get, taken.Location!)).Body;
        Assert.Equal("epcisException:SecurityException", (string)job["errors"]!.AsArray().Single()!["type"]!);
        Assert.Equal(404, (await other.SendTo(HttpMethod.Get, taken.Location!)).Code);

        async Task PutPlace(string id, string level, string? parent, string? gln) => _ = (await administrator.Put($"facilities/{id}",
            new JsonObject { ["name"] = id, ["level"] = level, ["parentId"] = parent, ["country"] = "N", ["gln"] = gln })).Body;
    }

    private static async Task Expect(ApiClient api, JsonObject sent, int code, string? problem)
    {
        var answer = await api.SendTo(HttpMethod.Post, Events, sent.ToJsonString());
        Assert.True(answer.Code == code, $"{answer.Code} {answer.Text}");
        if (problem is not null) Assert.Equal($"epcisException:{problem}Exception", (string)answer.Json!["type"]!);
    }

    private static JsonObject Declared(JsonObject sent)
    {
        var declared = sent.DeepClone().AsObject();
        declared["errorDeclaration"] = new JsonObject { ["declarationTime"] = "2026-03-06T10:00:00Z" };
        return declared;
    }

    private static JsonObject Event(string id, string step, string gln) => new()
    {
        ["@context"] = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        ["type"] = "ObjectEvent",
        ["eventID"] = $"urn:example:{id}",
        ["eventTime"] = "2026-03-02T23:30:00Z",
        ["eventTimeZoneOffset"] = "+00:00",
        ["action"] = "OBSERVE",
        ["bizStep"] = step,
        ["bizLocation"] = new JsonObject { ["id"] = $"https://id.gs1.org/414/{gln}" },
        ["quantityList"] = new JsonArray(new JsonObject { ["epcClass"] = "https://id.gs1.org/01/09501101530003", ["quantity"] = 1 }),
        ["bizTransactionList"] = new JsonArray(new JsonObject { ["type"] = "desadv", ["bizTransaction"] = "urn:epcglobal:cbv:bt:1:S-1" }),
        ["destinationList"] = new JsonArray(new JsonObject { ["type"] = "location", ["destination"] = $"https://id.gs1.org/414/{To}" }),
    };
}
