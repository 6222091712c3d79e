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

        var entryId = (string)first["entries"]![0]!;
        var reversal = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "typing error" };
        var reversed = (await Api.Post($"ledger/entries/{entryId}/reverse", reversal)).Body;
        Assert.Equal(reversed.ToJsonString(), (await Api.Post($"ledger/entries/{entryId}/reverse", reversal)).Body.ToJsonString());
        reversal["reason"] = "another";
        Assert.Equal(409, (await Api.Post($"ledger/entries/{entryId}/reverse", reversal)).Code);
        Assert.Equal(100, (long)(await world.Balance(world.Store))["onHand"]!);

        var submission = world.Submission(world.Dose());
        var dose = (string)submission["doses"]![0]!["doseId"]!;
        _ = (await Api.Post("administrations", submission)).Body;
        var retraction = new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "wrong person" };
        var retracted = (await Api.Post($"administrations/{dose}/retract", retraction)).Body;
        Assert.Equal(retracted.ToJsonString(), (await Api.Post($"administrations/{dose}/retract", retraction)).Body.ToJsonString());
        retraction["reason"] = "another";
        Assert.Equal(409, (await Api.Post($"administrations/{dose}/retract", retraction)).Code);
        submission["doses"] = new JsonArray(world.Dose());
        Assert.Equal(409, (await Api.Post("administrations", submission)).Code);
    }

    private static JsonObject Wastage(World world, string lot)
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
