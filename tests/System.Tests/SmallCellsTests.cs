using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>
/// Places of few doses, and callers with and without the right to see lines: what each is told is compared with what the administrator is
/// told, and nobody finds a small count by subtracting.
/// </summary>
public abstract partial class SmallCellsTests(SigningSystem system)
{
    private const int Smallest = 5;
    private static readonly string[] Sexes = ["female", "male"];
    private static readonly string[] Ages = ["0-9", "10-59", "60+"];
    private static readonly string[] Groups = ["care", "others"];
    private static readonly string[] Numbers = ["1", "2"];

    private readonly string _tag = $"{Guid.NewGuid():N}"[..6];
    private int _suppressed;
    private int _told;

    private string Country => $"{_tag}-C";

    private string Vaccine => $"{_tag}-V";

    [Fact]
    public async Task Who_may_not_see_lines_is_told_no_small_count_and_finds_none()
    {
        await Fill();
        using var nation = (await system.NewKeyAt(Country, "viewer")).Api;
        using var region = (await system.NewKeyAt(Id("R0"), "logistics")).Api;
        using var reporter = (await system.NewKeyAt(Country, "integration", "coverage.read", "reference.read")).Api;
        foreach (var some in new[]
        {
            "sex=female", "sex=male", "ageBand=0-9", "ageBand=60%2B", "priorityGroup=care", "sex=female&ageBand=10-59",
            "sex=male&ageBand=0-9&priorityGroup=others", "sex=female&from=2024-03-02&to=2024-03-02", "sex=nobody",
        })
        {
            foreach (var places in new[] { $"country={Country}&level=region", $"country={Country}&level=district",
                $"country={Country}&level=facility", $"within={Country}", $"within={Id("R0")}" })
            {
                foreach (var api in new[] { nation, reporter }) await Compare(api, $"{places}&{some}");
            }

            foreach (var places in new[] { "level=facility", $"within={Id("R0")}", "" })
                await Compare(region, $"{places}&{some}", Id("R0"));
        }

        Assert.True(_suppressed > 100 && _told > 100, $"{_suppressed} rows were suppressed, {_told} were not");
        // Whoever may see the lines of a place is told all of it, and so is everybody of all people.
        using var clinic = (await system.NewKeyAt(Id("R0-D0-F0"), "clinic")).Api;
        foreach (var sex in Sexes) await IsTheSame(clinic, $"sex={sex}&level=facility", Id("R0-D0"));
        await IsTheSame(nation, $"country={Country}&level=facility", null);
    }

    [Fact]
    public async Task What_is_hidden_is_found_neither_from_all_people_nor_from_the_place_above()
    {
        await Fill();
        using var viewer = (await system.NewKeyAt(Country, "viewer")).Api;
        string[] levels = ["region", "district", "facility"];
        var found = 0;
        foreach (var number in Numbers)
        {
            // All people of a place, less those whom one is told of.
            foreach (var (name, values) in new[] { ("sex", Sexes), ("ageBand", Ages), ("priorityGroup", Groups) })
            {
                foreach (var level in levels)
                {
                    var query = $"country={Country}&level={level}";
                    var all = await Rows(viewer, query);
                    var shown = new List<Dictionary<string, JsonNode>>();
                    foreach (var value in values) shown.Add(await Rows(viewer, $"{query}&{name}={Uri.EscapeDataString(value)}"));
                    foreach (var (place, row) in all)
                    {
                        var parts = shown.Select(view => (long?)view[place]["byDoseNumber"]![number]).ToArray();
                        if (!parts.Contains(null)) continue;
                        var rest = (long)row["byDoseNumber"]![number]! - parts.Sum();
                        Assert.True(rest >= Smallest || parts.Sum() == 0, $"{place} {name} {number}: {rest} are hidden");
                        found++;
                    }
                }
            }

            // A place, less the places in it that one is told of.
            foreach (var some in new[] { "sex=female", "ageBand=0-9", "priorityGroup=care&sex=male" })
            {
                for (var level = 1; level < levels.Length; level++)
                {
                    var above = await Rows(viewer, $"country={Country}&level={levels[level - 1]}&{some}");
                    foreach (var (place, row) in above)
                    {
                        if (row["remainder"] is not null || (long?)row["byDoseNumber"]![number] is not { } whole) continue;
                        var parts = (await Rows(viewer, $"within={place}&level={levels[level]}&{some}")).Values
                            .Select(part => (long?)part["byDoseNumber"]![number]).ToArray();
                        var hidden = parts.Count(part => part is null);
                        if (hidden > 0) found++;
                        Assert.True(hidden == 0 || (hidden > 1 && whole - parts.Sum() >= Smallest), $"{place} {some} {number}: {whole}");
                    }
                }
            }
        }

        Assert.True(found > 10, $"only {found} were hidden");
    }

