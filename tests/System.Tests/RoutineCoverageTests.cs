using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneRoutineCoverageTests(Standalone system) : RoutineCoverageTests(system);

public sealed class DistributedRoutineCoverageTests(Distributed system) : RoutineCoverageTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoRoutineCoverageTests(OnMongo system) : RoutineCoverageTests(system);

/// <summary>
/// Worked examples of a routine immunization programme, by the formulas of WHO's administrative method and of DHIS2: coverage of a year is
/// doses given in it ÷ the target population of that year, dropout (first − last) ÷ first. The sums are written out.
/// </summary>
public abstract class RoutineCoverageTests(RunningSystem system) : CoverageSuite(system)
{
    [Fact]
    public async Task Birth_cohorts_are_measured_year_by_year_and_catch_up_doses_count_where_they_were_given()
    {
        var world = await NewWorld();
        var penta = $"{world.Country}-PENTA";
        await PutVaccine(penta, """[{"doseNumber":"1"},{"doseNumber":"2"},{"doseNumber":"3","completesSeries":true}]""", "DTP", "HepB");
        await Api.Drained();
        // Surviving infants: 570 + 380 = 950 of 2021, 594 + 396 = 990 of 2022.
        foreach (var (place, year, infants) in new[]
        {
            (world.Clinic, 2021, 570), (world.Store, 2021, 380), (world.Clinic, 2022, 594), (world.Store, 2022, 396),
        })
            await SetPopulation(place, penta, year, infants);
        await Report(world.Clinic, (penta, "1", "2021-06-15", 540), (penta, "2", "2021-08-15", 522), (penta, "3", "2021-10-15", 513),
            (penta, "1", "2022-06-15", 570), (penta, "2", "2022-08-15", 570), (penta, "3", "2022-10-15", 560));
        await Report(world.Store, (penta, "1", "2021-06-15", 360), (penta, "2", "2021-08-15", 348), (penta, "3", "2021-10-15", 300),
            (penta, "1", "2022-06-15", 380), (penta, "2", "2022-08-15", 380), (penta, "3", "2022-10-15", 371));
        // What is reported late counts on its day, and what is given late counts in the year in which it is given.
        await Report(world.Store, (penta, "3", "2021-12-31", 42), (penta, "1", "2022-02-10", 20), (penta, "3", "2022-02-10", 30));
        await Api.Drained();

        // 2021: 900, 870, 855 of 950. Dropout (900 − 855) ÷ 900.
        var year2021 = await Totals("from=2021-01-01&to=2021-12-31");
        Assert.Equal((950, 2021, 900, 870, 855), Given(year2021));
        Assert.Equal((94.74m, 91.58m, 90m, 5m), Measures(year2021));
        Assert.Equal(90m, (decimal)year2021["fullyVaccinatedCoverage"]!);

        // 2022: 570 + 380 + 20 = 970, 950, 560 + 371 + 30 = 961 of 990. Dropout (970 − 961) ÷ 970.
        var year2022 = await Totals("from=2022-01-01&to=2022-12-31");
        Assert.Equal((990, 2022, 970, 950, 961), Given(year2022));
        Assert.Equal((97.98m, 95.96m, 97.07m, 0.93m), Measures(year2022));

        // In the quarter of the catch-up more ended than began: (20 − 30) ÷ 20.
        var quarter = await Totals("from=2022-01-01&to=2022-03-31");
        Assert.Equal((990, 2022, 20, 0, 30), Given(quarter));
        Assert.Equal((2.02m, 0m, 3.03m, -50m), Measures(quarter));

        // Since ever, as a campaign counts: 1,870 ÷ 990, which is no coverage of any year's children.
        var campaign = await Totals("asOf=2022-12-31");
        Assert.Equal((990, 2022, 1_870, 1_820, 1_816), Given(campaign));
        Assert.Equal(188.89m, (decimal)campaign["coverage"]!["1"]!);

        async Task<JsonNode> Totals(string days)
        {
            var ofLevels = new List<JsonNode>();
            foreach (var level in new[] { "facility", "region", "country" })
                ofLevels.Add((await Api.WholeCoverage($"country={world.Country}&vaccineId={penta}&level={level}&{days}"))["totals"]!);
            Assert.Single(ofLevels.Select(totals => totals.ToJsonString()).Distinct());
            return ofLevels[0];
        }

        static (long, int, long, long, long) Given(JsonNode figures) => (
            (long)figures["targetPopulation"]!, (int)figures["populationYear"]!, Doses(figures, "1"), Doses(figures, "2"),
            Doses(figures, "3"));

        static (decimal, decimal, decimal, decimal) Measures(JsonNode figures) => (
            (decimal)figures["coverage"]!["1"]!, (decimal)figures["coverage"]!["2"]!, (decimal)figures["coverage"]!["3"]!,
            (decimal)figures["dropout"]!);
    }

