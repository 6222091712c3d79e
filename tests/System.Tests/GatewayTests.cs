using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneGatewayTests(Standalone system) : GatewayTests(system);

public sealed class DistributedGatewayTests(Distributed system) : GatewayTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoGatewayTests(OnMongo system) : GatewayTests(system);

public abstract class GatewayTests(RunningSystem system) : SystemSuite(system)
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Coverage_shows_every_figure_of_a_place_and_unknown_is_null()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 20);
        _ = (await Api.Put($"target-populations/{world.Clinic}/{world.Vaccine}", JsonNode.Parse("""{"year":2024,"source":"census","cells":[{"ageBand":"0-4","population":8}]}""")!)).Body;
        _ = (await Api.Post("administrations",
            world.Submission(world.Dose(), world.Dose(), world.Dose(), world.Dose(doseNumber: "2"), world.Dose(doseNumber: "2")))).Body;

        var clinic = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal((5, 3, 2), ((long)clinic["doses"]!, (long)clinic["byDoseNumber"]!["1"]!, (long)clinic["byDoseNumber"]!["2"]!));
        Assert.Equal((37.5m, 25m, 25m),
            ((decimal)clinic["coverage"]!["1"]!, (decimal)clinic["coverage"]!["2"]!, (decimal)clinic["fullyVaccinatedCoverage"]!));
        Assert.Equal((8, 2024, 2), ((long)clinic["targetPopulation"]!, (int)clinic["populationYear"]!, (long)clinic["fullyVaccinated"]!));
        Assert.Equal((33.33m, 20, 15, 25m),
            ((decimal)clinic["dropout"]!, (long)clinic["delivered"]!, (long)clinic["onHand"]!, (decimal)clinic["utilisation"]!));
        var store = await world.CoverageOf(world.Store, "facility");
        Assert.Null(store["targetPopulation"]);
        Assert.Null(store["fullyVaccinatedCoverage"]);
        Assert.Null(store["utilisation"]);
        var whole = await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}");
        Assert.Equal(["administration", "inventory", "shipment"], whole["parts"]!.AsObject().Select(part => part.Key));
    }

    [Fact]
    public async Task A_target_population_holds_for_its_year_and_a_period_is_measured_by_that_of_its_last_day()
    {
        var world = await NewWorld();
        foreach (var (year, people) in new[] { (2021, 110), (2020, 100) }) await SetPopulation(world, world.Clinic, year, people);
        var tallies = new JsonArray(Tally(world, 90, "2020-06-01"), Tally(world, 99, "2021-06-01"));
        _ = (await Api.Post("administrations",
            new JsonObject { ["submissionId"] = Guid.NewGuid().ToString("N"), ["facilityId"] = world.Clinic, ["tallies"] = tallies })).Body;

        foreach (var (days, year, given, percent) in new[]
        {
            ("from=2020-01-01&to=2020-12-31", 2020, 90, 90m), ("from=2021-01-01&to=2021-12-31", 2021, 99, 90m),
            ("asOf=2020-12-31", 2020, 90, 90m), ("asOf=2019-12-31", 2020, 0, 0m), ("", 2021, 189, 171.82m),
        })
        {
            var row = (await Api.WholeCoverage($"country={world.Country}&level=facility&vaccineId={world.Vaccine}&{days}"))["rows"]!
                .AsArray().Single(row => (string)row!["facilityId"]! == world.Clinic)!;
            Assert.Equal(
                (year, given, percent), ((int)row["populationYear"]!, (int)row["doses"]!, (decimal)row["coverage"]!["1"]!));
        }

        var set = (await Api.Get($"target-populations?facilityId={world.Clinic}")).Body["items"]!.AsArray();
        Assert.Equal([2020, 2021], set.Select(item => (int)item!["year"]!));
        Assert.Equal(422, (await Api.Get($"coverage?vaccineId={world.Vaccine}&from=2021-02-01&to=2021-01-01")).Code);
        Assert.Equal(422, (await Api.Get($"coverage?vaccineId={world.Vaccine}&asOf=2021-02-01&to=2021-01-01")).Code);
    }

    [Fact]
    public async Task Where_a_part_that_gave_doses_has_no_target_population_there_is_no_percentage_of_the_whole()
    {
        var world = await NewWorld();
        await SetPopulation(world, world.Clinic, 2024, 300);
        _ = (await Api.Post("administrations", world.Submission(world.Dose(), world.Dose(), world.Dose()))).Body;
        var region = await world.CoverageOf(world.Region, "region");
        Assert.Equal((300, 0), ((int)region["targetPopulation"]!, (int)region["targetPopulationMissing"]!));
        Assert.Equal((1m, 3), ((decimal)region["coverage"]!["1"]!, (int)region["atLeastOneDose"]!));

        var elsewhere = world.Submission(world.Dose());
        elsewhere["facilityId"] = world.Store;
        _ = (await Api.Post("administrations", elsewhere)).Body;
        region = await world.CoverageOf(world.Region, "region");
        var totals = (await Api.WholeCoverage($"country={world.Country}&level=facility&vaccineId={world.Vaccine}"))["totals"]!;
        foreach (var figures in new[] { region, totals })
        {
            Assert.Null(figures["targetPopulation"]);
            Assert.Null(figures["coverage"]!["1"]);
            Assert.Equal(1, (int)figures["targetPopulationMissing"]!);
        }
    }

    private async Task SetPopulation(World world, string place, int year, int people) =>
        _ = (await Api.Put($"target-populations/{place}/{world.Vaccine}", new JsonObject
        {
            ["year"] = year,
            ["source"] = "census",
            ["cells"] = new JsonArray(new JsonObject { ["population"] = people }),
        })).Body;

    private static JsonObject Tally(World world, int count, string on) => new()
    {
        ["vaccineId"] = world.Vaccine,
        ["doseNumber"] = "1",
        ["occurredOn"] = on,
        ["count"] = count,
    };

    [Fact]
    public async Task Figures_as_of_a_moment_hold_every_dose_acknowledged_before_it()
    {
        const int Doses = 20;
        var world = await NewWorld();
        await world.Supply(world.Clinic, Doses);
        for (var given = 1; given <= 3; given++)
        {
            _ = (await Api.Post("administrations", world.Submission(world.Dose()))).Body;
            var acknowledged = DateTimeOffset.UtcNow;
            while (true)
            {
                var view = (await Api.Get($"coverage?country={world.Country}&level=facility&vaccineId={world.Vaccine}")).Body;
                var clinic = view["rows"]!.AsArray().Single(row => (string)row!["facilityId"]! == world.Clinic)!;
                if ((DateTimeOffset)view["parts"]!["administration"]!["asOf"]! >= acknowledged) Assert.Equal(given, (int)clinic["doses"]!);
                if ((DateTimeOffset?)view["parts"]!["inventory"]!["asOf"] >= acknowledged)
                {
                    Assert.Equal(Doses - given, (int)clinic["onHand"]!);
                    break;
                }

                await Task.Delay(PollWait, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Coverage_comes_as_csv_as_of_a_day_and_as_a_trend()
    {
        var world = await NewWorld();
        _ = (await Api.Post("administrations",
            world.Submission(world.Dose(on: "2024-03-01"), world.Dose(on: "2024-03-02"), world.Dose(on: "2024-03-09")))).Body;
        await Api.Drained();
        var query = $"coverage?country={world.Country}&level=region&vaccineId={world.Vaccine}";
        Assert.Equal(2, (long)(await Api.Get($"{query}&asOf=2024-03-02")).Body["totals"]!["doses"]!);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/{query}");
        request.Headers.Add("Accept", "text/csv");
        using var response = await Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("facilityId", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(
            "lost,adjusted,vaccineId,antigen,from,to,administrationAsOf,inventoryAsOf,shipmentAsOf,suppressed,sharedBy,wastedOpenVials,"
                + "wastageRate,openVialWastageRate,closedVialWastageRate\r", lines[0], StringComparison.Ordinal);
        Assert.Contains($",0,0,{world.Vaccine},,,20", lines[1], StringComparison.Ordinal);
        var trend = (await Api.Get(
            $"coverage/{world.Region}/trend?vaccineId={world.Vaccine}&by=week&from=2024-02-26&to=2024-03-10")).Body["points"]!.AsArray();
        Assert.Equal([2, 1], trend.Select(point => (long)point!["doses"]!));
        await world.Supply(world.Clinic, 10);
        trend = (await Api.Get(
            $"coverage/{world.Region}/trend?vaccineId={world.Vaccine}&by=month&to=2024-03-10")).Body["points"]!.AsArray();
        Assert.Equal([("2024-01-01", 0, 10, 10), ("2024-03-01", 3, 0, 7)], trend.Select(point => ((string)point!["date"]!,
            (int)point["doses"]!, (int)point["delivered"]!, (int)point["onHand"]!)));
    }

    [Fact]
    public async Task The_stream_tells_of_a_change()
    {
        var world = await NewWorld();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var stream = await Api.Http.GetStreamAsync($"api/v1/coverage/stream?country={world.Country}", limit.Token);
        using var reader = new StreamReader(stream);
        Assert.Equal("event: hello", await reader.ReadLineAsync(limit.Token));
        _ = (await Api.Post("administrations", world.Submission(world.Dose()))).Body;

        // Changes whose country is not known yet go to every listener, so those of other tests may come first.
        JsonNode? told = null;
        while (told is null && await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            var data = JsonNode.Parse(line["data: ".Length..])!;
            if (data["vaccineIds"] is JsonArray vaccines && vaccines.Any(id => (string?)id == world.Vaccine)) told = data;
        }

        Assert.Contains((string?)told?["country"], new[] { null, world.Country });
    }

    [Theory]
    [InlineData("coverage?country=nowhere&vaccineId=nothing", 404)]
    [InlineData("coverage?level=village", 422)]
    [InlineData("coverage?asOf=yesterday", 422)]
    [InlineData("coverage/nowhere/trend?vaccineId=nothing", 404)]
    [InlineData("shipments/nothing", 404)]
    [InlineData("shipments?limit=0", 422)]
    [InlineData("shipments?limit=100000", 422)]
    [InlineData("ledger/entries?limit=x", 400)]
    [InlineData("nothing-here", 404)]
    public async Task A_bad_query_is_a_problem_that_says_so(string query, int status)
    {
        var answer = await Api.Get(query);
        Assert.Equal(status, answer.Code);
        Assert.Equal("application/problem+json", answer.MediaType);
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        var document = JsonNode.Parse(await Api.Http.GetStringAsync("openapi/v1.json", TestContext.Current.CancellationToken))!;
        var paths = document["paths"]!.AsObject().Select(path => path.Key).ToList();
        foreach (var promised in new[]
                 {
                     "/api/v1/facilities/{facilityId}", "/api/v1/vaccines/{vaccineId}", "/api/v1/shipments/{shipmentId}/receive",
                     "/api/v1/administrations",
                     "/api/v1/ledger/balance", "/api/v1/coverage", "/api/v1/coverage/stream", "/api/v1/stock/counts",
                     "/api/v1/target-populations/{facilityId}/{vaccineId}",
                 })
            Assert.Contains(promised, paths);
        Assert.Contains(
            "<html", await Api.Http.GetStringAsync("docs", TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Healthy", await Status("health/live"));
        Assert.Equal("Healthy", await Status("health/ready"));

        async Task<string> Status(string path) =>
            (string)JsonNode.Parse(await Api.Http.GetStringAsync(path, TestContext.Current.CancellationToken))!["status"]!;
    }

    [Fact]
    public async Task The_description_names_no_schema_that_it_lacks_and_mixes_none_up()
    {
        var document = JsonNode.Parse(await Api.Http.GetStringAsync("openapi/v1.json", TestContext.Current.CancellationToken))!;
        var references = References(document).Distinct().ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(Resolve(reference)));

        // Each service has a summary, with rows of its own.
        foreach (var (service, field) in new[] { ("inventory", "wasted"), ("administrations", "byDoseNumber"),
            ("shipments", "toFacilityId") })
        {
            var answer =
                document["paths"]![$"/api/v1/{service}/summary"]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!;
            var row = Resolve((string)answer["$ref"]!)!["properties"]!["rows"]!["items"]!;
            Assert.Contains(field, Resolve((string)row["$ref"]!)!["properties"]!.AsObject().Select(property => property.Key));
        }

        JsonNode? Resolve(string reference) => document["components"]!["schemas"]![reference["#/components/schemas/".Length..]];

        static IEnumerable<string> References(JsonNode? node) => node switch
        {
            JsonObject all => all.SelectMany(pair => pair.Key == "$ref" ? [(string)pair.Value!] : References(pair.Value)),
            JsonArray all => all.SelectMany(References),
            _ => [],
        };
    }
}