    [Fact]
    public async Task A_table_and_the_service_itself_tell_no_more()
    {
        await Fill();
        using var viewer = (await system.NewKeyAt(Country, "viewer")).Api;
        var query = $"country={Country}&level=facility&vaccineId={Vaccine}&sex=female";
        var view = await Coverage(viewer, query);
        var csv = (await viewer.Get($"coverage?{query}&format=csv")).Text.Split("\r\n");
        var columns = csv[0].Split(',');
        foreach (var row in view["rows"]!.AsArray())
        {
            var cells = csv.Single(line => line.StartsWith($"{row!["facilityId"]},", StringComparison.Ordinal)).Split(',');
            Assert.Equal($"{row!["doses"]}", cells[Array.IndexOf(columns, "doses")]);
            Assert.Equal($"{row["byDoseNumber"]!["1"]}", cells[Array.IndexOf(columns, "doses_1")]);
            Assert.Equal(row["suppressed"] is null ? "" : "true", cells[Array.IndexOf(columns, "suppressed")]);
        }

        var summary = (await viewer.Get($"administrations/summary?{query}")).Body;
        Assert.Equal(
            view["rows"]!.AsArray().Where(row => row!["remainder"] is null).Select(row => (long?)row!["doses"]),
            summary["rows"]!.AsArray().Select(row => (long?)row!["doses"]));
        Assert.Contains(summary["rows"]!.AsArray(), row => row!["suppressed"] is not null);
    }

    private async Task Compare(ApiClient api, string query, string? within = null)
    {
        query = $"{query}&vaccineId={Vaccine}";
        // In turn, so that an answer to one would be seen in that to the other.
        var narrowed = await Coverage(api, query);
        var all = await Coverage(system.Administrator, within is null || query.Contains("within", StringComparison.Ordinal)
            ? query
            : query.StartsWith('&') ? $"country={Country}&level=region{query}" : $"within={within}&{query}");
        var whole = all["rows"]!.AsArray().ToDictionary(row => $"{row!["facilityId"]} {row["remainder"]}", row => row!);
        foreach (var row in narrowed["rows"]!.AsArray())
        {
            var known = whole[$"{row!["facilityId"]} {row["remainder"]}"];
            Assert.Null(known["suppressed"]);
            if (row["suppressed"] is null)
            {
                _told++;
                Assert.True(JsonNode.DeepEquals(known, row), $"{query}\n{known}\n{row}");
            }
            else
            {
                _suppressed++;
                Assert.Null(row["doses"]);
                Assert.Contains(Numbers, number => row["byDoseNumber"]![number] is null);
            }

            foreach (var number in Numbers)
            {
                var (its, told) = ((long)known["byDoseNumber"]![number]!, (long?)row["byDoseNumber"]![number]);
                Assert.True(told == its || told is null, $"{query} {row}");
                Assert.True(told is null || its == 0 || its >= Smallest, $"{query} tells of {its}: {row}");
                Assert.Equal(told is null || known["coverage"]![number] is null, row["coverage"]![number] is null);
            }

            foreach (var name in new[] { "atLeastOneDose", "fullyVaccinated" })
                Assert.True((long?)row[name] is null or 0 or >= Smallest, $"{query} {name} {row}");
        }

        var totals = narrowed["totals"]!;
        var suppressed = narrowed["rows"]!.AsArray().Any(row => row!["suppressed"] is not null);
        Assert.Equal(suppressed, totals["suppressed"] is not null);
        if (suppressed) Assert.Null(totals["doses"]);
        foreach (var number in Numbers)
            Assert.Equal(
                narrowed["rows"]!.AsArray().Any(row => row!["byDoseNumber"]![number] is null), totals["byDoseNumber"]?[number] is null);
    }

    private async Task IsTheSame(ApiClient api, string query, string? within)
    {
        query = $"{query}&vaccineId={Vaccine}";
        var its = (await Coverage(api, query))["rows"]!.AsArray();
        var known = (await Coverage(system.Administrator, within is null ? query : $"within={within}&{query}"))["rows"]!.AsArray();
        Assert.NotEmpty(its);
        Assert.All(its, row => Assert.True(JsonNode.DeepEquals(
            row, known.Single(other => (string)other!["facilityId"]! == (string)row!["facilityId"]!)), $"{query}\n{row}"));
    }

