using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneReviewTests(Standalone system) : ReviewTests(system);

public sealed class DistributedReviewTests(Distributed system) : ReviewTests(system);

[Collection(OnMongo.Server)]
public sealed class MongoReviewTests(OnMongo system) : ReviewTests(system);

/// <summary>Doses out of the order of the series, and of a number that their recipient was given before, are counted, and listed behind
/// those that inventory finds.</summary>
public abstract class ReviewTests(RunningSystem system) : SystemSuite(system)
{
    private readonly Dictionary<string, string> _names = [];

    [Fact]
    public async Task Doses_out_of_order_and_of_a_number_twice_are_listed_behind_those_of_expired_lots_page_by_page()
    {
        var world = await NewWorld();
        await world.Supply(world.Clinic, 10, "L1", "2024-02-29");
        var lines = new[]
        {
            Dose(world, "early-2", "a", "2", "03-01", world.Clinic, "L1"), Dose(world, "early-1", "a", "1", "03-22", world.Store),
            Dose(world, "first", "b", "1", "03-01", world.Clinic), Dose(world, "twice", "b", "1", "03-05", world.Store),
            Dose(world, "right-1", "c", "1", "03-01", world.Clinic), Dose(world, "right-2", "c", "2", "03-22", world.Clinic),
            Dose(world, "lone-2", "d", "2", "03-01", world.Clinic), Dose(world, "nobody", null, "2", "03-01", world.Clinic),
            Dose(world, "history-2", "e", "2", "03-01", world.Clinic),
            Dose(world, "history-1", "e", "1", "02-01", world.Clinic, null, "historical"),
            Dose(world, "weak", "f", "1", "03-01", world.Clinic, null, "subpotent"), Dose(world, "again", "f", "1", "03-05", world.Clinic),
        };
        var submission = $"administrations?submissionId={Guid.NewGuid():N}";
        for (var time = 0; time < 2; time++) Assert.Equal(11, (int)(await Api.PostNdjson(submission, lines)).Body["accepted"]!);
        Assert.Equal(12, (int)(await Api.PostNdjson($"administrations?submissionId={Guid.NewGuid():N}", lines)).Body["duplicates"]!);
        await Api.Drained();
        string[] expected = [$"{world.Clinic} early-2 03-01 L1 doseOrder", $"{world.Store} twice 03-05  doseTwice"];
        string[] whole = [$"{world.Clinic} - 03-01 L1 expired", .. expected];
        foreach (var limit in new[] { 1, 2, 3, 100 }) Assert.Equal(whole, await Listed($"facilityId={world.Region}&limit={limit}"));
        Assert.Equal(whole, await Listed($"country={world.Country}"));
        Assert.Equal(whole, await Listed($"vaccineId={world.Vaccine}&limit=1"));
        Assert.Empty(await Listed($"facilityId={world.Region}&vaccineId={world.Country}-other"));
        Assert.Empty(await Listed($"facilityId={world.Region}&country={world.Country}-other"));
        Assert.Empty(await Listed($"facilityId={world.Region}&only=true"));
        Assert.Equal(whole[..2], await Listed($"facilityId={world.Clinic}&only=true"));
        Assert.Equal(whole[2..], await Listed($"facilityId={world.Store}"));
        Assert.Equal(422, (await Api.Get("administrations/reviews?after=doses:no")).Code);
        Assert.Equal(400, (await Api.Get("administrations/reviews?recipientKey=a")).Code);
        Assert.Equal(404, (await Api.Get($"administrations/reviews?facilityId={world.Country}-no")).Code);

        // They are of the place that the other was merged into.
        _ = (await Api.Post($"facilities/{world.Store}/merge",
            new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["into"] = world.Clinic })).Body;
        await Api.Drained();
        Assert.Equal(whole, await Listed($"facilityId={world.Clinic}"));
    }

    [Fact]
    public async Task What_is_put_right_or_taken_back_is_listed_no_longer_and_what_was_held_or_follows_another_series_is()
    {
        var world = await NewWorld();
        await Post(
            Dose(world, "aB", "a", "B1", "03-01", world.Clinic), Dose(world, "a1", "a", "1", "03-22", world.Store),
            Dose(world, "b1", "b", "1", "03-01", world.Clinic), Dose(world, "b1b", "b", "1", "03-05", world.Clinic),
            Dose(world, "c1", "c", "1", "03-01", world.Clinic), Dose(world, "c1b", "c", "1", "03-05", world.Clinic),
            Dose(world, "d1", "d", "1", "03-01", world.Clinic), Dose(world, "d2", "d", "2", "03-22", world.Clinic));
        Assert.Equal(["b1b doseTwice", "c1b doseTwice"], await Whys());

        // What was held is looked at when it counts.
        await world.PutVaccine(world.Vaccine, "1", "2", "B1");
        await Api.Drained();
        Assert.Equal(["aB doseOrder", "b1b doseTwice", "c1b doseTwice"], await Whys());

        // Corrected, with a slip in the day: its recipient stays.
        var corrected = (await Api.Post($"administrations/{_names["b1b"]}/correct", new JsonObject
        {
            ["requestId"] = $"{Guid.NewGuid():N}",
            ["reason"] = "the second",
            ["dose"] = new JsonObject { ["vaccineId"] = world.Vaccine, ["doseNumber"] = "2", ["occurredOn"] = "2024-02-05" },
        })).Body;
        _names["b2"] = (string)corrected["correctedBy"]!;
        Assert.Equal(["aB doseOrder", "b2 doseOrder", "c1b doseTwice"], await Whys());
        await Retract("b1", "c1");
        Assert.Equal(["aB doseOrder"], await Whys());

        // The series was entered the wrong way round.
        await world.PutVaccine(world.Vaccine, "2", "1", "B1");
        await Api.Drained();
        Assert.Equal(["aB doseOrder", "d1 doseOrder"], await Whys());
        await world.PutVaccine(world.Vaccine, "1", "2", "B1");
        await Api.Drained();
        Assert.Equal(["aB doseOrder"], await Whys());
        await Retract("aB");
        Assert.Empty(await Whys());

        async Task<string[]> Whys() => [.. (await Listed($"country={world.Country}"))
            .Select(row => row.Split(' ')).Select(row => $"{row[1]} {row[^1]}").Order(StringComparer.Ordinal)];

        async Task Post(params JsonObject[] lines)
        {
            _ = (await Api.PostNdjson($"administrations?submissionId={Guid.NewGuid():N}", lines)).Body;
            await Api.Drained();
        }

        async Task Retract(params string[] names)
        {
            foreach (var name in names)
                _ = (await Api.Post($"administrations/{_names[name]}/retract",
                    new JsonObject { ["requestId"] = $"{Guid.NewGuid():N}", ["reason"] = "another's" })).Body;
        }
    }

    private JsonObject Dose(
        World world, string name, string? who, string number, string day, string facility, string? lot = null, string? kind = null)
    {
        var dose = world.Dose(Guid.CreateVersion7(), number, $"2024-{day}", lot);
        _names[name] = (string)dose["doseId"]!;
        dose["facilityId"] = facility;
        if (who is not null) dose["recipientKey"] = $"{world.Country}-somebody-{who}";
        if (kind is not null) dose["kind"] = kind;
        return dose;
    }

    /// <summary>All pages of a list, in which nobody is named.</summary>
    private async Task<List<string>> Listed(string query)
    {
        var rows = new List<string>();
        for (string? after = null; ;)
        {
            var page = await Api.Get($"administrations/reviews?{query}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            Assert.DoesNotContain("somebody", page.Text, StringComparison.Ordinal);
            rows.AddRange(page.Body["items"]!.AsArray().Select(row => $"{row!["facilityId"]} {Name((string?)row["doseId"])} "
                + $"{((string)row["occurredOn"]!)[5..]} {row["lotNumber"]} {row["why"]}"));
            after = (string?)page.Body["next"];
            if (after is null) return rows;
        }

        string Name(string? doseId) => doseId is null ? "-" : _names.Single(name => name.Value == doseId).Key;
    }
}
