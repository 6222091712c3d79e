using System.Text;
using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

public sealed class StandaloneDhis2TreeTests(Standalone system) : Dhis2TreeTests(system);

public sealed class DistributedDhis2TreeTests(Distributed system) : Dhis2TreeTests(system);

/// <summary>Organisation units of DHIS2 come in as places, and whatever is sent in its forms is answered.</summary>
public abstract class Dhis2TreeTests(RunningSystem system) : Dhis2Suite(system)
{
    [Fact]
    public async Task A_tree_comes_in_whatever_its_order_and_a_move_takes_its_history_along()
    {
        var units = JsonNode.Parse(Example("orgunits-sierra-leone.json"))!;
        var made = (await Send("/dhis2/organisationUnits", units.ToJsonString())).Body;
        Assert.Equal((5, 0), ((int)made["created"]!, (int)made["refused"]!));
        Assert.Equal(
            ["country", "region", "district", "facility", "facility"],
            await Levels("OU_525", "OU_264", "OU_539", "OU_559", "OU_167609"));
        var clinic = (await Api.Get($"facilities/{Own("OU_559")}")).Body;
        Assert.Equal((Own("OU_539"), Own("OU_525"), 8.1039),
            ((string)clinic["parentId"]!, (string)clinic["country"]!, (double)clinic["latitude"]!));
        Assert.Equal([Own("DiszpKrYNg8"), Own("OU_559")], clinic["identifiers"]!.AsArray().Select(each => (string)each!["value"]!));
        Assert.Equal(5, (int)(await Send("/dhis2/organisationUnits", units.ToJsonString())).Body["unchanged"]!);

        // Another district, to which a clinic moves with what it gave.
        var vaccine = OwnVaccine;
        await new World(Api, "").PutVaccine(vaccine, "1", "2");
        await Api.Drained();
        await Report(Own("OU_559"), vaccine, ("2026-03-02", null, "1", 9));
        units["organisationUnits"]!.AsArray().Add(new JsonObject
        {
            ["id"] = Own("lc3eMKXaEfw"),
            ["code"] = Own("OU_197385"),
            ["name"] = "Bonthe",
            ["parent"] = new JsonObject { ["id"] = Own("O6uvpzGd5pu") },
        });
        units["organisationUnits"]![0]!["parent"] = new JsonObject { ["code"] = Own("OU_197385") };
        units["organisationUnits"]!.AsArray().Add(new JsonObject
        {
            ["id"] = Own("qtr8GGlm4gg"),
            ["name"] = "Lost",
            ["parent"] = new JsonObject { ["id"] = "AAAAAAAAAAA" },
        });
        var moved = (await Send("/dhis2/organisationUnits", units.ToJsonString())).Body;
        Assert.Equal((1, 1, 4, 1), ((int)moved["created"]!, (int)moved["changed"]!, (int)moved["unchanged"]!, (int)moved["refused"]!));
        var lost = moved["organisationUnits"]!.AsArray().Single(unit => (string)unit!["outcome"]! == "refused")!;
        Assert.Equal(Own("qtr8GGlm4gg"), (string)lost["id"]!);
        Assert.Contains("AAAAAAAAAAA", (string)lost["reason"]!, StringComparison.Ordinal);
        await Api.Drained();
        var coverage = await Api.WholeCoverage($"country={Own("OU_525")}&level=district&vaccineId={vaccine}");
        Assert.Equal([(Own("OU_197385"), 9), (Own("OU_539"), 0)], coverage["rows"]!.AsArray()
            .Select(row => ((string)row!["facilityId"]!, (int)row["doses"]!)).Order());
        Assert.Equal(404, (await Api.Get($"facilities/{Own("qtr8GGlm4gg")}")).Code);
    }

    [Fact]
    public async Task A_deeper_tree_ends_at_facilities_of_the_district()
    {
        var csv = Example("organisationUnits.csv");
        var made = (await Send("/dhis2/organisationUnits", csv, Csv)).Body;
        Assert.Equal((6, 0), ((int)made["created"]!, (int)made["refused"]!));
        string[] codes = ["ROOT", "L1", "L2a", "L2b", "L3", "L4"];
        Assert.Equal(["country", "region", "district", "district", "facility", "facility"], await Levels(codes));
        foreach (var code in (string[])["L3", "L4"])
            Assert.Equal(Own("L2a"), (string)(await Api.Get($"facilities/{Own(code)}")).Body["parentId"]!);
        var noted = Assert.Single(made["organisationUnits"]!.AsArray(), unit => unit!["note"] is not null)!;
        Assert.Equal(Own("L4"), (string)noted["code"]!);
        Assert.Equal(6, (int)(await Send("/dhis2/organisationUnits", csv, Csv)).Body["unchanged"]!);
        var cycle = $"name,uid,code,parent\nA,{Own("A1234567890")},,{Own("B1234567890")}\nB,{Own("B1234567890")},,{Own("A1234567890")}\n";
        Assert.Equal(2, (int)(await Send("/dhis2/organisationUnits", cycle, Csv)).Body["refused"]!);
    }

    [Fact]
    public async Task Whatever_is_sent_is_answered_and_nothing_fails()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] files = ["epi-metadata-a.json", "orgunits-sierra-leone.json", "organisationUnits.csv", "ours-export-bcg-march.json"];
        string[] paths = ["/dhis2/metadata", "/dhis2/organisationUnits", $"/dhis2/mappings/{Own(DataSet)}"];
        for (var round = 0; round < 150; round++)
        {
            var text = new StringBuilder(Example(files[random.Next(files.Length)]));
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0) text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at));
                else text.Insert(at, "null|{|}|[]|\"|,|\u0000|1e400|-1|\\ud800".Split('|')[random.Next(10)]);
            }

            var path = paths[random.Next(paths.Length)];
            var type = random.Next(4) == 0 ? Csv : "application/json";
            var method = path.Contains("mappings", StringComparison.Ordinal) ? HttpMethod.Put : HttpMethod.Post;
            var answer = await Api.SendTo(method, path, $"{text}", type);
            var isTaken = answer.Code is 200 or 400 or 404 or 409 or 415 or 422;
            Assert.True(isTaken, $"seed {seed}, round {round}: {path} {answer.Code} {answer.Text}");
        }
    }

    private async Task<string[]> Levels(params string[] codes)
    {
        var levels = new List<string>();
        foreach (var code in codes) levels.Add((string)(await Api.Get($"facilities/{Own(code)}")).Body["level"]!);
        return [.. levels];
    }
}
