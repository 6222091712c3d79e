using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

/// <summary>The same of what is given to DHIS2.</summary>
public abstract partial class SmallCellsTests
{
    [Fact]
    public async Task Values_for_DHIS2_are_broken_down_for_those_alone_who_may_see_lines()
    {
        await Fill();
        await MapAges();
        using var viewer = (await system.NewKeyAt(Country, "viewer")).Api;
        using var reporter = (await system.NewKeyAt(Country, "integration", "coverage.read")).Api;
        using var clinic = (await system.NewKeyAt(Country, "clinic")).Api;
        var query = $"administrations/mapped?dataSet={Uid('D', 1)}&period=2024&orgUnit={Country}";
        foreach (var places in new[] { "", "&children=true" })
        {
            var all = Values((await system.Administrator.Get(query + places)).Body);
            Assert.Equal(all, Values((await clinic.Get(query + places)).Body));
            foreach (var api in new[] { viewer, reporter })
            {
                // Only the sums, whatever they are the sums of.
                var body = (await api.Get(query + places)).Body;
                Assert.Equal(["T" + _tag + "0000"], body["elements"]!.AsArray().Select(element => (string)element!["name"]!["id"]!));
                var sums = Values(body).Where(value => value.Value > 0).ToDictionary(value => value.Key.Place, value => value.Value);
                Assert.NotEmpty(sums);
                foreach (var (place, doses) in sums)
                {
                    Assert.Equal(doses, all.Where(value => value.Key.Place == place && value.Key.Element < Numbers.Length)
                        .Sum(value => value.Value));
                }

                var left = Assert.Single(body["leftOut"]!.AsArray())!;
                Assert.Contains("lines.read", (string)left["reason"]!, StringComparison.Ordinal);
                Assert.Null((long?)left["doses"]);
            }
        }

        using var elsewhere = (await system.NewKeyAt(Id("R0"), "viewer")).Api;
        Assert.Equal(404, (await elsewhere.Get(query)).Code);
        Assert.Equal(200, (await elsewhere.Get(query.Replace(
            $"orgUnit={Country}", $"orgUnit={Id("R0")}", StringComparison.Ordinal))).Code);
    }

    private string Uid(char kind, int number) => $"{kind}{_tag}{number:0000}";

    private static Dictionary<(int Place, int Element, int Cell), long> Values(JsonNode body) => body["values"]!.AsArray().ToDictionary(
        value => ((int)value!["place"]!, (int)value["element"]!, (int)value["cell"]!), value => (long)value!["doses"]!);

    /// <summary>A data set with an element for each dose number, broken down by age, and one of all doses.</summary>
    private async Task MapAges()
    {
        var ages = Enumerable.Range(0, Ages.Length).ToArray();
        var sent = await system.Administrator.SendTo(HttpMethod.Post, "/dhis2/metadata", new JsonObject
        {
            ["dataSets"] = List(Named('D', 1, ("periodType", "Yearly"), ("dataSetElements", List([.. Numbers.Select(
                (_, at) => new JsonObject { ["dataElement"] = Named('E', at) }), new JsonObject { ["dataElement"] = Named('T', 0) }])))),
            ["dataElements"] = List([.. Numbers.Select((_, at) => Named('E', at, ("valueType", "INTEGER"), ("zeroIsSignificant", true),
                ("categoryCombo", Named('C', 1)))), Named('T', 0, ("valueType", "INTEGER"), ("zeroIsSignificant", true))]),
            ["categoryCombos"] = List(Named('C', 1, ("categories", List(Named('K', 1))))),
            ["categories"] = List(Named('K', 1, ("categoryOptions", List([.. ages.Select(at => Named('O', at))])))),
            ["categoryOptions"] = List([.. ages.Select(at => Named('O', at))]),
            ["categoryOptionCombos"] = List([.. ages.Select(at => Named('X', at, ("categoryOptions", List(Named('O', at))),
                ("categoryCombo", Named('C', 1))))]),
        }.ToJsonString());
        Assert.True(sent.Code == 200, sent.Text);
        var put = await system.Administrator.SendTo(HttpMethod.Put, $"/dhis2/mappings/{Uid('D', 1)}", new JsonObject
        {
            ["mapping"] = List([.. Numbers.Select((number, at) => new JsonObject
            {
                ["dataElement"] = Uid('E', at),
                ["measure"] = "doses",
                ["vaccineId"] = Vaccine,
                ["doseNumber"] = number,
                ["cells"] = List([.. ages.Select(age => new JsonObject
                {
                    ["ageBand"] = Ages[age],
                    ["categoryOptionCombo"] = Uid('X', age),
                })]),
            }), new JsonObject
            {
                ["dataElement"] = Uid('T', 0),
                ["measure"] = "doses",
                ["vaccineId"] = Vaccine,
                ["doseNumber"] = "*",
            }]),
        }.ToJsonString());
        Assert.True(put.Code == 200, put.Text);

        static JsonArray List(params JsonObject[] objects) => new([.. objects]);

        JsonObject Named(char kind, int number, params (string Name, JsonNode? Value)[] more)
        {
            var named = new JsonObject { ["id"] = Uid(kind, number), ["name"] = Uid(kind, number) };
            foreach (var (name, value) in more) named[name] = value;
            return named;
        }
    }
}