    [Fact]
    public async Task A_second_dose_is_for_the_children_who_are_a_year_older()
    {
        var world = await NewWorld();
        await SetPopulation(world.Clinic, world.Vaccine, 2022, 990);
        await SetPopulation(world.Clinic, world.Vaccine, 2022, 940, doseNumber: "2");
        await SetPopulation(world.Clinic, world.Vaccine, 2021, 950);
        await Report(world.Clinic, (world.Vaccine, "1", "2022-05-01", 891), (world.Vaccine, "2", "2022-05-02", 752),
            (world.Vaccine, "2", "2021-05-02", 760));
        await Api.Drained();
        var row = await Row("from=2022-01-01&to=2022-12-31");
        // MR1 891 of 990 under one year, MR2 752 of 940 in their second; (891 − 752) ÷ 891.
        Assert.Equal((90m, 80m, 80m, 15.6m), ((decimal)row["coverage"]!["1"]!, (decimal)row["coverage"]!["2"]!,
            (decimal)row["fullyVaccinatedCoverage"]!, (decimal)row["dropout"]!));
        // Nobody set those of dose 2 for 2021: the only ones there are hold. 760 ÷ 940.
        Assert.Equal(80.85m, (decimal)(await Row("from=2021-01-01&to=2021-12-31"))["coverage"]!["2"]!);

        async Task<JsonNode> Row(string days) =>
            (await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}&{days}"))["rows"]!.AsArray().Single()!;
    }

    [Fact]
    public async Task Eighteen_years_of_doses_are_no_coverage_of_the_last_one()
    {
        var world = await NewWorld();
        for (var year = 2005; year <= 2022; year++) await SetPopulation(world.Country, world.Vaccine, year, 35_000 - (100 * (2022 - year)));
        var years = Enumerable.Range(2005, 16).Select(year => (world.Vaccine, "1", $"{year}-07-01", 33_000L));
        await Report(world.Region, [.. years, (world.Vaccine, "1", "2021-07-01", 33_043), (world.Vaccine, "1", "2022-07-01", 34_307)]);
        await Api.Drained();
        // 34,307 ÷ 35,000; since ever 16 × 33,000 + 33,043 + 34,307 = 595,350 ÷ 35,000.
        Assert.Equal(98.02m, await Coverage("from=2022-01-01&to=2022-12-31"));
        Assert.Equal(1_701m, await Coverage("asOf=2022-12-31"));
        // 33,000 ÷ 33,300.
        Assert.Equal(99.1m, await Coverage("from=2005-01-01&to=2005-12-31"));

        async Task<decimal> Coverage(string days) => (decimal)(await Api.WholeCoverage(
            $"country={world.Country}&vaccineId={world.Vaccine}&level=country&{days}"))["totals"]!["coverage"]!["1"]!;
    }

    [Fact]
    public async Task A_region_without_a_target_population_leaves_the_country_without_a_percentage()
    {
        var world = await NewWorld();
        var other = $"{world.Country}-H";
        await world.PutPlace(other, "region", world.Country);
        await SetPopulation(world.Region, world.Vaccine, 2024, 100);
        await Api.Drained();
        await Report(world.Region, (world.Vaccine, "1", "2024-05-01", 50));
        await Report(other, (world.Vaccine, "1", "2024-05-01", 500));
        await Api.Drained();
        var view = await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}&level=region");
        var rows = view["rows"]!.AsArray().ToDictionary(row => (string)row!["facilityId"]!);
        Assert.Equal((50m, null), ((decimal?)rows[world.Region]!["coverage"]!["1"], (decimal?)rows[other]!["coverage"]!["1"]));
        var country = (await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}&level=country"))["rows"]![0]!;
        foreach (var figures in new[] { view["totals"]!, country })
            Assert.Equal((null, 1), ((decimal?)figures["coverage"]!["1"], (int)figures["targetPopulationMissing"]!));
    }

    [Fact]
    public async Task A_store_without_doses_spoils_no_percentage()
    {
        var world = await NewWorld();
        var district = $"{world.Country}-D";
        await world.PutPlace(district, "district", world.Region);
        foreach (var place in new[] { world.Clinic, world.Store }) await world.PutPlace(place, "facility", district);
        await SetPopulation(world.Clinic, world.Vaccine, 2024, 300);
        await Report(world.Clinic, (world.Vaccine, "1", "2024-05-01", 30));
        await Api.Drained();
        foreach (var level in new[] { "facility", "district", "country" })
        {
            var totals = (await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}&level={level}"))["totals"]!;
            Assert.Equal((10m, 0), ((decimal)totals["coverage"]!["1"]!, (int)totals["targetPopulationMissing"]!));
        }
    }

    [Fact]
    public async Task Days_of_stock_of_the_whole_are_over_the_same_days_for_all()
    {
        var world = await NewWorld();
        foreach (var (place, month) in new[] { (world.Clinic, 1), (world.Store, 6) })
        {
            await Supply(place, (world.Vaccine, 1_000));
            await Report(place, [.. Enumerable.Range(1, 28).Select(day => (world.Vaccine, "1", $"2024-{month:00}-{day:00}", 10L))]);
        }

        await Api.Drained();
        // 720 left in each at 10 a day; 1,440 in all at the 10 a day of the 28 days up to 28 June.
        var view = await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}&level=facility");
        Assert.All(view["rows"]!.AsArray(), row => Assert.Equal((10m, 72m), Use(row!)));
        Assert.Equal((10m, 144m), Use(view["totals"]!));
        var whole = await Api.WholeCoverage($"country={world.Country}&vaccineId={world.Vaccine}&level=country");
        Assert.Equal((10m, 144m), Use(whole["rows"]!.AsArray().Single()!));

        static (decimal, decimal) Use(JsonNode figures) => ((decimal)figures["averageDailyUse"]!, (decimal)figures["daysOfStock"]!);
    }
}
