using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneLogisticsTests(Standalone system) : LogisticsTests(system);

public sealed class DistributedLogisticsTests(Distributed system) : LogisticsTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoLogisticsTests(OnMongo system) : LogisticsTests(system);

public abstract class LogisticsTests(RunningSystem system) : SystemSuite(system)
{
    [Fact]
    public async Task A_shipment_goes_from_request_to_partial_receipt_and_every_dose_is_somewhere()
    {
        var world = await NewWorld();
        await world.Supply(world.Store, 60, "L1", "2030-01-01");
        await world.Supply(world.Store, 60, "L2", "2029-01-01");
        var id = Id();
        var proposed = (await Api.Get(Allocation(world, 130))).Body;
        Assert.Equal(10, (long)proposed["unavailable"]!);
        Assert.Equal([("L2", "2029-01-01", 60), ("L1", "2030-01-01", 60)], proposed["lots"]!.AsArray().Select(
            lot => ((string)lot!["lotNumber"]!, (string)lot["expirationDate"]!, (int)lot["doses"]!)));
        Assert.Equal(422, (await Api.Get(Allocation(world, 0))).Code);
        Assert.Equal(404, (await Api.Get(Allocation(world, 1).Replace(world.Vaccine, "none", StringComparison.Ordinal))).Code);
        var created = await Api.Post("shipments", Shipment(world, id, 100));
        Assert.Equal(201, created.Code);
        await Api.Drained();
        var allocated = (await Api.Get($"shipments/{id}")).Body;
        Assert.Equal("allocated", ((string)allocated["state"]!).ToLowerInvariant());
        Assert.Equal(["L2", "L1"], allocated["lines"]!.AsArray().Select(line => (string)line!["lotNumber"]!));
        Assert.Equal((20, 1), ((long)(await Api.Get(Allocation(world, 20))).Body["lots"]![0]!["doses"]!,
            (int)(await Api.Get(Allocation(world, 21))).Body["unavailable"]!));

        _ = (await Api.Post($"shipments/{id}/dispatch", At("2024-05-01T08:00:00Z"))).Body;
        Assert.Equal(100, (long)(await world.Balance())["inTransit"]!);
        Assert.Equal(409, (await Api.Post($"shipments/{id}/cancel", new JsonObject { ["reason"] = "late" })).Code);

        var receipt = At("2024-05-02T08:00:00Z");
        receipt["lines"] = new JsonArray(
            Received(world, "L2", 50, 6, 4), Received(world, "L1", 40, 0, 0));
        _ = (await Api.Post($"shipments/{id}/receive", receipt)).Body;
        Assert.Equal(200, (await Api.Post($"shipments/{id}/receive", receipt)).Code);
        var other = receipt.DeepClone();
        other["lines"]![0]!["accepted"] = 51;
        other["lines"]![0]!["missing"] = 3;
        Assert.Equal(409, (await Api.Post($"shipments/{id}/receive", other)).Code);

        var balance = await world.Balance();
        Assert.Equal((120, 110, 6, 4, 0), ((long)balance["received"]!, (long)balance["onHand"]!, (long)balance["wasted"]!,
            (long)balance["lost"]!, (long)balance["inTransit"]!));
        Assert.Equal("partlyReceived", (string)(await Api.Get($"shipments/{id}")).Body["state"]!);
        Assert.Equal(90, (long)(await world.CoverageOf(world.Clinic, "facility"))["onHand"]!);
    }

    [Fact]
    public async Task A_count_is_tried_and_keeps_nothing_until_it_is_recorded()
    {
        var world = await NewWorld();
        await world.Supply(world.Store, 60, "L1", "2030-01-01");
        var count = World.StockCommand(world.Store, world.Line(50, "L1"));
        for (var turn = 0; turn < 2; turn++)
        {
            var tried = (await Api.Post("stock/counts?dryRun=true", count)).Body;
            Assert.Equal((60, -10), ((long)tried["counts"]![0]!["books"]!, (long)tried["counts"]![0]!["difference"]!));
            Assert.Equal(60, (long)(await world.Balance())["onHand"]!);
        }

        _ = (await Api.Post("stock/counts", count)).Body;
        Assert.Equal(50, (long)(await world.Balance())["onHand"]!);
        var again = (await Api.Post("stock/counts?dryRun=true", count)).Body;
        Assert.Equal((true, 60), ((bool)again["repeated"]!, (long)again["counts"]![0]!["books"]!));
        count["lines"]![0]!["doses"] = 49;
        Assert.Equal(409, (await Api.Post("stock/counts?dryRun=true", count)).Code);
    }

