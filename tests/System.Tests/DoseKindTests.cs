using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneDoseKindTests(Standalone system) : DoseKindTests(system);

public sealed class DistributedDoseKindTests(Distributed system) : DoseKindTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoDoseKindTests(OnMongo system) : DoseKindTests(system);

/// <summary>What counts where: doses that were not simply given, that nobody numbered, or that name their vaccine by a code.</summary>
public abstract class DoseKindTests(RunningSystem system) : CoverageSuite(system)
{
    private const string Cvx = "http://hl7.org/fhir/sid/cvx";

    [Fact]
    public async Task Each_kind_counts_where_it_must_and_is_taken_back_from_there()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 100);
        await SetPopulation(world.Clinic, world.Vaccine, 2024, 20);
        var kinds = new[] { "given", "historical", "subpotent", "notGiven" };
        var doses = kinds.Select(kind => Of(world.Dose(), kind)).ToArray();
        var submission = world.Submission(doses);
        submission["tallies"] = new JsonArray([.. kinds.Select(kind => (JsonNode)Of(Tally(world.Vaccine, "1", "2024-03-01", 4), kind))]);
        var answer = (await Api.Post("administrations", submission)).Body;
        Assert.Equal((10, 10, 0), ((int)answer["accepted"]!, (int)answer["kept"]!, (int)answer["held"]!));

        await Expect(counted: 5, subpotent: 5);
        var listed = (await Api.Get($"administrations?facilityId={world.Clinic}&occurredOn=2024-03-01")).Body["items"]!.AsArray();
        Assert.Equal([.. kinds, .. kinds], listed.Select(line => (string)line!["kind"]!));
        Assert.Equal(["counted", "kept", "counted", "kept"], listed.Take(4).Select(line => (string)line!["state"]!));
        Assert.Equal("she was ill", (string)listed[3]!["reason"]!);

        foreach (var (at, dose) in doses.Index())
        {
            var retracted = (await Api.Post($"administrations/{dose["doseId"]}/retract",
                new JsonObject { ["requestId"] = Guid.NewGuid().ToString(), ["reason"] = "entered twice" })).Body;
            Assert.Equal(at is 0 or 2 ? 1 : 0, (int)retracted["doses"]!);
        }

        await Expect(counted: 4, subpotent: 4);

        async Task Expect(int counted, int subpotent)
        {
            var row = await world.CoverageOf(world.Clinic, "facility");
            Assert.Equal((counted + subpotent, counted, subpotent), (Doses(row), Doses(row, "1"), Doses(row, "subpotent")));
            Assert.Equal(counted * 5m, (decimal)row["coverage"]!["1"]!);
            Assert.Null(row["coverage"]!["subpotent"]);
            Assert.Equal(counted, (int)row["atLeastOneDose"]!);
            Assert.Equal(100 - counted - subpotent, (int)row["onHand"]!);
            Assert.Equal(counted + subpotent, (int)(await world.Balance(world.Clinic))["administered"]!);
        }
    }

    [Fact]
    public async Task Another_kind_under_the_same_id_is_a_conflict_and_one_without_its_reason_is_refused()
    {
        var world = await NewWorld();
        var dose = world.Dose();
        _ = (await Api.Post("administrations", world.Submission((JsonObject)dose.DeepClone()))).Body;
        var conflict = (await Api.Post("administrations", world.Submission(Of(dose, "historical")))).Body["conflicts"]!.AsArray().Single()!;
        Assert.Contains("with kind given, now historical", (string)conflict["reason"]!, StringComparison.Ordinal);
        var bare = world.Dose();
        bare["kind"] = "notGiven";
        var rejected = (await Api.Post("administrations", world.Submission(bare))).Body["rejected"]!.AsArray().Single()!;
        Assert.StartsWith("reason: is missing", (string)rejected["reason"]!, StringComparison.Ordinal);
        Assert.Equal(1, Doses(await world.CoverageOf(world.Clinic, "facility")));
    }

    [Fact]
    public async Task A_dose_without_a_number_counts_as_the_only_one_of_a_series_while_it_is_the_only_one()
    {
        var world = await NewWorld();
        var single = $"{world.Country}-BCG";
        await PutVaccine(single, """[{"doseNumber":"B"}]""", "tuberculosis");
        await Api.Drained();
        await Supply(world.Clinic, (single, 50), (world.Vaccine, 50));
        await Report(world.Clinic, (single, "unspecified", "2024-03-01", 7), (single, "B", "2024-03-01", 2),
            (world.Vaccine, "unspecified", "2024-03-01", 3), (world.Vaccine, "1", "2024-03-01", 1));
        var two = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal((4, 3, 1), (Doses(two), Doses(two, "unspecified"), Doses(two, "1")));
        Assert.Null(two["coverage"]!["unspecified"]);
        Assert.Equal((1, 0, 46), ((int)two["atLeastOneDose"]!, (int)two["fullyVaccinated"]!, (int)two["onHand"]!));

        await Expect(numbered: 9, unspecified: null);
        await PutVaccine(single, """[{"doseNumber":"B"},{"doseNumber":"C","completesSeries":true}]""", "tuberculosis");
        await Expect(numbered: 2, unspecified: 7);
        await PutVaccine(single, """[{"doseNumber":"B"}]""", "tuberculosis");
        await Expect(numbered: 9, unspecified: null);
        var refused = await Api.Put($"vaccines/{single}", new JsonObject
        {
            ["name"] = single,
            ["dosesPerVial"] = 1,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "unspecified" }),
        });
        Assert.Equal(422, refused.Code);
        Assert.Contains("series[0].doseNumber", refused.Text, StringComparison.Ordinal);

        async Task Expect(int numbered, int? unspecified)
        {
            await Api.Drained();
            var rows = (await Api.WholeCoverage($"country={world.Country}&level=facility&vaccineId={single}"))["rows"]!.AsArray();
            var row = rows.Single(row => (string)row!["facilityId"]! == world.Clinic)!;
            Assert.Equal((9, numbered, unspecified), (Doses(row), Doses(row, "B"), (int?)row["byDoseNumber"]!["unspecified"]));
            Assert.Equal(numbered, (int)row["atLeastOneDose"]!);
            var trend = (await Api.Get($"coverage/{world.Clinic}/trend?vaccineId={single}")).Body["points"]!.AsArray()
                .Single(point => (long)point!["doses"]! > 0)!;
            Assert.Equal((numbered, unspecified), (
                (int)trend["byDoseNumber"]!["B"]!, (int?)trend["byDoseNumber"]!["unspecified"]));
        }
    }

    [Fact]
    public async Task Lines_by_a_code_are_listed_by_it_and_settle_when_it_is_mapped_once()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 10);
        var code = $"{world.Country}-7";
        var dose = ByCode(world.Dose(), code);
        var tally = ByCode(Tally("", "unspecified", "2024-03-01", 4), code);
        var submission = world.Submission((JsonObject)dose.DeepClone());
        submission["tallies"] = new JsonArray(tally);
        var first = await Api.Post("administrations", submission);
        Assert.Equal(5, (int)first.Body["held"]!);
        Assert.Equal(2, Assert.Single(await Waiting()));
        var held = (await Api.Get($"administrations/held?facilityId={world.Clinic}")).Body["items"]!.AsArray();
        Assert.All(held, line =>
        {
            Assert.Null(line!["vaccineId"]);
            Assert.Equal((Cvx, code), ((string)line["vaccineCodes"]![0]!["system"]!, (string)line["vaccineCodes"]![0]!["code"]!));
        });

        await Map(world.Vaccine, code);
        await Api.Drained();
        Assert.Empty(await Waiting());
        var row = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal((5, 1, 4, 5), (Doses(row), Doses(row, "1"), Doses(row, "unspecified"), (int)row["onHand"]!));
        Assert.Equal(world.Vaccine, (string)(await Api.Get($"administrations/{dose["doseId"]}")).Body["vaccineId"]!);

        // The same submission is a repeat, and the same dose by another door is the same dose.
        Assert.Equal(first.Text, (await Api.Post("administrations", submission)).FirstText);
        var byId = world.Dose(Guid.Parse((string)dose["doseId"]!));
        var again = (await Api.Post("administrations", world.Submission(dose, byId))).Body;
        Assert.Equal((0, 2), ((int)again["accepted"]!, (int)again["duplicates"]!));

        async Task<long[]> Waiting() => [.. (await Api.Get("administrations/held/codes?limit=1000")).Body["items"]!.AsArray()
            .Where(item => item!["codes"]!.AsArray().Any(each => (string)each!["code"]! == code)).Select(item => (long)item!["lines"]!)];
    }

    [Fact]
    public async Task A_code_is_that_of_one_vaccine_and_an_identifier_that_of_one_facility()
    {
        var world = await NewWorld();
        var other = $"{world.Country}-W";
        await world.PutVaccine(other, "1");
        var drug = $"{Random.Shared.Next(10_000, 99_999)}-4681-{Random.Shared.Next(10, 99)}";
        Assert.Equal(200, await Map(world.Vaccine, drug, "NDC"));
        Assert.Equal(409, await Map(other, drug.Replace("-", "", StringComparison.Ordinal), "http://hl7.org/fhir/sid/ndc"));
        var found = (await Api.Get($"vaccines?system=NDC&code={drug}")).Body["items"]!.AsArray().Single()!;
        Assert.Equal((world.Vaccine, "http://hl7.org/fhir/sid/ndc", drug), (
            (string)found["vaccineId"]!, (string)found["codes"]![0]!["system"]!, (string)found["codes"]![0]!["code"]!));
        Assert.Empty((await Api.Get("vaccines?system=NDC&code=1")).Body["items"]!.AsArray());
        Assert.Equal(422, (await Api.Get("vaccines?system=NDC")).Code);

        var identifier = new JsonObject { ["system"] = "urn:moh", ["value"] = $"{world.Country} 7" };
        Assert.Equal(200, (await PutPlace(world.Clinic, [identifier])).Code);
        var taken = await PutPlace(world.Store, [identifier]);
        Assert.Equal(409, taken.Code);
        Assert.Contains($"'{world.Clinic}'", taken.Text, StringComparison.Ordinal);
        Assert.Equal(world.Clinic, Assert.Single(await Identified()));
        // What is not sent stays; what is cleared is free for another.
        Assert.Equal(200, (await PutPlace(world.Clinic, null)).Code);
        Assert.Equal(world.Clinic, Assert.Single(await Identified()));
        Assert.Equal(200, (await PutPlace(world.Clinic, [])).Code);
        Assert.Empty(await Identified());
        Assert.Equal(200, (await PutPlace(world.Store, [identifier])).Code);

        async Task<string[]> Identified() => [.. (await Api.Get(
            $"facilities?identifier={Uri.EscapeDataString($"urn:moh|{world.Country} 7")}")).Body["items"]!.AsArray()
            .Select(facility => (string)facility!["facilityId"]!)];

        Task<Tests.Support.Answer> PutPlace(string id, JsonObject[]? identifiers)
        {
            var body = new JsonObject { ["name"] = id, ["level"] = "facility", ["parentId"] = world.Region, ["country"] = world.Country };
            if (identifiers is not null) body["identifiers"] = new JsonArray([.. identifiers.Select(each => each.DeepClone())]);
            return Api.Put($"facilities/{id}", body);
        }
    }

    private async Task<int> Map(string vaccine, string code, string system = "CVX") =>
        (await Api.Put($"vaccines/{vaccine}", new JsonObject
        {
            ["name"] = vaccine,
            ["dosesPerVial"] = 5,
            ["series"] = new JsonArray(new JsonObject { ["doseNumber"] = "1" }, new JsonObject { ["doseNumber"] = "2" }),
            ["codes"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }),
        })).Code;

    private static JsonObject Of(JsonObject line, string kind)
    {
        line["kind"] = kind;
        if (kind == "notGiven") line["reason"] = "she was ill";
        return line;
    }

    private static JsonObject ByCode(JsonObject line, string code)
    {
        line.Remove("vaccineId");
        line["vaccineCodes"] = new JsonArray(new JsonObject { ["system"] = Cvx, ["code"] = code });
        return line;
    }
}