    private async Task<Dictionary<string, JsonNode>> Rows(ApiClient api, string query) =>
        (await Coverage(api, $"{query}&vaccineId={Vaccine}"))["rows"]!.AsArray().ToDictionary(
            row => (string)row!["facilityId"]! + (row["remainder"] is null ? "" : " beyond"), row => row!);

    // Nothing is posted meanwhile: an answer of a moment ago is as good.
    private static async Task<JsonNode> Coverage(ApiClient api, string query)
    {
        JsonNode coverage = new JsonObject();
        await Condition.Until($"coverage?{query} has all parts", TimeSpan.FromMinutes(1), async () =>
        {
            coverage = (await api.Get($"coverage?{query}")).Body;
            return coverage["parts"]!.AsObject().Any(part => (bool)part.Value!["stale"]!) ? coverage["parts"]!.ToJsonString() : null;
        });
        return coverage;
    }

    private string Id(string name) => $"{_tag}-{name}";

    private async Task Fill()
    {
        var api = system.Administrator;
        await PutPlace(Country, "country", null);
        _ = (await api.Put($"vaccines/{Vaccine}", new JsonObject
        {
            ["name"] = Vaccine,
            ["antigens"] = new JsonArray("x"),
            ["dosesPerVial"] = 5,
            ["series"] = new JsonArray(
                new JsonObject { ["doseNumber"] = "1" }, new JsonObject { ["doseNumber"] = "2", ["completesSeries"] = true }),
            ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
        })).Body;
        var places = new List<string>();
        for (var region = 0; region < 2; region++)
        {
            await PutPlace(Id($"R{region}"), "region", Country);
            // One lies in no district.
            await Facility(Id($"R{region}-F"), Id($"R{region}"));
            for (var district = 0; district < 3; district++)
            {
                await PutPlace(Id($"R{region}-D{district}"), "district", Id($"R{region}"));
                for (var facility = 0; facility < 2; facility++)
                    await Facility(Id($"R{region}-D{district}-F{facility}"), Id($"R{region}-D{district}"));
            }
        }

        await api.Drained();
        var random = new Random(20);
        foreach (var place in places)
        {
            var tallies = new JsonArray();
            foreach (var number in Numbers)
                foreach (var sex in Sexes)
                    foreach (var age in Ages)
                        foreach (var group in Groups)
                        {
                            if (random.Next(3) == 0) continue;
                            tallies.Add(new JsonObject
                            {
                                ["vaccineId"] = Vaccine,
                                ["doseNumber"] = number,
                                ["occurredOn"] = $"2024-03-0{random.Next(1, 4)}",
                                ["sex"] = sex,
                                ["ageBand"] = age,
                                ["priorityGroup"] = group,
                                ["count"] = random.Next(4) == 0 ? random.Next(5, 90) : random.Next(0, 5),
                            });
                        }

            _ = (await api.Post("administrations", new JsonObject
            {
                ["submissionId"] = place,
                ["facilityId"] = place,
                ["tallies"] = tallies,
            })).Body;
        }

        await api.Drained();

        async Task Facility(string id, string parent)
        {
            await PutPlace(id, "facility", parent);
            places.Add(id);
            _ = (await api.Put($"target-populations/{id}/{Vaccine}", new JsonObject
            {
                ["year"] = 2024,
                ["source"] = "census",
                ["cells"] = new JsonArray([.. Ages.SelectMany(age => Sexes.Select(sex => (JsonNode)new JsonObject
                {
                    ["ageBand"] = age,
                    ["sex"] = sex,
                    ["population"] = 100,
                }))]),
            })).Body;
        }
    }

    private async Task PutPlace(string id, string level, string? parent) => _ = (await system.Administrator.Put($"facilities/{id}",
        new JsonObject { ["name"] = id, ["level"] = level, ["parentId"] = parent, ["country"] = Country })).Body;
}

/// <summary>In one process.</summary>
public sealed class StandaloneSmallCellsTests(SignedInStandalone system) : SmallCellsTests(system), IClassFixture<SignedInStandalone>;

/// <summary>Through the gateway to processes of their own.</summary>
public sealed class DistributedSmallCellsTests(SignedInDistributed system) : SmallCellsTests(system), IClassFixture<SignedInDistributed>;
