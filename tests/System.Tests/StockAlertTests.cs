using System.Globalization;
using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneStockAlertTests(Standalone system) : StockAlertTests(system);

public sealed class DistributedStockAlertTests(Distributed system) : StockAlertTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoStockAlertTests(OnMongo system) : StockAlertTests(system);

public abstract class StockAlertTests(RunningSystem system) : SystemSuite(system)
{
    [Fact]
    public async Task What_is_out_low_expired_or_expires_is_told_as_coverage_and_stock_tell_it()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 60, "OLD", "2024-02-01");
        await world.Supply(world.Clinic, 45, "SOON", Day(20));
        await world.Supply(world.Clinic, 30, "LATER", Day(60));
        await world.Supply(world.Store, 10, "GONE", "2031-01-01");
        _ = (await Api.Post("stock/adjustments", World.StockCommand(world.Store, world.Line(-10, "GONE")))).Body;
        await Give(world, "2024-03-01", "SOON");

        var alerts = await Alerts($"facilityId={world.Country}");
        Assert.Equal([(world.Store, 0L)], Rows(alerts, "stockOut"));
        Assert.Equal([(world.Clinic, 60L)], Rows(alerts, "expired"));
        Assert.Equal([(world.Clinic, 5L)], Rows(alerts, "expiring"));
        Assert.Equal([(world.Clinic, 30L)], Rows(alerts, "expiringLater"));
        Assert.Empty(Rows(alerts, "unrecorded"));

        // 40 a day on the one day with reports: 35 last for less than a day.
        var low = Assert.Single(Kind(alerts, "low")["items"]!.AsArray())!;
        var row = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal(((decimal)row["daysOfStock"]!, (decimal)row["averageDailyUse"]!, (long)row["usable"]!),
            ((decimal)low["daysOfStock"]!, (decimal)low["averageDailyUse"]!, (long)low["usable"]!));
        Assert.Equal(0, (int)Kind(await Alerts($"facilityId={world.Country}&lowDays=1&expiringDays=10"), "expiring")["count"]!);

        // Of all places, and by a name from before a merge, the same.
        Assert.Contains(world.Clinic, Rows(await Alerts($"vaccineId={world.Vaccine}"), "low").Select(each => each.Item1));
        await world.PutPlace($"{world.Country}-O", "facility", world.Region);
        _ = (await Api.Post($"facilities/{world.Country}-O/merge",
            new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["into"] = world.Clinic })).Body;
        Assert.Equal([(world.Clinic, 60L)], Rows(await Alerts($"facilityId={world.Country}-O"), "expired"));

        // A region gives none itself, whatever is given in it.
        Assert.All(Kind(await Alerts($"facilityId={world.Region}&only=true"), "low")["items"]!.AsArray(), _ => Assert.Fail());

        // A kind alone, a place alone, a vaccine alone.
        Assert.Equal("expired", (string)Assert.Single(
            (await Alerts($"facilityId={world.Country}&kind=expired&limit=1"))["kinds"]!.AsArray())!["kind"]!);
        Assert.Empty(Rows(await Alerts($"facilityId={world.Country}&only=true"), "expired"));
        Assert.Empty(Rows(await Alerts($"facilityId={world.Country}&vaccineId=other"), "expired"));

        // Given beyond what is known to have come: nothing is known to lie there, and it is no stock-out.
        await Give(world, "2024-03-02", null);
        alerts = await Alerts($"facilityId={world.Clinic}");
        Assert.Equal([(world.Clinic, 5L)], Rows(alerts, "unrecorded"));
        Assert.Empty(Rows(alerts, "stockOut"));
    }

    [Theory]
    [InlineData("kind=nothing", 422)]
    [InlineData("lowDays=0", 422)]
    [InlineData("expiringDays=40&expiringLaterDays=30", 422)]
    [InlineData("limit=1001", 422)]
    [InlineData("limit=x", 400)]
    [InlineData("facilityId=nowhere", 404)]
    [InlineData("place=x", 400)]
    public async Task A_question_that_is_wrong_is_refused(string query, int code) =>
        Assert.Equal(code, (await Api.Get($"stock/alerts?{query}")).Code);

    private async Task Give(World world, string on, string? lot) => _ = (await Api.Post("administrations", world.Submission(
        [.. Enumerable.Range(0, 40).Select(_ => world.Dose(on: on, lot: lot))]))).Body;

    private async Task<JsonNode> Alerts(string query)
    {
        await Api.Drained();
        return (await Api.Get($"stock/alerts?{query}")).Body;
    }

    private static JsonNode Kind(JsonNode alerts, string kind) =>
        alerts["kinds"]!.AsArray().Single(each => (string)each!["kind"]! == kind)!;

    private static List<(string, long)> Rows(JsonNode alerts, string kind) =>
        [.. Kind(alerts, kind)["items"]!.AsArray().Select(item => ((string)item!["facilityId"]!, (long)item["doses"]!))];

    private static string Day(int days) =>
        DateTime.UtcNow.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
