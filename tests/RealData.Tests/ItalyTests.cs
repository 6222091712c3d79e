using System.Net;
using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.RealData.Tests;

public sealed class StandaloneItalyTests : ItalyTests
{
    protected override async Task<IHosting> Start() => await StandaloneProcess.Start();
}

public sealed class DistributedItalyTests : ItalyTests
{
    protected override async Task<IHosting> Start()
    {
        Assert.SkipWhen(LocalSystem.Missing() is not null, LocalSystem.Missing() ?? "");
        return await LocalSystem.Start();
    }
}

public sealed class MongoItalyTests : ItalyTests
{
    protected override async Task<IHosting> Start()
    {
        Assert.SkipWhen(MongoSystem.MissingForLong() is not null, MongoSystem.MissingForLong() ?? "");
        return await MongoSystem.Start();
    }
}

/// <summary>A country's real campaign through the public API: the end equals the official result to the dose.</summary>
public abstract class ItalyTests
{
    private const int AgainMax = 5;
    private const long Administered = 145_134_032;
    private const long ReceivedNet = 159_922_147;
    private const long OnHand = 14_788_115;
    private const long Population = 59_496_362;

    protected abstract Task<IHosting> Start();

    [Fact]
    public Task The_campaign_in_the_order_of_the_files_equals_the_official_table() => Replay(data => data, deliveriesFirst: true);

    [Theory]
    [InlineData(20201227)]
    public Task The_campaign_shuffled_and_administrations_before_deliveries_ends_the_same(int seed) => Replay(data =>
    {
        var random = new Random(seed);
        return [.. data.OrderBy(_ => random.Next())];
    }, deliveriesFirst: false);

    private async Task Replay(Func<IReadOnlyList<JsonNode>, IReadOnlyList<JsonNode>> order, bool deliveriesFirst)
    {
        var data = ItalyData.Find();
        Assert.SkipWhen(data is null,
            "Italy's open data is not beside the project (shared/data/italy), and DISTRIBUTION_ITALY_DATA names no folder with it.");
        await using var hosting = await Start();
        using var api = new ApiClient(hosting.Address, hosting.Key);

        await PutReferenceData(api, data);
        if (deliveriesFirst) await PostDeliveries(api, order(data.Deliveries));
        await PostAdministrations(api, order(data.Administrations));
        if (!deliveriesFirst) await PostDeliveries(api, order(data.Deliveries));
        await api.Drained();

        await AssertOfficialTable(api, data);
        await AssertLedger(api);
        await AssertEveryDay(api, data);
    }

    /// <summary>Delivered, given and on hand of every day and region are what the two files add up to, and so are the days on which a
    /// region gave doses that had not come yet.</summary>
    private static async Task AssertEveryDay(ApiClient api, ItalyData data)
    {
        var shortfalls = (await api.Get($"inventory/shortfalls?country={ItalyData.Country}&limit=1000")).Body["items"]!.AsArray()
            .ToLookup(item => (string)item!["facilityId"]!);
        foreach (var (region, _) in data.Regions)
        {
            var (days, expected) = (data.DaysOf(region), new List<(string, long, long, long)>());
            var (balance, daysShort, worst, before) = (0L, 0, 0L, DateOnly.MaxValue);
            foreach (var (day, (delivered, given)) in days)
            {
                if (balance < 0) daysShort += day.DayNumber - before.DayNumber;
                (balance, before) = (balance + delivered - given, day);
                worst = Math.Max(worst, -balance);
                expected.Add(($"{day:yyyy-MM-dd}", given, delivered, Math.Max(0, balance)));
            }

            var trend = (await api.Get($"coverage/{region}/trend?vaccineId={ItalyData.Vaccine}&by=day")).Body["points"]!.AsArray();
            Assert.Equal(expected, trend.Select(point => (
                (string)point!["date"]!, (long)point["doses"]!, (long)point["delivered"]!, (long)point["onHand"]!)));
            // Of the calendar's days; the files leave out those on which nothing happened.
            Assert.Equal((daysShort, worst), (shortfalls[region].Sum(item => (int)item!["days"]!),
                shortfalls[region].Select(item => (long)item!["doses"]!).DefaultIfEmpty().Max()));
        }

        var liguria = shortfalls["LIG"].MaxBy(item => (long)item!["doses"]!)!;
        Assert.Equal((99_076, "2022-02-01"), ((long)liguria["doses"]!, (string)liguria["worstOn"]!));
        Assert.Equal(164, data.DaysOf("LIG").Count(day => shortfalls["LIG"].Any(item =>
            string.CompareOrdinal((string)item!["from"]!, $"{day.Key:yyyy-MM-dd}") <= 0
            && string.CompareOrdinal($"{day.Key:yyyy-MM-dd}", (string)item["until"]!) <= 0)));
        Assert.Equal((1, 3), (shortfalls["FVG"].Max(item => (long)item!["doses"]!), shortfalls["FVG"].Sum(item => (int)item!["days"]!)));
    }

