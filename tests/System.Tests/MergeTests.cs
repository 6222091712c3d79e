using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneMergeTests(Standalone system) : MergeTests(system);

public sealed class DistributedMergeTests(Distributed system) : MergeTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoMergeTests(OnMongo system) : MergeTests(system);

/// <summary>Two facilities become one, and nothing that was, or will be, told of either is lost.</summary>
public abstract class MergeTests(RunningSystem system) : CoverageSuite(system)
{
    private static readonly string[] Figures =
        ["targetPopulation", "doses", "delivered", "onHand", "usable", "wasted", "incoming", "discrepancy"];

    [Fact]
    public async Task A_merged_facility_is_a_part_of_the_other_in_every_view_and_sums_stay_as_they_were()
    {
        var world = await NewWorld();
        await SetPopulation(world.Clinic, world.Vaccine, 2024, 300);
        await SetPopulation(world.Store, world.Vaccine, 2024, 100);
        await world.Supply(world.Clinic, 100, "L1");
        await world.Supply(world.Store, 50, "L1");
        await Report(world.Clinic, (world.Vaccine, "1", "2024-03-01", 10));
        await Report(world.Store, (world.Vaccine, "1", "2024-03-02", 5));
        var (before, past) = (await Region(), await Region("&asOf=2024-03-01"));
        Assert.Equal((400, 15, 150, 135, 2), (Number(before, "targetPopulation"), Number(before, "doses"), Number(before, "delivered"),
            Number(before, "onHand"), Number(before, "facilities")));
        Assert.Equal((10, 140), (Number(past, "doses"), Number(past, "onHand")));

        var merged = (await Merge(world.Clinic, world.Store)).Body;
        Assert.Equal((world.Clinic, world.Store), ((string)merged["facilityId"]!, (string)merged["mergedInto"]!));
        Assert.Equal(Shown(before), Shown(await Region()));
        Assert.Equal(Shown(past), Shown(await Region("&asOf=2024-03-01")));
        Assert.Equal((1, 1), (Number(await Region(), "facilities"), Number(await Region(), "reportingFacilities")));
        var rows = (await Api.WholeCoverage($"country={world.Country}&level=facility&vaccineId={world.Vaccine}"))["rows"]!.AsArray();
        Assert.Equal([world.Store], rows.Select(row => (string)row!["facilityId"]!));
        Assert.Equal(Shown(before), Shown(rows[0]!));

        // Its own id is understood, and says where it went.
        Assert.Equal((world.Store, world.Store), await Parent(world.Clinic));
        Assert.Equal([world.Store], await Listed(""));
        Assert.Equal([world.Clinic, world.Store], await Listed("&merged=true"));
        Assert.Equal(["onHand → merged:" + world.Clinic + " 90"], await Carried(world.Clinic));
        Assert.Equal(["merged:" + world.Clinic + " → onHand 90"], await Carried(world.Store));
        var stock = (await Api.Get($"stock?country={world.Country}")).Body["items"]!.AsArray();
        Assert.Equal([(world.Store, 135L)], stock.Select(item => ((string)item!["facilityId"]!, (long)item["onHand"]!)));

        // What is told of it late, or from now on, is the other's.
        await Report(world.Clinic, (world.Vaccine, "1", "2024-03-01", 2), (world.Vaccine, "2", Today(), 3));
        await world.Supply(world.Clinic, 20, "L2");
        var after = await world.CoverageOf(world.Store, "facility");
        Assert.Equal((20, 170, 150), (Number(after, "doses"), Number(after, "delivered"), Number(after, "onHand")));
        Assert.Equal((12, 158), (Number(await Region("&asOf=2024-03-01"), "doses"), Number(await Region("&asOf=2024-03-01"), "onHand")));
        var balance = await world.Balance(world.Store);
        Assert.Equal((170, 20, 0), (Number(balance, "received"), Number(balance, "administered"), Number(balance, "discrepancy")));

        async Task<JsonNode> Region(string when = "")
        {
            await Api.Drained();
            var coverage = await Api.WholeCoverage($"country={world.Country}&level=region&vaccineId={world.Vaccine}{when}");
            return coverage["rows"]!.AsArray().Single()!;
        }

        async Task<(string?, string?)> Parent(string id)
        {
            var facility = (await Api.Get($"facilities/{id}")).Body;
            return ((string?)facility["parentId"], (string?)facility["mergedInto"]);
        }

        async Task<IEnumerable<string>> Listed(string which) =>
            (await Api.Get($"facilities?country={world.Country}&level=facility{which}")).Body["items"]!.AsArray()
            .Select(item => (string)item!["facilityId"]!);

        async Task<IEnumerable<string>> Carried(string id) =>
            (await Api.Get($"ledger/entries?facilityId={id}&only=true")).Body["items"]!.AsArray()
            .Where(item => (string)item!["kind"]! == "merge").Select(item => $"{item!["from"]} → {item["to"]} {item["doses"]}");
    }