    [Fact]
    public async Task A_recalled_lot_is_not_proposed()
    {
        var world = await NewWorld();
        await world.Supply(world.Store, 60, "L1", "2030-01-01");
        var recalled = await Api.Put($"vaccines/{world.Vaccine}/lots/L1", new JsonObject { ["status"] = "RECALLED" });
        Assert.True(recalled.Code == 200, recalled.Text);
        Assert.Equal(60, (long)(await Api.Get(Allocation(world, 60))).Body["unavailable"]!);
    }

    private static string Allocation(World world, int doses) =>
        $"stock/allocation?facilityId={world.Store}&vaccineId={world.Vaccine}&doses={doses}";

    [Fact]
    public async Task A_receipt_that_does_not_add_up_is_refused_and_names_the_line()
    {
        var world = await NewWorld();
        await world.Supply(world.Store, 10, "L1", "2030-01-01");
        var id = Id();
        _ = (await Api.Post("shipments", Shipment(world, id, 10))).Body;
        await Api.Drained();
        Assert.Equal(409, (await Api.Post($"shipments/{id}/receive", Receipt(Received(world, "L1", 10, 0, 0)))).Code);
        _ = (await Api.Post($"shipments/{id}/dispatch", At("2024-05-01T08:00:00Z"))).Body;
        foreach (var line in new[] { Received(world, "L1", 11, 0, 0), Received(world, "L1", 9, 0, 0), Received(world, "L9", 10, 0, 0),
            Received(world, "L1", -1, 11, 0) })
        {
            var refused = await Api.Post($"shipments/{id}/receive", Receipt(line));
            Assert.Equal(422, refused.Code);
            Assert.Contains("lines[0]", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(10, (long)(await world.Balance())["inTransit"]!);
    }

    [Fact]
    public async Task A_request_for_more_than_there_is_is_refused_saying_what_there_is_and_a_cancelled_one_frees_its_stock()
    {
        var world = await NewWorld();
        await world.Supply(world.Store, 10);
        string first = Id(), second = Id();
        _ = (await Api.Post("shipments", Shipment(world, first, 8))).Body;
        await Api.Drained();
        _ = (await Api.Post("shipments", Shipment(world, second, 8))).Body;
        await Api.Drained();
        var refused = (await Api.Get($"shipments/{second}")).Body;
        Assert.Equal("refused", (string)refused["state"]!);
        Assert.Contains("2", refused.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(409, (await Api.Post("stock/wastage", World.StockCommand(world.Store, world.Line(3)))).Code);

        _ = (await Api.Post($"shipments/{first}/cancel", new JsonObject { ["reason"] = "no car" })).Body;
        await Api.Drained();
        Assert.Equal(200, (await Api.Post("stock/wastage", World.StockCommand(world.Store, world.Line(3)))).Code);
        Assert.Equal((7, 3), ((long)(await world.Balance())["onHand"]!, (long)(await world.Balance())["wasted"]!));
    }

    [Fact]
    public async Task Doses_cross_a_border_and_each_country_sees_its_own()
    {
        var donor = await NewWorld();
        var receiver = await NewWorld();
        await donor.Supply(donor.Store, 100);
        var id = Id();
        var shipment = Shipment(donor, id, 40);
        shipment["toFacilityId"] = receiver.Store;
        _ = (await Api.Post("shipments", shipment)).Body;
        await Api.Drained();
        _ = (await Api.Post($"shipments/{id}/dispatch", At("2024-05-01T08:00:00Z"))).Body;
        _ = (await Api.Post($"shipments/{id}/receive", Receipt(new JsonObject { ["vaccineId"] = donor.Vaccine, ["accepted"] = 40 }))).Body;

        Assert.Equal(60, (long)(await donor.Balance())["received"]!);
        var there = receiver with { Api = receiver.Api };
        await Api.Drained();
        var balance = (await Api.Get($"ledger/balance?country={there.Country}&vaccineId={donor.Vaccine}")).Body;
        Assert.Equal((40, 40, true), ((long)balance["received"]!, (long)balance["onHand"]!, (bool)balance["balanced"]!));
    }

    [Fact]
    public async Task Reports_before_receipts_open_a_discrepancy_that_the_receipt_closes()
    {
        var world = await NewWorld();
        _ = (await Api.Post("administrations", world.Submission([.. Enumerable.Range(0, 7).Select(_ => world.Dose())]))).Body;
        var before = await world.Balance();
        Assert.Equal((0, 7, 7), ((long)before["received"]!, (long)before["administered"]!, (long)before["discrepancy"]!));
        var open = (await Api.Get($"inventory/discrepancies?country={world.Country}")).Body["items"]!.AsArray().Single()!;
        Assert.Equal(7, (long)open["doses"]!);
        await world.Supply(world.Clinic, 10);
        var after = await world.Balance();
        Assert.Equal(
            (10, 3, 7, 0), ((long)after["received"]!, (long)after["onHand"]!, (long)after["administered"]!, (long)after["discrepancy"]!));
        Assert.Empty((await Api.Get($"inventory/discrepancies?country={world.Country}")).Body["items"]!.AsArray());
    }

    [Fact]
    public async Task Doses_without_a_lot_are_drawn_first_expiry_first_and_expired_lots_are_skipped()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 5, "expired", "2024-01-15");
        await world.Supply(world.Clinic, 5, "late", "2031-01-01");
        await world.Supply(world.Clinic, 5, "early", "2024-06-30");
        await world.Supply(world.Clinic, 5);
        _ = (await Api.Post(
            "administrations", world.Submission([.. Enumerable.Range(0, 7).Select(_ => world.Dose(on: "2024-03-01"))]))).Body;
        await Api.Drained();
        var stock = (await Api.Get($"stock?facilityId={world.Clinic}&vaccineId={world.Vaccine}")).Body["items"]!.AsArray()
            .ToDictionary(position => (string?)position!["lotNumber"] ?? "", position => (long)position!["onHand"]!);
        Assert.Equal((5, 3, 0, 5), (stock["expired"], stock["late"], stock.GetValueOrDefault("early"), stock[""]));
    }

    [Fact]
    public async Task Doses_of_an_expired_lot_and_of_a_closed_place_are_counted_and_listed_for_review()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 50, "L1", "2024-02-29");
        await world.PutLot("L1", "2024-06-30");
        _ = (await Api.Post("administrations", world.Submission(
            world.Dose(on: "2024-03-01", lot: "L1"), world.Dose(on: "2024-02-29", lot: "L1"), world.Dose(on: "2024-03-08")))).Body;
        _ = (await Api.Put($"facilities/{world.Clinic}", new JsonObject
        {
            ["name"] = "Clinic",
            ["level"] = "facility",
            ["country"] = world.Country,
            ["closedOn"] = "2024-03-07",
        })).Body;
        await Api.Drained();
        var reviews = (await Api.Get($"administrations/reviews?facilityId={world.Region}")).Body["items"]!.AsArray();
        Assert.Equal(["2024-03-01 L1 1 expired", "2024-03-08  1 closed"],
            reviews.Select(review => $"{review!["occurredOn"]} {review["lotNumber"]} {review["doses"]} {review["why"]}"));
        Assert.Equal(3, (long)(await world.Balance(world.Clinic))["administered"]!);