    private static async Task PutReferenceData(ApiClient api, ItalyData data)
    {
        var country = new JsonObject
        {
            ["facilityId"] = ItalyData.Country,
            ["name"] = "Italia",
            ["level"] = "country",
            ["country"] = ItalyData.Country,
        };
        var regions = data.Regions.Select(region => new JsonObject
        {
            ["facilityId"] = region.Id,
            ["name"] = region.Name,
            ["level"] = "region",
            ["parentId"] = ItalyData.Country,
            ["country"] = ItalyData.Country,
        });
        var facilities = (await api.PostNdjson("facilities/bulk", [country, .. regions])).Body;
        Assert.Equal(data.Regions.Count + 1, (int)facilities["accepted"]!);
        var series = ItalyData.DoseNumbers.Select(
            number => new JsonObject { ["doseNumber"] = number, ["completesSeries"] = number is "d2" or "dpi" });
        _ = (await api.Put($"vaccines/{ItalyData.Vaccine}", new JsonObject
        {
            ["name"] = "COVID-19 vaccine",
            ["antigens"] = new JsonArray("SARS-CoV-2"),
            ["dosesPerVial"] = 6,
            ["series"] = new JsonArray([.. series]),
            ["storage"] = new JsonObject { ["minCelsius"] = -80, ["maxCelsius"] = 8 },
        })).Body;
        _ = (await api.PostNdjson("target-populations/bulk", data.TargetPopulations)).Body;
    }

    private static async Task PostDeliveries(ApiClient api, IReadOnlyList<JsonNode> deliveries)
    {
        var answer = (await Answered(() => api.PostNdjson("shipments/bulk", deliveries))).Body;
        Assert.Empty(answer["rejected"]!.AsArray());
        Assert.Equal(deliveries.Count, (int)answer["accepted"]! + (int)answer["held"]!);
    }

    private static async Task PostAdministrations(ApiClient api, IReadOnlyList<JsonNode> tallies)
    {
        var answer = (await Answered(() => api.PostNdjson("administrations?submissionId=italy", tallies))).Body;
        Assert.Empty(answer["rejected"]!.AsArray());
        Assert.Equal(Administered, (long)answer["accepted"]! + (long)answer["held"]!);
    }

    /// <summary>As every client does: the same again where the answer is to send it again.</summary>
    private static async Task<Answer> Answered(Func<Task<Answer>> send)
    {
        for (var again = 0; ; again++)
        {
            var answer = await send();
            if (answer.Status != HttpStatusCode.ServiceUnavailable || again == AgainMax) return answer;
            TestContext.Current.TestOutputHelper?.WriteLine($"sent again after {answer.Text}");
        }
    }

    private static async Task AssertOfficialTable(ApiClient api, ItalyData data)
    {
        var coverage = await api.WholeCoverage($"country={ItalyData.Country}&level=region&vaccineId={ItalyData.Vaccine}");
        var rows = coverage["rows"]!.AsArray().ToDictionary(row => (string)row!["facilityId"]!, row => row!);
        Assert.Equal(21, data.Official.Count);
        Assert.Equal(data.Official.Count, rows.Count);
        foreach (var official in data.Official)
        {
            var row = rows[official.Region];
            Assert.Equal(official.Administered, (long)row["doses"]!);
            Assert.Equal(official.Delivered, (long)row["delivered"]!);
            // The answer has two decimals; rounded again to one, some regions would be a tenth off.
            var utilisation = 100m * (long)row["doses"]! / (long)row["delivered"]!;
            Assert.Equal(official.UtilisationPercent, Math.Round(utilisation, 1, MidpointRounding.AwayFromZero));
            Assert.Equal(Math.Round(utilisation, 2, MidpointRounding.AwayFromZero), (decimal)row["utilisation"]!);
            var population = data.TargetPopulations.Single(target => (string)target["facilityId"]! == official.Region)["cells"]!.AsArray()
                .Sum(cell => (long)cell!["population"]!);
            Assert.Equal(population, (long)row["targetPopulation"]!);
        }

        var totals = coverage["totals"]!;
        Assert.Equal(Administered, (long)totals["doses"]!);
        Assert.Equal(ReceivedNet, (long)totals["delivered"]!);
        Assert.Equal(OnHand, (long)totals["onHand"]!);
        Assert.Equal(Population, (long)totals["targetPopulation"]!);
        Assert.Equal(0, (long)totals["discrepancy"]!);
    }

    private static async Task AssertLedger(ApiClient api)
    {
        var balance = (await api.Get($"ledger/balance?country={ItalyData.Country}&vaccineId={ItalyData.Vaccine}")).Body;
        Assert.True((bool)balance["balanced"]!);
        Assert.Equal(ReceivedNet, (long)balance["received"]!);
        Assert.Equal(Administered, (long)balance["administered"]!);
        Assert.Equal(OnHand, (long)balance["onHand"]!);
        Assert.Equal(0, (long)balance["discrepancy"]!);
        Assert.Equal(0, (long)balance["inTransit"]!);
        Assert.Empty((await api.Get("inventory/discrepancies")).Body["items"]!.AsArray());
    }
}