    [Fact]
    public async Task What_is_asked_of_a_merged_facility_is_answered_with_the_name_of_the_other()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100, "L1");
        await SetPopulation(world.Clinic, world.Vaccine, 2024, 300);
        var request = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["into"] = world.Store };
        var first = await Api.Post($"facilities/{world.Clinic}/merge", request);
        var again = await Api.Post($"facilities/{world.Clinic}/merge", request);
        Assert.Equal((first.Text, true), (again.FirstText, (bool)again.Body["repeated"]!));
        request["into"] = world.Clinic;
        Assert.Equal(409, (await Api.Post($"facilities/{world.Store}/merge", request)).Code);
        await Api.Drained();

        var place = new JsonObject
        {
            ["name"] = "Clinic",
            ["level"] = "facility",
            ["parentId"] = world.Region,
            ["country"] = world.Country,
        };
        var line = place.DeepClone();
        line["facilityId"] = world.Clinic;
        var people = new JsonObject
        {
            ["year"] = 2024,
            ["source"] = "census",
            ["cells"] = new JsonArray(new JsonObject { ["population"] = 500 }),
        };
        var other = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["into"] = world.Clinic };
        foreach (var refused in new[]
        {
            await Api.Post("stock/counts", World.StockCommand(world.Clinic, world.Line(90, "L1"))),
            await Api.Put($"facilities/{world.Clinic}", place),
            await Api.Put($"target-populations/{world.Clinic}/{world.Vaccine}", people),
            await Merge(world.Clinic, world.Store),
            await Api.Post($"facilities/{world.Store}/merge", other),
        })
        {
            Assert.Equal(409, refused.Code);
            Assert.Contains($"'{world.Store}'", refused.Text, StringComparison.Ordinal);
        }

        var rejected = (await Api.PostNdjson("facilities/bulk", [line])).Body["rejected"]!.ToJsonString();
        Assert.Contains(world.Store, rejected, StringComparison.Ordinal);

        // Its people are counted with the other's, until somebody says how many both have.
        Assert.Equal(300, Number(await world.CoverageOf(world.Store, "facility"), "targetPopulation"));
        _ = (await Api.Put($"target-populations/{world.Store}/{world.Vaccine}", people)).Body;
        Assert.Equal(500, Number(await world.CoverageOf(world.Store, "facility"), "targetPopulation"));
    }

    [Fact]
    public async Task Stock_that_is_promised_keeps_a_facility_from_being_merged_and_what_is_on_the_way_arrives_at_the_other()
    {
        var world = await NewWorld();
        await world.Supply(world.Store, 100, "L1");
        var id = Guid.NewGuid().ToString("N");
        _ = (await Api.Post("shipments", new JsonObject
        {
            ["shipmentId"] = id,
            ["fromFacilityId"] = world.Store,
            ["toFacilityId"] = world.Clinic,
            ["requestedAt"] = "2024-03-02T00:00:00Z",
            ["lines"] = new JsonArray(world.Line(40, "L1")),
        })).Body;
        await Api.Drained();
        var third = $"{world.Country}-T";
        await world.PutPlace(third, "facility", world.Country);
        var refused = await Merge(world.Store, third);
        Assert.Equal(409, refused.Code);
        Assert.Contains("L1", refused.Text, StringComparison.Ordinal);

        _ = (await Api.Post($"shipments/{id}/dispatch", new JsonObject { ["occurredAt"] = "2024-05-01T08:00:00Z" })).Body;
        await Api.Drained();
        // One goes to another region, the other into that one.
        Assert.Equal(200, (await Merge(world.Store, third)).Code);
        Assert.Equal(200, (await Merge(world.Clinic, third)).Code);
        Assert.Equal((60, 40), (Number(await world.Balance(third), "onHand"), Number(await world.Balance(third), "inTransit")));
        _ = (await Api.Post($"shipments/{id}/receive", new JsonObject
        {
            ["occurredAt"] = "2024-05-02T08:00:00Z",
            ["lines"] = new JsonArray(
                new JsonObject { ["vaccineId"] = world.Vaccine, ["lotNumber"] = "L1", ["accepted"] = 40 }),
        })).Body;
        var balance = await world.Balance(third);
        Assert.Equal((100, 100, 0), (Number(balance, "received"), Number(balance, "onHand"), Number(balance, "inTransit")));
        Assert.Equal(0, Number(await world.Balance(world.Region), "received"));
        var stock = (await Api.Get($"stock?facilityId={third}&only=true")).Body["items"]!.AsArray().Single()!;
        Assert.Equal(100, Number(stock, "available"));
        // What was sent to and from the places that are parts of it now is listed with it, once.
        var listed = (await Api.Get($"shipments?facilityId={third}&limit=1000")).Body["items"]!.AsArray();
        Assert.Single(listed, shipment => (string?)shipment!["shipmentId"] == id);
        Assert.Empty((await Api.Get($"shipments?facilityId={third}&only=true")).Body["items"]!.AsArray());
    }

    private Task<Answer> Merge(string id, string into) => Api.Post(
        $"facilities/{id}/merge", new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["into"] = into });

    private static string Today() => DateTime.UtcNow.ToString("yyyy-MM-dd", null);

    private static long Number(JsonNode row, string figure) => (long)row[figure]!;

    private static string Shown(JsonNode row) => string.Join(' ', Figures.Select(figure => $"{figure} {row[figure]}"));
}