        var lot = (await Api.Get($"vaccines/{world.Vaccine}/lots")).Body["items"]![0]!;
        var stock = (await Api.Get($"stock?facilityId={world.Clinic}")).Body["items"]![0]!;
        Assert.Equal(["2024-02-29 2024-06-30", "2024-02-29 2024-06-30"],
            new[] { lot, stock }.Select(told => $"{told["expirationDate"]} {told["otherExpirationDate"]}"));
    }

    [Fact]
    public async Task Adjustments_counts_and_reversals_keep_the_ledger_balanced()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100);
        var adjustment = World.StockCommand(world.Clinic, world.Line(-10));
        _ = (await Api.Post("stock/adjustments", adjustment)).Body;
        Assert.Equal(200, (await Api.Post("stock/adjustments", adjustment)).Code);
        _ = (await Api.Post("stock/counts", World.StockCommand(world.Clinic, world.Line(95)))).Body;
        var balance = await world.Balance();
        Assert.Equal((95, 5), ((long)balance["onHand"]!, (long)balance["adjusted"]!));

        var entries = (await Api.Get($"ledger/entries?facilityId={world.Clinic}&vaccineId={world.Vaccine}")).Body["items"]!.AsArray();
        var wrong = entries.First(
            entry => entry!.ToJsonString().Contains("adjusted", StringComparison.Ordinal) && (long)entry["doses"]! == 10)!;
        var path = $"ledger/entries/{wrong["entryId"]}/reverse";
        var reversal = (await Api.Post(path, new JsonObject { ["requestId"] = Id(), ["reason"] = "typing slip" })).Body;

        // What was counted later stands; it explains less now.
        balance = await world.Balance();
        Assert.Equal((95, 5), ((long)balance["onHand"]!, (long)balance["adjusted"]!));
        Assert.Equal(409, (await Api.Post(path, new JsonObject { ["requestId"] = Id(), ["reason"] = "again" })).Code);
        var reversed = (await Api.Get($"ledger/entries?facilityId={world.Clinic}&vaccineId={world.Vaccine}")).Body["items"]!.AsArray()
            .Single(entry => (string?)entry!["reverses"] == (string)wrong["entryId"]!)!;
        var twice = await Api.Post(
            $"ledger/entries/{reversed["entryId"]}/reverse", new JsonObject { ["requestId"] = Id(), ["reason"] = "no" });
        Assert.Equal(409, twice.Code);
        Assert.NotNull(reversal);
    }

    [Fact]
    public async Task A_cycle_in_the_tree_and_other_impossible_places_are_refused_by_field()
    {
        var world = await NewWorld();
        var district = $"{world.Country}-D";
        await world.PutPlace(district, "district", world.Region);
        foreach (var (id, level, parent) in new[]
                 {
                     (world.Region, "region", district), (world.Clinic, "facility", world.Clinic), (district, "district", world.Clinic),
                     (district, "district", "nowhere"), (district, "village", world.Region),
                 })
        {
            var refused = await Api.Put($"facilities/{id}",
                new JsonObject { ["name"] = "x", ["level"] = level, ["parentId"] = parent, ["country"] = world.Country });
            Assert.Equal(422, refused.Code);
            Assert.Contains(level == "village" ? "level" : "parentId", refused.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_past_consignment_may_come_before_its_facility_may_leave_more_than_is_known_and_may_be_of_zero_doses()
    {
        var world = await NewWorld();
        var late = $"{world.Country}-late";
        var outbound = world.PastConsignment(Id(), world.Clinic, 30);
        foreach (var field in new[] { "origin", "toFacilityId" }) outbound.Remove(field);
        outbound["fromFacilityId"] = world.Clinic;
        outbound["destination"] = "Neighbour";
        var answer = (await Api.PostNdjson(
            "shipments/bulk", [world.PastConsignment(Id(), late, 20), outbound, world.PastConsignment(Id(), world.Clinic, 0)])).Body;
        Assert.Equal((2, 1), ((int)answer["accepted"]!, (int)answer["held"]!));
        Assert.Contains(late, (string)answer["heldLines"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal((-30, 30), ((long)(await world.Balance())["received"]!, (long)(await world.Balance())["discrepancy"]!));
        await world.PutPlace(late, "facility", world.Region);
        await world.Supply(world.Clinic, 50);
        var balance = await world.Balance();
        Assert.Equal((40, 40, 0), ((long)balance["received"]!, (long)balance["onHand"]!, (long)balance["discrepancy"]!));
    }

    [Fact]
    public async Task The_stock_and_the_entries_of_a_place_are_of_all_below_it_unless_it_alone_is_meant()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 10, "L1");
        await world.Supply(world.Store, 5, "L2");
        foreach (var (place, lots) in new[] { (world.Country, (string[])["L1", "L2"]), (world.Clinic, ["L1"]) })
        {
            Assert.Equal(lots, (await All($"stock?facilityId={place}&limit=1")).Select(item => (string)item["lotNumber"]!).Order());
            Assert.Equal(2 * lots.Length, (await All($"ledger/entries?facilityId={place}&limit=1")).Count);
            Assert.Equal(lots.Length == 1 ? 1 : 0, (await All($"stock?facilityId={place}&only=true")).Count);
            Assert.Equal(lots.Length == 1 ? 2 : 0, (await All($"ledger/entries?facilityId={place}&only=true")).Count);
        }

        async Task<List<JsonNode>> All(string path)
        {
            var items = new List<JsonNode>();
            for (string? next = ""; next is not null;)
            {
                var page = (await Api.Get(path + (next.Length == 0 ? "" : $"&after={Uri.EscapeDataString(next)}"))).Body;
                items.AddRange(page["items"]!.AsArray().Select(item => item!));
                next = (string?)page["next"];
            }

            return items;
        }
    }

    private static string Id() => Guid.NewGuid().ToString("N");

    private static JsonObject At(string instant) => new() { ["occurredAt"] = instant };

    private static JsonObject Shipment(World world, string id, long doses) => new()
    {
        ["shipmentId"] = id,
        ["fromFacilityId"] = world.Store,
        ["toFacilityId"] = world.Clinic,
        ["requestedAt"] = "2024-04-30T08:00:00Z",
        ["lines"] = new JsonArray(world.Line(doses)),
    };

    private static JsonObject Receipt(params JsonObject[] lines)
    {
        var receipt = At("2024-05-02T08:00:00Z");
        receipt["lines"] = new JsonArray([.. lines]);
        return receipt;
    }

    private static JsonObject Received(World world, string lot, long accepted, long rejected, long missing)
    {
        var line = new JsonObject
        {
            ["vaccineId"] = world.Vaccine,
            ["lotNumber"] = lot,
            ["accepted"] = accepted,
            ["rejected"] = rejected,
            ["missing"] = missing,
        };
        if (rejected + missing > 0) line["reason"] = "frozen on the way";
        return line;
    }
}
