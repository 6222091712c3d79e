using System.Text.Json.Nodes;

namespace Distribution.SystemTests;

/// <summary>Tests of coverage, with what they do often.</summary>
public abstract class CoverageSuite(RunningSystem system) : SystemSuite(system)
{
    protected static long Doses(JsonNode figures, string? number = null) =>
        (long)(number is null ? figures["doses"] : figures["byDoseNumber"]![number])!;

    protected async Task PutVaccine(string id, string series, params string[] antigens) =>
        _ = (await Api.Put($"vaccines/{id}", new JsonObject
        {
            ["name"] = id,
            ["antigens"] = new JsonArray([.. antigens.Select(antigen => (JsonNode)antigen)]),
            ["dosesPerVial"] = 10,
            ["series"] = JsonNode.Parse(series),
            ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
        })).Body;

    protected async Task SetPopulation(string place, string vaccine, int year, long people, string? doseNumber = null) =>
        _ = (await Api.Put($"target-populations/{place}/{vaccine}", new JsonObject
        {
            ["year"] = year,
            ["source"] = "census",
            ["doseNumber"] = doseNumber,
            ["cells"] = new JsonArray(new JsonObject { ["population"] = people }),
        })).Body;

    protected async Task Report(string place, params (string Vaccine, string Number, string Day, long Count)[] tallies)
    {
        var answer = (await Api.Post("administrations", new JsonObject
        {
            ["submissionId"] = Guid.NewGuid().ToString("N"),
            ["facilityId"] = place,
            ["tallies"] = new JsonArray([.. tallies.Select(tally => Tally(tally.Vaccine, tally.Number, tally.Day, tally.Count))]),
        })).Body;
        Assert.Equal(tallies.Sum(tally => tally.Count), (long)answer["accepted"]!);
    }

    protected static JsonObject Tally(string vaccine, string number, string day, long count) => new()
    {
        ["vaccineId"] = vaccine,
        ["doseNumber"] = number,
        ["occurredOn"] = day,
        ["count"] = count,
    };

    /// <summary>A past consignment from outside into a place.</summary>
    protected async Task Supply(string to, params (string Vaccine, long Doses)[] lines)
    {
        var answer = (await Api.PostNdjson("shipments/bulk", [new JsonObject
        {
            ["shipmentId"] = Guid.NewGuid().ToString("N"),
            ["origin"] = "Maker",
            ["toFacilityId"] = to,
            ["dispatchedAt"] = "2024-01-01T00:00:00Z",
            ["receivedAt"] = "2024-01-02T00:00:00Z",
            ["lines"] = new JsonArray([.. lines.Select(line => new JsonObject { ["vaccineId"] = line.Vaccine, ["doses"] = line.Doses })]),
        }])).Body;
        Assert.Equal(1, (int)answer["accepted"]!);
    }
}
