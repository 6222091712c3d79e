using System.Text.Json.Nodes;
using Distribution.Tests.Support;

namespace Distribution.SystemTests;

/// <summary>The ids of one test, and short ways to what tests do often.</summary>
public sealed record World(ApiClient Api, string Country)
{
    public string Region => $"{Country}-R";
    public string Clinic => $"{Country}-F";
    public string Store => $"{Country}-S";
    public string Vaccine => $"{Country}-V";

    public async Task PutPlace(string id, string level, string? parent) =>
        _ = (await Api.Put($"facilities/{id}",
            new JsonObject { ["name"] = $"Place {id}", ["level"] = level, ["parentId"] = parent, ["country"] = Country })).Body;

    public async Task PutVaccine(string id, params string[] doseNumbers) => _ = (await Api.Put($"vaccines/{id}", new JsonObject
    {
        ["name"] = id,
        ["antigens"] = new JsonArray("x"),
        ["dosesPerVial"] = 5,
        ["series"] = new JsonArray(
            [.. doseNumbers.Select((number, i) => new JsonObject { ["doseNumber"] = number, ["completesSeries"] = i == 1 })]),
        ["storage"] = new JsonObject { ["minCelsius"] = 2, ["maxCelsius"] = 8 },
    })).Body;

    public async Task PutLot(string lot, string expiry) =>
        _ = (await Api.Put($"vaccines/{Vaccine}/lots/{lot}", new JsonObject { ["expirationDate"] = expiry })).Body;

    /// <summary>A past consignment from outside into a place.</summary>
    public async Task Supply(string to, long doses, string? lot = null, string? expiry = null)
    {
        var answer = (await Api.PostNdjson("shipments/bulk", [PastConsignment($"supply-{Guid.NewGuid():N}", to, doses, lot, expiry)])).Body;
        Assert.Equal(1, (int)answer["accepted"]! + (int)answer["held"]!);
        await Api.Drained();
    }

    public JsonObject PastConsignment(string id, string to, long doses, string? lot = null, string? expiry = null) => new()
    {
        ["shipmentId"] = id,
        ["origin"] = "Maker",
        ["toFacilityId"] = to,
        ["dispatchedAt"] = "2024-01-01T00:00:00Z",
        ["receivedAt"] = "2024-01-02T00:00:00Z",
        ["lines"] = new JsonArray(Line(doses, lot, expiry)),
    };

    public JsonObject Line(long doses, string? lot = null, string? expiry = null)
    {
        var line = new JsonObject { ["vaccineId"] = Vaccine, ["doses"] = doses };
        if (lot is not null) line["lotNumber"] = lot;
        if (expiry is not null) line["expirationDate"] = expiry;
        return line;
    }

    public JsonObject Dose(Guid? id = null, string doseNumber = "1", string on = "2024-03-01", string? lot = null)
    {
        var dose = new JsonObject
        {
            ["doseId"] = (id ?? Guid.CreateVersion7()).ToString(),
            ["vaccineId"] = Vaccine,
            ["doseNumber"] = doseNumber,
            ["occurredOn"] = on,
        };
        if (lot is not null) dose["lotNumber"] = lot;
        return dose;
    }

    public JsonObject Submission(params JsonObject[] doses) => new()
    {
        ["submissionId"] = Guid.NewGuid().ToString("N"),
        ["facilityId"] = Clinic,
        ["doses"] = new JsonArray([.. doses]),
    };

    public static JsonObject StockCommand(string facility, params JsonObject[] lines) => new()
    {
        ["requestId"] = Guid.NewGuid().ToString("N"),
        ["facilityId"] = facility,
        ["occurredAt"] = "2024-02-01T00:00:00Z",
        ["reason"] = "damaged",
        ["lines"] = new JsonArray([.. lines]),
    };

    public async Task<JsonNode> Balance(string? facility = null)
    {
        await Api.Drained();
        var scope = facility is null ? $"country={Country}" : $"facilityId={facility}";
        var balance = (await Api.Get($"ledger/balance?{scope}&vaccineId={Vaccine}")).Body;
        Assert.True((bool)balance["balanced"]!, balance.ToJsonString());
        var accounts = new[] { "onHand", "quarantined", "inTransit", "administered", "wasted", "lost", "adjusted" }.Sum(
            account => (long)balance[account]!);
        Assert.Equal((long)balance["received"]! + (long)balance["discrepancy"]!, accounts);
        return balance;
    }

    /// <summary>The coverage row of a place, once all events are consumed and the gateway shows them.</summary>
    public async Task<JsonNode> CoverageOf(string place, string level)
    {
        await Api.Drained();
        var coverage = await Api.WholeCoverage($"country={Country}&level={level}&vaccineId={Vaccine}");
        return coverage["rows"]!.AsArray().Single(row => (string)row!["facilityId"]! == place)!;
    }
}
