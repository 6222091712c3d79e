using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

/// <summary>A rule that several services share holds in each of them alike: what one takes, the others take as the same.</summary>
public abstract class SharedRulesTests(RunningSystem system) : SystemSuite(system)
{
    [Theory]
    [InlineData("EW 0150")]
    [InlineData("2021/03-A")]
    [InlineData("A%B(1)+\"x\"?")]
    [InlineData(" AB123 ")]
    public async Task A_lot_number_is_one_lot_in_every_service(string lot)
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100, lot, "2027-12-31");
        var path = Uri.EscapeDataString(lot.Trim());
        Assert.Equal(lot.Trim(), (string)(await Api.Put(
            $"vaccines/{world.Vaccine}/lots/{path}", new JsonObject { ["manufacturer"] = "Maker" })).Body["lotNumber"]!);
        _ = (await Api.Post("administrations", world.Submission(world.Dose(lot: lot)))).Body;
        _ = (await Api.Post("stock/wastage", Wastage(world, lot))).Body;
        var shipment = (await Api.Post("shipments", new JsonObject
        {
            ["shipmentId"] = Guid.NewGuid().ToString("N"),
            ["fromFacilityId"] = world.Clinic,
            ["toFacilityId"] = world.Store,
            ["requestedAt"] = "2024-03-02T00:00:00Z",
            ["lines"] = new JsonArray(world.Line(10, lot)),
        })).Body;
        await Api.Drained();

        var lots = (await Api.Get($"stock?facilityId={world.Clinic}&vaccineId={world.Vaccine}")).Body["items"]!.AsArray();
        Assert.Equal([lot.Trim()], lots.Select(item => (string?)item!["lotNumber"]));
        Assert.Equal("allocated", (string)(await Api.Get($"shipments/{shipment["shipmentId"]}")).Body["state"]!);
        Assert.Equal(98, (long)(await world.Balance(world.Clinic))["onHand"]!);
    }

    [Theory]
    [InlineData("A#1")]
    [InlineData("Los–1")]
    [InlineData("A\tB")]
    public async Task What_is_not_a_lot_number_is_refused_by_every_service(string lot)
    {
        var world = await NewWorld();
        var refused = new[]
        {
            (await Api.Put(
                $"vaccines/{world.Vaccine}/lots/{Uri.EscapeDataString(lot)}", new JsonObject { ["manufacturer"] = "Maker" })).Text,
            (await Api.Post("stock/wastage", Wastage(world, lot))).Text,
            (await Api.Post("administrations", world.Submission(world.Dose(lot: lot)))).Text,
            (await Api.PostNdjson("shipments/bulk", [world.PastConsignment("x", world.Clinic, 1, lot)])).Text,
        };
        Assert.All(refused, text => Assert.Contains("1 to 64 letters, digits, spaces", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_time_without_an_offset_is_UTC_in_every_service()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100, "L1");
        var command = Wastage(world, "L1");
        command["occurredAt"] = "2024-02-01T23:30:00";
        _ = (await Api.Post("stock/wastage", command)).Body;
        var entries = (await Api.Get($"ledger/entries?facilityId={world.Clinic}")).Body["items"]!.AsArray();
        var entry = entries.Single(item => (string)item!["kind"]! == "wastage")!;
        Assert.Equal(new DateTimeOffset(2024, 2, 1, 23, 30, 0, TimeSpan.Zero), (DateTimeOffset)entry["occurredAt"]!);
    }

    [Fact]
    public async Task A_time_without_an_offset_is_of_the_place_s_clock_and_has_its_day_there_in_every_service()
    {
        var world = await NewWorld();
        var country = new JsonObject
        {
            ["name"] = "Far east",
            ["level"] = "country",
            ["country"] = world.Country,
            ["timeZone"] = "Asia/Kolkata",
        };
        Assert.Equal("Asia/Kolkata", (string?)(await Api.Put($"facilities/{world.Country}", country)).Body["timeZone"]);
        await Api.Drained();
        var consignment = world.PastConsignment("zone-" + world.Country, world.Clinic, 100);
        (consignment["dispatchedAt"], consignment["receivedAt"]) = ("2024-03-01T23:30:00-08:00", "2024-03-05T01:00:00");
        Assert.Equal(1, (int)(await Api.PostNdjson("shipments/bulk", [consignment])).Body["accepted"]!);
        await Api.Drained();
        var command = Wastage(world, null);
        command["occurredAt"] = "2024-03-06T02:00:00";
        _ = (await Api.Post("stock/wastage", command)).Body;
        await Api.Drained();

        Assert.Equal(["2024-03-02T07:30:00+00:00"], await Times("2024-03-01"));
        Assert.Equal(["2024-03-04T19:30:00+00:00"], await Times("2024-03-05"));
        Assert.Equal(["2024-03-05T20:30:00+00:00"], await Times("2024-03-06"));
        var shipment = (await Api.Get($"shipments/zone-{world.Country}")).Body;
        Assert.Equal(("2024-03-02T07:30:00+00:00", "2024-03-04T19:30:00+00:00"),
            ((string?)shipment["dispatchedAt"], (string?)shipment["receivedAt"]));
        Assert.Equal(100, (long)(await Stock("2024-03-05"))!["onHand"]!);
        Assert.Null(await Stock("2024-03-04"));

        async Task<IEnumerable<string>> Times(string day) =>
            (await Api.Get($"ledger/entries?facilityId={world.Clinic}&from={day}&to={day}")).Body["items"]!.AsArray()
                .Select(entry => (string)entry!["occurredAt"]!);

        async Task<JsonNode?> Stock(string day) =>
            (await Api.Get($"stock?facilityId={world.Clinic}&asOf={day}")).Body["items"]!.AsArray().SingleOrDefault();
    }

    [Fact]
    public async Task What_was_sent_without_an_offset_is_the_same_when_it_is_sent_again_though_its_zone_is_known_now()
    {
        var world = await NewWorld();
        var consignment = world.PastConsignment("again-" + world.Country, world.Clinic, 100);
        (consignment["dispatchedAt"], consignment["receivedAt"]) = ("2024-03-01T08:00:00", "2024-03-02T08:00:00");
        Assert.Equal(1, (int)(await Api.PostNdjson("shipments/bulk", [consignment])).Body["accepted"]!);
        _ = (await Api.Put($"facilities/{world.Country}", new JsonObject
        {
            ["name"] = "Far east",
            ["level"] = "country",
            ["country"] = world.Country,
            ["timeZone"] = "Asia/Kolkata",
        })).Body;
        await Api.Drained();
        Assert.Equal(1, (int)(await Api.PostNdjson("shipments/bulk", [consignment])).Body["duplicates"]!);
        consignment["receivedAt"] = "2024-03-02T22:00:00-10:00";
        Assert.Equal(1, (int)(await Api.PostNdjson("shipments/bulk", [consignment])).Body["conflictsTotal"]!);
    }

    [Theory]
    [InlineData("timeZone", "5")]
    [InlineData("latitude", "\"abc\"")]
    [InlineData("closedOn", "\"2021-13-01\"")]
    public async Task A_field_of_a_wrong_type_is_named_though_it_may_be_left_out(string field, string value)
    {
        var world = await NewWorld();
        var body = new JsonObject
        {
            ["name"] = "Clinic",
            ["level"] = "facility",
            ["country"] = world.Country,
            [field] = JsonNode.Parse(value),
        };
        Assert.Contains($"\"{field}\"", (await Api.Put($"facilities/{world.Clinic}", body)).Text, StringComparison.Ordinal);
        body["facilityId"] = world.Clinic;
        Assert.Contains(field, (await Api.PostNdjson("facilities/bulk", [body])).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_out_of_a_PUT_stays_and_null_clears_it_in_every_service()
    {
        var world = await NewWorld();
        var place = new JsonObject { ["name"] = "Clinic", ["level"] = "facility", ["country"] = world.Country, ["gln"] = "8003210000121" };
        _ = (await Api.Put($"facilities/{world.Clinic}", place)).Body;
        place.Remove("gln");
        var kept = (await Api.Put($"facilities/{world.Clinic}", place)).Body;
        Assert.Equal(("8003210000121", world.Region), ((string?)kept["gln"], (string?)kept["parentId"]));
        place["gln"] = null;
        Assert.Null((await Api.Put($"facilities/{world.Clinic}", place)).Body["gln"]);
        place.Remove("gln");
        place["facilityId"] = world.Clinic;
        Assert.Equal(1, (int)(await Api.PostNdjson("facilities/bulk", [place])).Body["unchanged"]!);

        var vaccine = new JsonObject
        {
            ["name"] = "Vaccine",
            ["dosesPerVial"] = 5,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1" }),
        };
        var now = (await Api.Put($"vaccines/{world.Vaccine}", vaccine)).Body;
        Assert.Equal((1, 2.0), (now["antigens"]!.AsArray().Count, (double)now["storage"]!["minCelsius"]!));
        (vaccine["antigens"], vaccine["storage"]) = (new JsonArray(), null);
        now = (await Api.Put($"vaccines/{world.Vaccine}", vaccine)).Body;
        Assert.Equal((0, null), (now["antigens"]!.AsArray().Count, now["storage"]));

        await world.PutLot("L1", "2027-01-31");
        Assert.Equal("2027-01-31", (string?)(await PutLot(new JsonObject { ["manufacturer"] = "Maker" }))["expirationDate"]);
        Assert.Null((await PutLot(new JsonObject { ["expirationDate"] = null }))["expirationDate"]);

        async Task<JsonNode> PutLot(JsonObject body) => (await Api.Put($"vaccines/{world.Vaccine}/lots/L1", body)).Body;
    }

    [Fact]
    public async Task What_is_held_says_what_it_waits_for_and_what_was_perhaps_meant_in_every_service()
    {
        var world = await NewWorld();
        var dose = world.Dose();
        (dose["vaccineId"], dose["facilityId"]) = (world.Vaccine.ToLowerInvariant(), world.Clinic);
        var answer = (await Api.Post("administrations", world.Submission(dose, world.Dose(doseNumber: "9")))).Body;
        Assert.Equal(2, (int)answer["held"]!);
        Assert.Equal(
            [
                $"1 waits for the vaccine '{world.Vaccine.ToLowerInvariant()}': perhaps '{world.Vaccine}' was meant",
                $"2 waits for the dose number '9' of the vaccine '{world.Vaccine}': send it, or correct the id",
            ], answer["heldLines"]!.AsArray().Select(line => $"{line!["line"]} {line["reason"]}"));
        var held = (await Api.Get($"administrations/held?facilityId={world.Clinic}")).Body["items"]!.AsArray();
        Assert.Equal(["", world.Vaccine], held.Select(line => (string?)line!["perhaps"] ?? "").Order());

        var mistyped = world.Clinic.Replace('-', '_');
        _ = (await Api.PostNdjson("shipments/bulk", [world.PastConsignment($"held-{world.Country}", mistyped, 10)])).Body;
        await Api.Drained();
        var facts = (await Api.Get("inventory/held?limit=1000")).Body["items"]!.AsArray()
            .Where(fact => (string?)fact!["shipmentId"] == $"held-{world.Country}");
        Assert.Equal([world.Clinic], facts.Select(fact => (string?)fact!["perhaps"]).Distinct());
    }

    [Fact]
    public async Task A_reason_is_as_long_in_every_service()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100, "L1");
        foreach (var (letters, status) in new[] { (500, 200), (501, 422) })
        {
            var reason = new string('x', letters);
            var command = Wastage(world, "L1");
            command["reason"] = reason;
            Assert.Equal(status, (await Api.Post("stock/wastage", command)).Code);
            var dose = world.Dose();
            _ = (await Api.Post("administrations", world.Submission(dose))).Body;
            Assert.Equal(status, (await Api.Post($"administrations/{dose["doseId"]}/retract",
                new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = reason })).Code);
        }
    }

    [Fact]
    public async Task A_request_id_that_is_used_again_for_something_else_is_refused_by_every_service()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100, "L1");
        await world.Supply(world.Store, 100, "L1");
        var command = Wastage(world, "L1");
        var first = await Api.Post("stock/wastage", command);
        var again = await Api.Post("stock/wastage", command);
        Assert.Equal(first.Text, again.FirstText);
        Assert.True((bool)again.Body["repeated"]!);
        command["facilityId"] = world.Store;
        Assert.Equal(409, (await Api.Post("stock/wastage", command)).Code);

        var entryId = (string)first.Body["entries"]![0]!;
        var reversal = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "typing error" };
        var reversed = await Api.Post($"ledger/entries/{entryId}/reverse", reversal);
        Assert.Equal(reversed.Text, (await Api.Post($"ledger/entries/{entryId}/reverse", reversal)).FirstText);
        reversal["reason"] = "another";
        Assert.Equal(409, (await Api.Post($"ledger/entries/{entryId}/reverse", reversal)).Code);
        Assert.Equal(100, (long)(await world.Balance(world.Store))["onHand"]!);

        var submission = world.Submission(world.Dose());
        var dose = (string)submission["doses"]![0]!["doseId"]!;
        _ = (await Api.Post("administrations", submission)).Body;
        var retraction = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "wrong person" };
        var retracted = await Api.Post($"administrations/{dose}/retract", retraction);
        var retractedAgain = await Api.Post($"administrations/{dose}/retract", retraction);
        Assert.Equal((retracted.Text, true), (retractedAgain.FirstText, (bool)retractedAgain.Body["repeated"]!));
        retraction["reason"] = "another";
        Assert.Equal(409, (await Api.Post($"administrations/{dose}/retract", retraction)).Code);
        submission["doses"] = new JsonArray(world.Dose());
        Assert.Equal(409, (await Api.Post("administrations", submission)).Code);
    }

    private static JsonObject Wastage(World world, string? lot)
    {
        var command = World.StockCommand(world.Clinic, world.Line(1, lot));
        command["kind"] = "closedVial";
        return command;
    }
}

/// <summary>In one process.</summary>
public sealed class StandaloneSharedRulesTests(Standalone system) : SharedRulesTests(system);

/// <summary>Through the gateway to processes of their own.</summary>
public sealed class DistributedSharedRulesTests(Distributed system) : SharedRulesTests(system);
