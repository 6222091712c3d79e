using System.Text.Json.Nodes;

namespace Distribution.Tests.Support;

/// <summary>The country whose clinics report while parts of the system fail.</summary>
public static class FaultWorld
{
    public const string Country = "X";
    public const string Vaccine = "V";

    /// <summary>Doses that each clinic has from the beginning.</summary>
    public const int SuppliedDoses = 400;

    public static readonly IReadOnlyList<string> Clinics = ["N", "C", "S"];

    /// <summary>Makes it, and waits until every service knows it: what is reported before would be held, which is right, but another
    /// answer.</summary>
    public static async Task<Acknowledged> Put(ApiClient api)
    {
        JsonNode[] places =
        [
            new JsonObject { ["facilityId"] = Country, ["name"] = Country, ["level"] = "country", ["country"] = Country },
            .. Clinics.Select(clinic => new JsonObject
            {
                ["facilityId"] = clinic,
                ["name"] = clinic,
                ["level"] = "region",
                ["parentId"] = Country,
                ["country"] = Country,
            }),
        ];
        Accepted(places.Length, (await api.PostNdjson("facilities/bulk", places)).Body);
        var vaccine = JsonNode.Parse(
            """
            {"name":"V","antigens":["v"],"dosesPerVial":10,"series":[{"doseNumber":"1"},{"doseNumber":"2","completesSeries":true}],
             "storage":{"minCelsius":2,"maxCelsius":8}}
            """)!;
        vaccine["codes"] = new JsonArray(new JsonObject { ["system"] = OtherDoors.CodeSystem, ["code"] = Vaccine });
        _ = (await api.Put($"vaccines/{Vaccine}", vaccine)).Body;
        Accepted(Clinics.Count, (await api.PostNdjson(
            "shipments/bulk", Clinics.Select(clinic => Consignment($"supply-{clinic}", clinic, SuppliedDoses)))).Body);
        await api.Drained();
        return new Acknowledged(0, 0, (long)SuppliedDoses * Clinics.Count, 0);
    }

    public static JsonNode Consignment(string id, string clinic, long doses) => new JsonObject
    {
        ["shipmentId"] = id,
        ["origin"] = "Maker",
        ["toFacilityId"] = clinic,
        ["dispatchedAt"] = "2024-01-01T00:00:00Z",
        ["receivedAt"] = "2024-01-02T00:00:00Z",
        ["lines"] = new JsonArray(new JsonObject { ["vaccineId"] = Vaccine, ["doses"] = doses }),
    };

    private static void Accepted(int wanted, JsonNode answer)
    {
        if ((int)answer["accepted"]! + ((int?)answer["held"] ?? 0) != wanted)
            throw new InvalidOperationException($"not {wanted} accepted: {answer.ToJsonString()}");
    }
}
