using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneCoverageTests(Standalone system) : CoverageTests(system);

public sealed class DistributedCoverageTests(Distributed system) : CoverageTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoCoverageTests(OnMongo system) : CoverageTests(system);

/// <summary>What several vaccines do together, what lies beside the places of a level, and who is silent.</summary>
public abstract class CoverageTests(RunningSystem system) : CoverageSuite(system)
{
    [Fact]
    public async Task Vaccines_against_the_same_are_added_up_each_by_its_own_series()
    {
        var world = await NewWorld();
        var antigen = $"Measles of {world.Country}";
        var (two, single, other) = ($"{world.Country}-MR", $"{world.Country}-M1", $"{world.Country}-X");
        await PutVaccine(two, """[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true}]""", antigen, "rubella");
        await PutVaccine(single, """[{"doseNumber":"1"}]""", $" {antigen.ToUpperInvariant()} ");
        await PutVaccine(other, """[{"doseNumber":"1"}]""", "mumps");
        await Api.Drained();
        await Supply(world.Clinic, (two, 200), (single, 60), (other, 1_000));
        await SetPopulation(world.Clinic, two, 2024, 200);
        await SetPopulation(world.Clinic, single, 2024, 180);
        await SetPopulation(world.Store, single, 2024, 50);
        await Report(world.Clinic, (two, "1", "2024-03-01", 100), (two, "2", "2024-03-02", 60), (single, "1", "2024-03-03", 50),
            (other, "1", "2024-03-04", 400));

        await Api.Drained();
        var query = $"country={world.Country}&level=region&antigen={Uri.EscapeDataString(antigen.ToLowerInvariant())}";
        var view = await Api.WholeCoverage(query);
        Assert.Null(view["vaccineId"]);
        Assert.Equal(single, (string)view["vaccineIds"]![0]!);
        foreach (var figures in new[] { view["rows"]!.AsArray().Single()!, view["totals"]! })
        {
            // 100 + 50 began; 60 ended with dose 2 and 50 with the one dose there is; (150 − 110) ÷ 150.
            Assert.Equal((210, 150, 60), (Doses(figures), Doses(figures, "1"), Doses(figures, "2")));
            Assert.Equal((150, 110, 26.67m), ((long)figures["atLeastOneDose"]!, (long)figures["fullyVaccinated"]!,
                (decimal)figures["dropout"]!));
            // The same children: 200 in the clinic and not 380, with the 50 of the other clinic.
            Assert.Equal((250, 60m, 24m, 44m), ((long)figures["targetPopulation"]!, (decimal)figures["coverage"]!["1"]!,
                (decimal)figures["coverage"]!["2"]!, (decimal)figures["fullyVaccinatedCoverage"]!));
            Assert.Equal((260, 50, 80.77m), ((long)figures["delivered"]!, (long)figures["onHand"]!, (decimal)figures["utilisation"]!));
            // 210 doses on three days, 70 a day; 50 doses last 50 ÷ 70 of a day.
            Assert.Equal((70m, 0.7m, "2024-03-03"), ((decimal)figures["averageDailyUse"]!, (decimal)figures["daysOfStock"]!,
                (string)figures["lastReportedOn"]!));
        }

        Assert.Equal(404, (await Api.Get("coverage?antigen=nothing")).Code);
        var both = await Api.Get($"coverage?antigen=mumps&vaccineId={two}");
        Assert.Equal(400, both.Code);
        Assert.Contains("vaccineId, antigen", both.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_region_gives_and_holds_itself_is_in_the_totals_of_every_level()
    {
        var world = await NewWorld();
        var district = $"{world.Country}-D";
        await world.PutPlace(district, "district", world.Region);
        await world.PutPlace(world.Clinic, "facility", district);
        await Api.Drained();
        // The clinic lies in the district, the store in the region alone.
        await Supply(world.Region, (world.Vaccine, 100));
        await Supply(world.Clinic, (world.Vaccine, 50));
        await Supply(world.Store, (world.Vaccine, 30));
        await SetPopulation(world.Clinic, world.Vaccine, 2024, 80);
        await SetPopulation(world.Store, world.Vaccine, 2024, 20);
        await Report(world.Region, (world.Vaccine, "1", "2024-03-01", 7), (world.Vaccine, "2", "2024-03-20", 2));
        await Report(world.Clinic, (world.Vaccine, "1", "2024-03-02", 20));
        await Report(world.Store, (world.Vaccine, "1", "2024-03-03", 4));
        await Api.Drained();

        var scopes = new[] { "level=country", "level=region", "level=district", "level=facility", "" };
        foreach (var filter in new[] { "", "&asOf=2024-03-15", "&from=2024-03-02&to=2024-12-31" })
        {
            var totals = new List<string>();
            foreach (var scope in scopes)
                totals.Add((await View($"country={world.Country}&{scope}{filter}"))["totals"]!.ToJsonString());
            Assert.Equal([totals[0]], totals.Distinct());
        }

        var whole = (await View($"country={world.Country}&level=country"))["totals"]!;
        Assert.Equal((33, 180, 147, 100), (Doses(whole), (long)whole["delivered"]!, (long)whole["onHand"]!,
            (long)whole["targetPopulation"]!));
        var rows = (await View($"country={world.Country}&level=district"))["rows"]!.AsArray();
        Assert.Equal([district, world.Region], rows.Select(row => (string)row!["facilityId"]!));
        Assert.Null(rows[0]!["remainder"]);
        var rest = rows[1]!;
        Assert.Equal((true, $"Place {world.Region}: not in any district"), ((bool)rest["remainder"]!, (string)rest["name"]!));
        Assert.Equal((13, 130, 117, 20), (Doses(rest), (long)rest["delivered"]!, (long)rest["onHand"]!, (long)rest["targetPopulation"]!));
        Assert.Equal((1, 1), ((int)rest["reportingFacilities"]!, (int)rest["facilities"]!));
        var within = (await View($"within={world.Region}"))["rows"]!.AsArray();
        Assert.Equal([district, world.Store, world.Region], within.Select(row => (string)row!["facilityId"]!));
        Assert.Equal((9, 100, 91), (Doses(within[2]!), (long)within[2]!["delivered"]!, (long)within[2]!["onHand"]!));
        rows = (await View($"within={district}&level=facility"))["rows"]!.AsArray();
        Assert.Equal(world.Clinic, (string)Assert.Single(rows)!["facilityId"]!);

        Task<JsonNode> View(string query) => Api.WholeCoverage($"vaccineId={world.Vaccine}&{query}");
    }

    [Fact]
    public async Task Silence_and_none_given_look_different()
    {
        var world = await NewWorld();
        await Report(world.Clinic, (world.Vaccine, "1", "2024-03-01", 28), (world.Vaccine, "1", "2024-03-05", 0));
        var held = $"{world.Country}-late";
        await Report(held, (world.Vaccine, "1", "2024-04-01", 0));
        await Api.Drained();
        await Shows("level=region&asOf=2024-12-30", 1, 2, "2024-03-05", 5.6m);
        await Shows("level=country&asOf=2024-03-04", 1, 2, "2024-03-01", 28m);
        await Shows("level=country&asOf=2024-02-28", 0, 2, null, null);
        await Shows("level=country&from=2024-03-02&to=2024-03-04", 0, 2, "2024-03-01", 28m);
        await Shows("level=country&from=2024-03-02&to=2024-03-05", 1, 2, "2024-03-05", 5.6m);

        // None given at a place that is not known yet; a report of it twice is one.
        var none = Tally(world.Vaccine, "1", "2024-03-20", 0);
        var submission = world.Submission();
        (submission["facilityId"], submission["tallies"]) = (world.Store, new JsonArray(none));
        for (var repeat = 0; repeat < 2; repeat++) _ = (await Api.Post("administrations", submission)).Body;
        await Shows("level=region&asOf=2024-12-31", 2, 2, "2024-03-20", 1.4m);
        await world.PutPlace(held, "facility", world.Country);
        await Api.Drained();
        await Shows("level=country", 3, 3, "2024-04-01", 0m);
        await Shows("level=region", 3, 3, "2024-04-01", 0m);
        await world.PutPlace(held, "facility", world.Region);
        await Api.Drained();
        await Shows("level=region&asOf=2024-12-29", 3, 3, "2024-04-01", 0m);

        // Taken back, it was never said.
        _ = (await Api.Post($"administrations/{submission["submissionId"]}:1/retract",
            new JsonObject { ["requestId"] = Guid.NewGuid().ToString("N"), ["reason"] = "of another clinic" })).Body;
        await Shows("level=facility&asOf=2024-03-21", 1, 3, "2024-03-05", 5.6m);

        async Task Shows(string query, int reporting, int facilities, string? last, decimal? use)
        {
            var totals = (await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}&{query}"))["totals"]!;
            Assert.Equal((query, reporting, facilities, last, use), (query, (int)totals["reportingFacilities"]!, (int)totals["facilities"]!,
                (string?)totals["lastReportedOn"], (decimal?)totals["averageDailyUse"]));
        }
    }

    [Fact]
    public async Task Stock_of_a_past_day_is_what_could_be_used_was_on_the_way_and_was_wasted_then()
    {
        var world = await NewWorld();
        var (other, far) = ($"{world.Country}-R2", $"{world.Country}-F2");
        await world.PutPlace(other, "region", world.Country);
        await world.PutPlace(far, "facility", other);
        await Api.Drained();
        await Send(null, world.Store, "2024-01-01", "2024-01-05", 300);
        await Send(world.Store, far, "2024-02-01", "2024-02-10", 100);
        await Report(world.Store, (world.Vaccine, "1", "2024-03-01", 45));
        await Api.Drained();
        await Waste("2024-03-10T08:00:00Z", "openVial", 5);
        await Waste("2024-04-05T08:00:00Z", "closedVial", 50);
        await Api.Drained();

        // On the way from the maker, and then from one region to the other.
        await Shows("country", world.Country, "2024-01-04", ("incoming", 300), ("onHand", 0), ("usable", 0), ("delivered", 0));
        await Shows("country", world.Country, "2024-01-05", ("incoming", 0), ("inTransit", 0), ("onHand", 300), ("usable", 300));
        foreach (var day in new[] { "2024-02-01", "2024-02-09" })
        {
            await Shows("region", other, day, ("incoming", 100), ("onHand", 0), ("delivered", 0));
            await Shows("region", world.Region, day, ("incoming", 0), ("onHand", 200), ("delivered", 200));
            await Shows("facility", far, day, ("incoming", 100), ("inTransit", 100));
            await Shows("country", world.Country, day, ("incoming", 100), ("onHand", 200), ("delivered", 300));
        }

        await Shows("region", other, "2024-02-10", ("incoming", 0), ("onHand", 100));

        // 200 − 45 − 5 there, and 100 in the other region; then all has expired, and 50 are thrown away. 45 + 5 doses of opened vials.
        await Shows("country", world.Country, "2024-03-15", ("usable", 250), ("daysOfStock", 5.6m), ("expiringUnused", 0));
        await Shows("country", world.Country, "2024-03-31", ("usable", 250), ("expired", 0), ("wasted", 5), ("wastedOpenVials", 5),
            ("openVialWastageRate", 10m), ("closedVialWastageRate", 0m), ("wastageRate", 10m), ("daysOfStock", 1m),
            ("expiringUnused", 205));
        await Shows("country", world.Country, "2024-04-01", ("usable", 0), ("expired", 250), ("daysOfStock", 0m));
        await Shows("region", world.Region, "2024-04-05", ("onHand", 100), ("usable", 0), ("expired", 100), ("wasted", 55),
            ("wastedOpenVials", 5), ("openVialWastageRate", 10m), ("closedVialWastageRate", 50m), ("wastageRate", 55m));
        foreach (var query in new[] { "", "&asOf=2024-04-05" })
        {
            var now = (await Api.WholeCoverage($"country={world.Country}&level=region&vaccineId={world.Vaccine}{query}"))["totals"]!;
            Assert.Equal((200, 0, 200, 0), ((long)now["onHand"]!, (long)now["usable"]!, (long)now["expired"]!, (long)now["incoming"]!));
        }

        // What goes back to its maker is on the way to nobody here.
        var back = (await Api.PostNdjson("shipments/bulk", [new JsonObject
        {
            ["shipmentId"] = Guid.NewGuid().ToString("N"),
            ["fromFacilityId"] = world.Store,
            ["destination"] = "Maker",
            ["dispatchedAt"] = "2024-05-01T08:00:00Z",
            ["receivedAt"] = "2024-05-09T08:00:00Z",
            ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = world.Vaccine, ["lotNumber"] = "A", ["doses"] = 30 }),
        }])).Body;
        Assert.Equal(1, (int)back["accepted"]!);
        await Api.Drained();
        await Shows("region", world.Region, "2024-05-05", ("incoming", 0), ("onHand", 70), ("expired", 70));
        await Shows("country", world.Country, "2024-05-10", ("incoming", 0), ("onHand", 170), ("delivered", 270));

        // Of a part of the people nothing is compared with the ledger.
        await Shows("country", world.Country, "2024-04-05&from=2024-03-01", ("wasted", 55), ("wastageRate", null));

        async Task Send(string? from, string to, string left, string arrived, long doses)
        {
            var answer = (await Api.PostNdjson("shipments/bulk", [new JsonObject
            {
                ["shipmentId"] = Guid.NewGuid().ToString("N"),
                [from is null ? "origin" : "fromFacilityId"] = from ?? "Maker",
                ["toFacilityId"] = to,
                ["dispatchedAt"] = $"{left}T08:00:00Z",
                ["receivedAt"] = $"{arrived}T08:00:00Z",
                ["lines"] = new JsonArray(new JsonObject
                {
                    ["vaccineId"] = world.Vaccine, ["lotNumber"] = "A", ["expirationDate"] = "2024-03-31", ["doses"] = doses,
                }),
            }])).Body;
            Assert.Equal(1, (int)answer["accepted"]!);
        }

        async Task Waste(string at, string kind, long doses) => _ = (await Api.Post("stock/wastage", new JsonObject
        {
            ["requestId"] = Guid.NewGuid().ToString("N"),
            ["facilityId"] = world.Store,
            ["occurredAt"] = at,
            ["reason"] = "thrown away",
            ["kind"] = kind,
            ["lines"] = new JsonArray(
                new JsonObject { ["vaccineId"] = world.Vaccine, ["lotNumber"] = "A", ["doses"] = doses }),
        })).Body;

        async Task Shows(string level, string place, string asOf, params (string Name, decimal? Value)[] figures)
        {
            var rows = (await Api.WholeCoverage(
                $"country={world.Country}&level={level}&vaccineId={world.Vaccine}&asOf={asOf}"))["rows"]!.AsArray();
            var row = rows.Single(row => (string)row!["facilityId"]! == place && row["remainder"] is null)!;
            foreach (var (name, value) in figures)
                Assert.Equal((place, asOf, name, value), (place, asOf, name, (decimal?)row[name]));
        }
    }
}
