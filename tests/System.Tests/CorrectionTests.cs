using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

public sealed class StandaloneCorrectionTests(Standalone system) : CorrectionTests(system);

public sealed class DistributedCorrectionTests(Distributed system) : CorrectionTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoCorrectionTests(OnMongo system) : CorrectionTests(system);

/// <summary>A line that was reported wrongly is replaced by the right one.</summary>
public abstract class CorrectionTests(RunningSystem system) : SystemSuite(system)
{
    [Fact]
    public async Task A_corrected_dose_counts_as_it_should_have_been_in_coverage_and_ledger_and_once()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 10, "A", "2030-01-01");
        await world.Supply(world.Clinic, 10, "B", "2030-01-01");
        var id = Guid.CreateVersion7();
        var dose = world.Dose(id, lot: "A");
        dose["recipientKey"] = "a pseudonym";
        var submission = world.Submission(dose);
        _ = (await Api.Post("administrations", submission)).Body;

        var correction = Correction(Line(world, "2", "B"));
        var first = await Api.Post($"administrations/{id}/correct", correction);
        var by = (string)first.Body["correctedBy"]!;
        Assert.Equal((2, 1, 1, 0, false), ((int)first.Body["version"]!, (int)first.Body["retracted"]!, (int)first.Body["accepted"]!,
            (int)first.Body["held"]!, (bool)first.Body["awaited"]!));
        Assert.Equal(first.Text, (await Api.Post($"administrations/{id}/correct", correction)).FirstText);

        var row = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal((1, 0, 1), ((int)row["doses"]!, (int)row["byDoseNumber"]!["1"]!, (int)row["byDoseNumber"]!["2"]!));
        Assert.Equal((1L, 19L), ((long)(await world.Balance())["administered"]!, (long)(await world.Balance())["onHand"]!));
        Assert.Equal([("A", 10), ("B", 9)], await Stock(world));

        var was = (await Api.Get($"administrations/{id}")).Body;
        Assert.Equal(("retracted", by, 1), ((string)was["state"]!, (string)was["correctedBy"]!, (int)was["retracted"]!));
        var why = was["corrections"]!.AsArray().Single()!;
        Assert.Equal(("correct", "the other box"), ((string)why["action"]!, (string)why["reason"]!));
        var now = (await Api.Get($"administrations/{by}")).Body;
        Assert.Equal(("counted", $"{id}", "B", true),
            ((string)now["state"]!, (string)now["corrects"]!, (string)now["lotNumber"]!, (bool)now["hasRecipient"]!));
        var listed = (await Api.Get($"administrations?facilityId={world.Clinic}&occurredOn=2024-03-01")).Body["items"]!.AsArray();
        Assert.Equal([($"{id}", null, by), (by, $"{id}", null)],
            listed.Select(line => ((string)line!["id"]!, (string?)line["corrects"], (string?)line["correctedBy"])).Order());

        // What was reported comes once more: nothing is counted by it.
        submission["submissionId"] = $"{Guid.NewGuid():N}";
        Assert.Equal(1, (int)(await Api.Post("administrations", submission)).Body["duplicates"]!);
        Assert.Equal(1, (long)(await world.Balance())["administered"]!);
    }

    [Fact]
    public async Task Only_the_newest_version_can_be_corrected_again_or_retracted()
    {
        var world = await NewWorld();
        var id = $"{Guid.CreateVersion7()}";
        _ = (await Api.Post("administrations", world.Submission(world.Dose(Guid.Parse(id))))).Body;
        var second = (string)(await Correct(id, Line(world, "2"))).Body["correctedBy"]!;
        foreach (var late in new[] { await Correct(id, Line(world, "1")), await Retract(id) })
        {
            Assert.Equal(409, late.Code);
            Assert.Contains(second, (string)late.Json!["detail"]!, StringComparison.Ordinal);
        }

        var third = (await Correct(second, Line(world, "1", on: "2024-03-02"))).Body;
        Assert.Equal(3, (int)third["version"]!);
        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        Assert.Equal(200, (await Retract((string)third["correctedBy"]!)).Code);
        Assert.Equal(409, (await Correct((string)third["correctedBy"]!, Line(world, "1"))).Code);
        Assert.Equal(0, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        Assert.Equal(0, (long)(await world.Balance())["administered"]!);
    }

    [Fact]
    public async Task Of_a_tally_what_stands_is_replaced_also_at_another_place_and_goes_with_its_submission()
    {
        var world = await NewWorld();
        var submission = world.Submission();
        var tally = world.Dose();
        tally.Remove("doseId");
        tally["count"] = 42;
        submission["tallies"] = new JsonArray(tally);
        var id = $"{(string)submission["submissionId"]!}:1";
        _ = (await Api.Post("administrations", submission)).Body;
        Assert.Equal(2, (int)(await Retract(id, 2)).Body["doses"]!);

        var line = Line(world, "1");
        line["facilityId"] = world.Store;
        Assert.Equal(422, (await Correct(id, line)).Code);
        line["count"] = 24;
        var answer = (await Correct(id, line)).Body;
        Assert.Equal((40, 24), ((int)answer["retracted"]!, (int)answer["accepted"]!));
        Assert.Equal(24, (long)(await world.CoverageOf(world.Store, "facility"))["doses"]!);
        Assert.Equal(0, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);

        var whole = (await Api.Post($"administrations/submissions/{(string)submission["submissionId"]!}/retract", Reason())).Body;
        Assert.Equal((1, 24), ((int)whole["lines"]!, (int)whole["doses"]!));
        Assert.Equal(0, (long)(await world.Balance())["administered"]!);
    }

    [Fact]
    public async Task A_held_line_is_corrected_to_one_that_counts_and_one_that_counts_to_one_that_is_held()
    {
        var world = await NewWorld();
        var (wrong, right) = ($"{Guid.CreateVersion7()}", $"{Guid.CreateVersion7()}");
        _ = (await Api.Post("administrations", world.Submission(
            world.Dose(Guid.Parse(wrong), "B9"), world.Dose(Guid.Parse(right))))).Body;
        var counted = (await Correct(wrong, Line(world, "1"))).Body;
        Assert.Equal((0, 1, 0), ((int)counted["retracted"]!, (int)counted["accepted"]!, (int)counted["held"]!));
        Assert.Empty(await Held(world));
        var held = (await Correct(right, Line(world, "B8"))).Body;
        Assert.Equal((1, 0, 1), ((int)held["retracted"]!, (int)held["accepted"]!, (int)held["held"]!));
        Assert.Contains("B8", (string)held["waitsFor"]!, StringComparison.Ordinal);
        Assert.Equal((string)held["correctedBy"]!, (string)Assert.Single(await Held(world))!["heldId"]!);
        await world.PutVaccine(world.Vaccine, "1", "2", "B8");
        Assert.Equal(2, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
    }

    [Fact]
    public async Task A_correction_may_come_before_its_line()
    {
        var world = await NewWorld();
        var id = Guid.CreateVersion7();
        Assert.Equal(422, (await Correct($"{id}", Line(world, "2"))).Code);
        var line = Line(world, "2");
        line["facilityId"] = world.Clinic;
        var answer = (await Correct($"{id}", line)).Body;
        Assert.Equal((true, 0, 1), ((bool)answer["awaited"]!, (int)answer["retracted"]!, (int)answer["accepted"]!));
        Assert.Equal(1, (int)(await Api.Post("administrations", world.Submission(world.Dose(id)))).Body["accepted"]!);
        var row = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal((1, 1), ((int)row["doses"]!, (int)row["byDoseNumber"]!["2"]!));
        Assert.Equal((string)answer["correctedBy"]!, (string?)(await Api.Get($"administrations/{id}")).Body["correctedBy"]);
    }

    [Theory]
    [InlineData("vaccineId", null, "dose.vaccineId")]
    [InlineData("occurredOn", null, "dose.occurredOn")]
    [InlineData("occurredOn", "2999-01-01", "dose.occurredOn")]
    [InlineData("occurredOn", "1899-12-31", "dose.occurredOn")]
    [InlineData("doseNumber", "a b", "dose.doseNumber")]
    [InlineData("lotNumber", "A\u0007", "dose.lotNumber")]
    [InlineData("count", 3, "dose.count")]
    public async Task A_line_that_can_never_be_right_is_refused_by_field_and_changes_nothing(string field, object? value, string named)
    {
        var world = await NewWorld();
        var id = Guid.CreateVersion7();
        _ = (await Api.Post("administrations", world.Submission(world.Dose(id)))).Body;
        var line = Line(world, "2");
        if (value is null) line.Remove(field);
        else line[field] = JsonValue.Create(value);
        var refused = await Correct($"{id}", line);
        Assert.Equal(422, refused.Code);
        Assert.NotNull(refused.Json!["errors"]![named]);
        var row = await world.CoverageOf(world.Clinic, "facility");
        Assert.Equal((1, 1), ((int)row["doses"]!, (int)row["byDoseNumber"]!["1"]!));
        // It was not used up by the refusal.
        Assert.Equal(200, (await Correct($"{id}", Line(world, "2"))).Code);
    }

    [Fact]
    public async Task Corrections_of_a_line_at_the_same_time_replace_it_once()
    {
        var world = await NewWorld();
        var id = Guid.CreateVersion7();
        _ = (await Api.Post("administrations", world.Submission(world.Dose(id)))).Body;
        var codes = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Correct($"{id}", Line(world, "2"))))).Select(a => a.Code);
        Assert.Equal([200, 409, 409, 409, 409, 409, 409, 409], codes.Order());
        Assert.Equal(1, (long)(await world.CoverageOf(world.Clinic, "facility"))["doses"]!);
        Assert.Equal(1, (long)(await world.Balance())["administered"]!);
    }

    private static JsonObject Reason() => new() { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "the other box" };

    private static JsonObject Correction(JsonObject line)
    {
        var body = Reason();
        body["dose"] = line.DeepClone();
        return body;
    }

    private static JsonObject Line(World world, string doseNumber, string? lot = null, string on = "2024-03-01")
    {
        var line = world.Dose(doseNumber: doseNumber, on: on, lot: lot);
        line.Remove("doseId");
        return line;
    }

    private Task<Answer> Correct(string id, JsonObject line) => Api.Post($"administrations/{id}/correct", Correction(line));

    private Task<Answer> Retract(string id, int? doses = null)
    {
        var body = Reason();
        body["doses"] = doses;
        return Api.Post($"administrations/{id}/retract", body);
    }

    private async Task<JsonArray> Held(World world) =>
        (await Api.Get($"administrations/held?facilityId={world.Clinic}")).Body["items"]!.AsArray();

    private async Task<IEnumerable<(string, int)>> Stock(World world) =>
        (await Api.Get($"stock?facilityId={world.Clinic}&vaccineId={world.Vaccine}")).Body["items"]!.AsArray()
            .Select(position => ((string)position!["lotNumber"]!, (int)position["onHand"]!)).Order();
}
