using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Distribution.Interop.Dhis2;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>Tests of what is exchanged with DHIS2, with what they do often.</summary>
public abstract partial class Dhis2Suite(RunningSystem system) : SystemSuite(system)
{
    protected const string DataSet = "jqSaKxtj8IA";
    protected const string Given = "WSy7zOZx1Wl";
    protected const string Infants = "JKuWbG5bWAu";
    protected const string Older = "UIQxmxgioxH";
    protected const string Csv = "text/csv";
    protected const string Adx = "application/adx+xml";

    private static int _tests;

    // Others use the same system: each test has names of its own for what the examples name. Four letters are what a uid
    // has room for, too few to draw them: one run in a hundred would give two tests the same.
    private readonly string _own = $"{Interlocked.Increment(ref _tests):x4}";

    protected string OwnVaccine => $"{_own}-V";

    /// <summary>Sierra Leone's places, a vaccine, and the data set of the EPI package.</summary>
    protected async Task<string> FillSierraLeone()
    {
        _ = (await Send("/dhis2/organisationUnits", Example("orgunits-sierra-leone.json"))).Body;
        _ = (await Send("/dhis2/metadata", Example("epi-metadata-a.json"))).Body;
        await new World(Api, "").PutVaccine(OwnVaccine, "1", "2");
        await Api.Drained();
        return OwnVaccine;
    }

    protected async Task SendMetadata(string periodType, bool zeroIsSignificant)
    {
        var metadata = JsonNode.Parse(Example("epi-metadata-a.json"))!;
        metadata["dataSets"]![0]!["periodType"] = periodType;
        foreach (var element in metadata["dataElements"]!.AsArray()) element!["zeroIsSignificant"] = zeroIsSignificant;
        _ = (await Send("/dhis2/metadata", metadata.ToJsonString())).Body;
    }

    protected async Task PutUid(World world, string uid)
    {
        _ = (await Api.Put($"facilities/{world.Clinic}", new JsonObject
        {
            ["name"] = "Clinic",
            ["level"] = "facility",
            ["parentId"] = world.Region,
            ["country"] = world.Country,
            ["identifiers"] = new JsonArray(new JsonObject { ["system"] = "http://dhis2.org/fhir/id/org-unit", ["value"] = uid }),
        })).Body;
        await Api.Drained();
    }

    protected async Task Report(string place, string vaccine, params (string Day, string? Age, string Number, long Count)[] tallies)
    {
        var answer = (await Api.Post("administrations", new JsonObject
        {
            ["submissionId"] = $"{Guid.NewGuid():N}",
            ["facilityId"] = place,
            ["tallies"] = new JsonArray([.. tallies.Select(tally => new JsonObject
            {
                ["vaccineId"] = vaccine,
                ["doseNumber"] = tally.Number,
                ["occurredOn"] = tally.Day,
                ["count"] = tally.Count,
                ["ageBand"] = tally.Age,
            })]),
        })).Body;
        Assert.Equal(tallies.Sum(tally => tally.Count), (long)answer["accepted"]!);
    }

    protected JsonArray Mapping(string vaccine, string number) => new(new JsonObject
    {
        ["dataElement"] = Own(Given),
        ["measure"] = "doses",
        ["vaccineId"] = vaccine,
        ["doseNumber"] = number,
        ["cells"] = new JsonArray(
            new JsonObject { ["ageBand"] = "0-11m", ["categoryOptionCombo"] = Own(Infants) },
            new JsonObject { ["ageBand"] = "12m+", ["categoryOptionCombo"] = Own(Older) }),
    });

    protected Task<Answer> PutMapping(JsonNode mapping) => Api.SendTo(
        HttpMethod.Put, $"/dhis2/mappings/{Own(DataSet)}", new JsonObject { ["mapping"] = mapping.DeepClone() }.ToJsonString());

    protected Task<Answer> Send(string path, string body, string mediaType = "application/json") =>
        Api.SendTo(HttpMethod.Post, path, body, mediaType);

    protected Task<Answer> Get(string query, string? accept = null) => Api.SendTo(
        HttpMethod.Get, $"/dhis2/dataValueSets?{query}", headers: accept is null ? [] : [("Accept", accept)]);

    protected static IEnumerable<string> Values(Answer answer) => answer.Body["dataValues"]!.AsArray()
        .Select(value => $"{value!["orgUnit"]} {value["categoryOptionCombo"]} {value["value"]}");

    /// <summary>An example with names of this test's own.</summary>
    protected string Example(string file)
    {
        var found = Examples.Find($"dhis2/{file}");
        Assert.SkipWhen(found is null, Examples.Missing);
        return OwnNames().Replace(File.ReadAllText(found!), match => Own(match.Value));
    }

    // Uids keep their length and form.
    protected string Own(string name) => Uid.Is(name) ? $"{name[..7]}{_own}" : $"{name}{_own}";

    // Words of eleven letters look like uids.
    [GeneratedRegex("""
        OU_[0-9]+ | (?<=")(?:ROOT|L1|L2a|L2b|L3|L4)(?=")
        | (?:(?<=\\n)|\b)(?!dataElement|openingDate|lastupdated|dataelement|coordinates)[A-Za-z][A-Za-z0-9]{10}\b
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OwnNames();
}
